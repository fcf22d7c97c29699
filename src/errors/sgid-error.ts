import { ERRORS, type SgidErrorCode, type SgidStep } from './codes.ts';

export type { SgidErrorCode, SgidStep };

/**
 * The provider's own words: what it answered, already made safe to print.
 *
 * @see RFC 6749 section 5.2, RFC 6750 section 3: where its error code stands.
 * @example
 * ```ts
 * import { SgidError } from 'sgid-cli';
 *
 * const reply = error instanceof SgidError ? error.reply : undefined;
 * if (reply) console.error(`HTTP ${reply.status} ${reply.error ?? ''}: ${reply.description ?? reply.body}`);
 * ```
 */
export interface ProviderReply {
  /** HTTP status. */
  readonly status: number;
  /** Its error code, if the body or `WWW-Authenticate` named one, for example `invalid_grant`. */
  readonly error?: string;
  /** Its `error_description` beside the error code, why it refused: one line, safe to print and at most 2 kB. */
  readonly description?: string;
  /** The body on one line, safe to print and at most 2 kB; of a good answer, what it is. */
  readonly body: string;
}

/**
 * What an error carries besides its code and message.
 *
 * @see docs/troubleshooting.md: causes and hints of every code.
 * @example
 * ```ts
 * import { SgidError, type SgidErrorDetails } from 'sgid-cli';
 *
 * const details: SgidErrorDetails = { step: 'token', hint: 'Log in again.', causes: ['the code is a minute old'] };
 * throw new SgidError('ERR_TOKEN_REFUSED', 'the code was refused', details);
 * ```
 */
export interface SgidErrorDetails {
  /** Where it happened; by default the step of the code. */
  readonly step?: SgidStep | undefined;
  /** What to do next, with the exact value to use. */
  readonly hint?: string | undefined;
  /** Likely causes, the likeliest first. */
  readonly causes?: readonly string[] | undefined;
  /** What the provider answered, if it did. */
  readonly reply?: ProviderReply | undefined;
  /** The error behind this one, such as Node's, without secrets of the request. */
  readonly cause?: unknown;
}

/**
 * The one error class of this package. Tell errors apart by `code`; no message, hint or cause holds a
 * secret, a code, a token or a claim value.
 *
 * @see docs/troubleshooting.md: what each code means, and what to do.
 * @example
 * ```ts
 * import { SgidError } from 'sgid-cli';
 *
 * try {
 *   await client.callback({ code, nonce, codeVerifier });
 * } catch (error) {
 *   if (!(error instanceof SgidError)) throw error;
 *   if (error.code === 'ERR_TOKEN_REFUSED') console.error('Log in again.');
 *   else console.error(error.step, error.message, error.hint);
 * }
 * ```
 */
export class SgidError extends Error {
  /** Always `SgidError`. */
  override readonly name = 'SgidError';
  /** What went wrong. Stable across releases, unlike the message. */
  readonly code: SgidErrorCode;
  /** Where it went wrong. */
  readonly step: SgidStep;
  /** What to do next, with the exact value to use. */
  readonly hint: string | undefined;
  /** Likely causes, the likeliest first. */
  readonly causes: readonly string[];
  /** What the provider answered, if it did. */
  readonly reply: ProviderReply | undefined;

  /** For a test double of your own; this package makes all others. */
  constructor(code: SgidErrorCode, message: string, details: SgidErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.step = details.step ?? ERRORS[code].step;
    this.hint = details.hint;
    this.causes = details.causes ?? [];
    this.reply = details.reply;
  }

  /** For `JSON.stringify` and loggers: name, code, step, hint, causes, reply and message, without the cause. Never throws. */
  toJSON(): object {
    return { ...this, message: this.message };
  }
}

/** The error for what was asked for in a way that cannot be meant: a command line, or a call of the library. */
export function usageError(message: string, hint?: string): SgidError {
  return new SgidError('ERR_USAGE', message, { hint });
}

/**
 * Runs `parse` on a value and, when it refuses it, says where the value came from: the error's message then begins
 * with `origin`.
 */
export async function namingOrigin<T>(origin: string, parse: () => T | Promise<T>): Promise<T> {
  try {
    return await parse();
  } catch (error) {
    if (!(error instanceof SgidError) || error.message.startsWith(`${origin}:`)) throw error;
    const { step, causes, hint, cause } = error;
    throw new SgidError(error.code, `${origin}: ${error.message}`, { step, causes, hint, cause });
  }
}
