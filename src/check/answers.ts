import type { ProviderRequest, ProviderResponse } from '../protocol/exchange.ts';
import { describeReply } from '../protocol/provider-reply.ts';

/** A provider's answer, as far as two of them are compared. */
export interface Answer {
  readonly status: number;
  /** Its error code, where it names one. */
  readonly error: string | undefined;
  /** Its words without what changes from request to request. */
  readonly words: ReadonlySet<string>;
}

/**
 * Reads an answer for comparison.
 *
 * @param echoes Values of the request that the answer may repeat.
 */
export function readAnswer(
  response: ProviderResponse,
  request: ProviderRequest,
  echoes: readonly string[],
): Answer {
  const { error } = describeReply(response, request);
  let text = response.body;
  for (const echo of echoes) for (const form of formsOf(echo)) text = text.replaceAll(form, ' ');
  const words = text
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .split(/[^\p{L}\p{M}]+/u)
    // Ids and tokens are no words.
    .filter((word) => word !== '' && word.length <= LONGEST_WORD);
  return { status: response.status, error, words: new Set(words.map((word) => word.toLowerCase())) };
}

const LONGEST_WORD = 24;

/** How a page or a JSON text may write a value of the request. */
function formsOf(value: string): readonly string[] {
  const forms = [value, encodeURIComponent(value), encodeURI(value), value.replaceAll('/', '\\/')];
  return value === '' ? [] : [...new Set(forms)];
}

/** Two answers whose words agree to this share say the same. */
const ALIKE = 0.9;

/** Whether two answers say the same: then nothing can be learned from them. */
export function areAlike(one: Answer, other: Answer): boolean {
  if (one.status !== other.status || one.error !== other.error) return false;
  const shared = [...one.words].filter((word) => other.words.has(word)).length;
  const all = one.words.size + other.words.size - shared;
  return all === 0 || shared / all >= ALIKE;
}

/** An answer in a few words, for evidence: `HTTP 400 invalid_grant`. */
export function describeAnswer({ status, error }: Answer): string {
  return `HTTP ${status}${error === undefined ? '' : ` ${error}`}`;
}
