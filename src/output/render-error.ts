import { ERRORS } from '../errors/codes.ts';
import { type ProviderReply, SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { machineFault } from '../text/machine-fault.ts';
import { toPrintable } from '../text/printable.ts';
import type { Emphasis } from './diagnostics.ts';

/** Any other error is a fault of the machine or a bug. */
export function toSgidError(error: unknown): SgidError {
  if (error instanceof SgidError) return error;
  const fault = machineFault(error);
  if (fault !== undefined)
    return new SgidError('ERR_FILE', `sgid cannot continue: ${fault.reason}`, {
      hint: fault.hint,
      cause: error,
    });
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new SgidError('ERR_INTERNAL', `unexpected failure: ${toPrintable(words)}`, {
    hint: 'This is a bug. Please report it with the command line and what it prints with --verbose, without secrets.',
    cause: error,
  });
}

/** The stack of a bug; empty for a foreseen error. */
export function renderStack({ code, cause }: SgidError): string[] {
  if (code !== 'ERR_INTERNAL' || !(cause instanceof Error)) return [];
  return (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
}

/** The person ended the program, and needs no explanation. */
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
  // The command before it in the pipe has said what is wrong; before a login there is none.
  if (code === 'ERR_NO_INPUT' && error.step === 'config') return [`${command}: ${error.message}`];
  const lines = [`${style(['red', 'bold'], 'error:')} ${style('bold', `${error.step}:`)} ${error.message}`];
  if (reply !== undefined) lines.push(`  provider said: ${renderReply(reply, error.message)}`);
  if (error.causes.length > 0)
    lines.push('  likely causes:', ...error.causes.map((cause, index) => `    ${index + 1}. ${cause}`));
  if (error.hint !== undefined) lines.push(`  ${style('bold', 'next:')} ${error.hint}`);
  const more = code === 'ERR_USAGE' ? `${command} --help` : `sgid explain ${code}`;
  return [...lines, style('dim', `More: ${more}`)];
}

/** What is in the message is not said again, and of an error of RFC 6749 section 5.2 its words are enough. */
function renderReply({ status, error, description, body }: ProviderReply, message: string): string {
  const head = [message.includes(`HTTP ${status}`) ? [] : `HTTP ${status}`, error ?? []].flat().join(' ');
  return [head, description ?? body].filter((text) => text !== '').join(': ') || `HTTP ${status}`;
}

export function toJsonError({ code, step, message, hint, reply }: SgidError): object {
  // The HTTP status of the provider's answer, where there was one.
  const status = reply?.status ?? null;
  return { error: { code, step, message, hint: hint ?? null, status, exitCode: ERRORS[code].exit } };
}
