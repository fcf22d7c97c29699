import { ERRORS } from '../errors/codes.ts';
import { SgidError } from '../errors/sgid-error.ts';
import type { Emphasis } from './diagnostics.ts';

/** Turns whatever was thrown into an error with a code: what is no `SgidError` is a bug of ours. */
export function toSgidError(error: unknown): SgidError {
  if (error instanceof SgidError) return error;
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new SgidError('ERR_INTERNAL', `unexpected failure: ${words}`, { cause: error });
}

/** Where in the program a bug showed, innermost first; empty for an error that is foreseen. */
export function renderStack({ code, cause }: SgidError): string[] {
  if (code !== 'ERR_INTERNAL' || !(cause instanceof Error)) return [];
  return (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
}

/** The lines that a person reads. */
export function renderError(error: SgidError, style: (emphasis: Emphasis, text: string) => string): string[] {
  const { reply } = error;
  const lines = [`${style(['red', 'bold'], 'error:')} ${style('bold', `${error.step}:`)} ${error.message}`];
  if (reply !== undefined) {
    lines.push(
      `  provider said: HTTP ${reply.status}${reply.error ? ` ${reply.error}` : ''}${reply.body ? `: ${reply.body}` : ''}`,
    );
  }
  if (error.causes.length > 0) {
    lines.push('  likely causes:', ...error.causes.map((cause, index) => `    ${index + 1}. ${cause}`));
  }
  if (error.hint !== undefined) lines.push(`  ${style('bold', 'next:')} ${error.hint}`);
  return [...lines, style('dim', error.code)];
}

/** What `--json-errors` says about an error. */
export interface JsonError {
  readonly error: {
    readonly code: string;
    readonly step: string;
    readonly message: string;
    readonly hint: string | null;
    /** The HTTP status of the provider's answer, where there was one. */
    readonly status: number | null;
    readonly exitCode: number;
  };
}

/** The document of `--json-errors`. */
export function toJsonError(error: SgidError): JsonError {
  const { code, step, message, hint, reply } = error;
  return {
    error: {
      code,
      step,
      message,
      hint: hint ?? null,
      status: reply?.status ?? null,
      exitCode: ERRORS[code].exit,
    },
  };
}
