import { usageError } from '../../protocol/errors.ts';
import { isTooLong } from '../../protocol/guards.ts';
import type { CallbackOptions } from '../commands/callback.ts';
import { refuseBeside, requireText } from '../input/check-options.ts';

/** How a callback is given, as the command line says it. */
export type CallbackRequest =
  /** With the transaction that it belongs to. Without a URL, that comes from standard input. */
  | {
      readonly kind: 'transaction';
      readonly transaction: string;
      readonly url: string | undefined;
      readonly codeVerifier: string | undefined;
    }
  /** With each value of the transaction by itself. */
  | {
      readonly kind: 'values';
      readonly callback: { readonly url: string } | { readonly code: string };
      readonly codeVerifier: string;
      readonly nonce: string | undefined;
      readonly state: string | undefined;
    };

/**
 * Judges the options of `sgid callback` and its argument, before anything else is touched.
 *
 * @throws SgidError `ERR_USAGE`.
 */
export function readCallbackOptions(url: string | undefined, options: CallbackOptions): CallbackRequest {
  const { transaction, code, codeVerifier, nonce, state, redirectUri, out } = options;
  requireText({
    '[callback-url]': url,
    '--transaction': transaction,
    '--code': code,
    '--code-verifier': codeVerifier,
    '--nonce': nonce,
    '--state': state,
    '--out': out,
  });
  if (codeVerifier !== undefined) checkVerifier(codeVerifier);
  if (transaction !== undefined) {
    refuseBeside(
      '--transaction',
      { '--code': code, '--nonce': nonce, '--state': state, '--redirect-uri': redirectUri },
      'the transaction holds what was sent',
    );
    if (transaction === '-' && (url === undefined || url === '-')) {
      throw usageError(
        'the transaction and the callback URL cannot both come from standard input',
        'Give the URL as the argument, or --transaction the path of a file.',
      );
    }
    return { kind: 'transaction', transaction, url: url === '-' ? undefined : url, codeVerifier };
  }
  return readValues(url, options);
}

function readValues(
  url: string | undefined,
  { code, codeVerifier, nonce, state }: CallbackOptions,
): CallbackRequest {
  if (code !== undefined) refuseBeside('--code', { '[callback-url]': url }, 'the URL holds the code');
  const callback = code === undefined ? url && { url } : { code };
  if (!callback) {
    throw usageError(
      'there is no callback: neither --transaction nor --code nor a URL was given',
      'For example: sgid callback --transaction transaction.json "$URL"',
    );
  }
  if (code !== undefined && isTooLong(code)) {
    throw usageError('--code is over 16 kB, longer than any code', 'Copy it again.');
  }
  if (codeVerifier === undefined) {
    throw usageError(
      '--code-verifier is missing',
      'Pass the verifier of the challenge that was sent, or --transaction with what "sgid authorize-url" printed.',
    );
  }
  return { kind: 'values', callback, codeVerifier, nonce, state };
}

function checkVerifier(codeVerifier: string): void {
  if (/^[\w.~-]{43,128}$/.test(codeVerifier)) return;
  throw usageError(
    '--code-verifier is not a code verifier, which has 43 to 128 letters, digits or -._~',
    'Make a pair with: sgid pkce',
  );
}
