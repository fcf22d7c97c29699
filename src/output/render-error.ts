import { ERRORS } from '../errors/codes.ts';
import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { toPrintable } from '../text/printable.ts';
import type { Emphasis } from './diagnostics.ts';

/** What is no `SgidError` is a bug of ours. */
export function toSgidError(error: unknown): SgidError {
  if (error instanceof SgidError) return error;
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new SgidError('ERR_INTERNAL', `unexpected failure: ${toPrintable(words)}`, {
    hint: 'This is a bug. Please report it with the command line and what it prints with --verbose, without secrets.',
    cause: error,
  });
}

/** Where in the program a bug showed, innermost first; empty for an error that is foreseen. */
export function renderStack({ code, cause }: SgidError): string[] {
  if (code !== 'ERR_INTERNAL' || !(cause instanceof Error)) return [];
  return (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
}

/** Whoever ended the program knows what went wrong. */
const LAST_WORDS: Partial<Record<SgidErrorCode, string>> = {
  ERR_INTERRUPTED: 'Interrupted.',
  ERR_TERMINATED: 'Terminated.',
  ERR_HANGUP: 'The terminal was closed.',
};

/** @param command As it is typed, for example `sgid profile use`: what a usage error is about. */
export function renderError(
  error: SgidError,
  command: string,
  style: (emphasis: Emphasis, text: string) => string,
): string[] {
  const { code, reply } = error;
  const lastWords = LAST_WORDS[code];
  if (lastWords !== undefined) return [lastWords];
  const lines = [`${style(['red', 'bold'], 'error:')} ${style('bold', `${error.step}:`)} ${error.message}`];
  if (reply !== undefined) {
    const named = reply.error ? ` ${reply.error}` : '';
    lines.push(`  provider said: HTTP ${reply.status}${named}${reply.body ? `: ${reply.body}` : ''}`);
  }
  if (error.causes.length > 0)
    lines.push('  likely causes:', ...error.causes.map((cause, index) => `    ${index + 1}. ${cause}`));
  if (error.hint !== undefined) lines.push(`  ${style('bold', 'next:')} ${error.hint}`);
  const more = code === 'ERR_USAGE' ? `${command} --help` : `sgid explain ${code}`;
  return [...lines, style('dim', `More: ${more}`)];
}

export function toJsonError({ code, step, message, hint, reply }: SgidError): object {
  // The HTTP status of the provider's answer, where there was one.
  const status = reply?.status ?? null;
  return { error: { code, step, message, hint: hint ?? null, status, exitCode: ERRORS[code].exit } };
}
