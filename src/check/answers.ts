import { SgidError } from '../errors/sgid-error.ts';
import {
  type Fetch,
  type ProviderRequest,
  type ProviderResponse,
  send,
  type Transport,
} from '../oidc/http-exchange.ts';
import { describeReply } from '../oidc/provider-reply.ts';
import { isNonEmptyString, isRecord, parseJson } from '../text/guards.ts';
import { toPrintable, visibleText } from '../text/printable.ts';
import { type CheckContext, type CheckFinding, failBy, skip, unusable } from './check.ts';
import type { Subject } from './credentials.ts';

/** A provider's answer, as far as two of them are compared. */
export interface Answer {
  readonly status: number;
  /** Its error code, where the body, a header or the redirect names one. */
  readonly error: string | undefined;
  /** Its words, or those of the address that it redirects to, without what changes from request to request. */
  readonly words: ReadonlySet<string>;
  /** What a refusal says, printable and without secrets; empty where it says nothing. */
  readonly said: string;
}

/** An answer with the address that it redirects to, empty when there is none. */
export type RedirectableResponse = ProviderResponse & { readonly location: string };

/**
 * Reads an answer for comparison.
 *
 * @param changed The values in which the two requests differ: an answer that repeats its own says nothing by it.
 */
export function readAnswer(
  response: RedirectableResponse,
  request: ProviderRequest,
  changed: readonly string[],
): Answer {
  const { status, body, location } = response;
  const text = isRedirect(response) ? location : visibleText(body);
  const rest = withoutValues(text, changed);
  return {
    status,
    error: errorOf(response, request),
    words: wordsOf(isRedirect(response) ? outlineOf(rest, request.url) : rest),
    said: status < 400 ? '' : excerptOf(response, request),
  };
}

/** Whether two answers say the same: then nothing can be learned from them. */
export function areAlike(one: Answer, other: Answer): boolean {
  if (one.status !== other.status || one.error !== other.error) return false;
  const shared = [...one.words].filter((word) => other.words.has(word)).length;
  const all = one.words.size + other.words.size - shared;
  return all === 0 || shared / all >= ALIKE;
}

/** Answers whose words agree to this share say the same. */
const ALIKE = 0.9;

/**
 * Whether two answers differ by more than chance: in what programs read, or in words on the matter. Any page may have a
 * saying of the day.
 *
 * @param matter What a word in lower case looks like that is on the matter.
 */
export function differOn(matter: RegExp, one: Answer, other: Answer): boolean {
  if (areAlike(one, other)) return false;
  if (one.status !== other.status || one.error !== other.error || isRedirect(one)) return true;
  const isTold = (word: string): boolean =>
    matter.test(word) && one.words.has(word) !== other.words.has(word);
  return [...one.words, ...other.words].some(isTold);
}

/** Whether the provider had no time for the request. */
export function isUnavailable({ status, error }: Answer): boolean {
  return status >= 500 || status === 429 || error === 'server_error' || error === 'temporarily_unavailable';
}

/** Whether the answer sends the asker elsewhere. */
export function isRedirect({ status }: { readonly status: number }): boolean {
  return status >= 300 && status < 400;
}

/** An answer in a few words, for evidence: `HTTP 400 invalid_grant`. */
export function describeAnswer({ status, error }: Answer): string {
  return `HTTP ${status}${error === undefined ? '' : ` ${error}`}`;
}

/** The provider's own words, to be added to the evidence. */
export function quoteAnswer({ said }: Answer): string {
  return said === '' ? '' : `; it said: ${said}`;
}

/** RFC 6749 section 4.1.2.1: an authorization request may be refused by a redirect with `error`. */
function errorOf(response: RedirectableResponse, request: ProviderRequest): string | undefined {
  const named =
    parameterOf(response.location, request.url, 'error') ?? describeReply(response, request).error;
  return named !== undefined && ERROR_CODE.test(named) ? named : undefined;
}

/** Wider than any code there is; what else a provider may put there is no code. */
const ERROR_CODE = /^[\w .-]{1,64}$/;

function parameterOf(location: string, base: string, name: string): string | undefined {
  if (!URL.canParse(location, base)) return undefined;
  return new URL(location, base).searchParams.get(name) || undefined;
}

function excerptOf(response: ProviderResponse, request: ProviderRequest): string {
  const json = parseJson(response.body);
  const words = isRecord(json) ? (json['error_description'] ?? json['message']) : undefined;
  const body = isNonEmptyString(words) ? words : visibleText(response.body);
  return toPrintable(describeReply({ ...response, body }, request).body, LONGEST_EXCERPT);
}

/** In bytes. */
const LONGEST_EXCERPT = 200;

/** The words of an address, without the values of its parameters. */
function outlineOf(location: string, base: string): string {
  if (!URL.canParse(location, base)) return '';
  const { host, pathname, searchParams } = new URL(location, base);
  return [host, ...pathname.split('/'), ...searchParams.keys()].join(' ');
}

/** The words of a text; what is rather an id, a token or a number is left out. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = text
    .split(/[\s"'<>()[\]{},;]+/)
    .filter((chunk) => chunk.length <= LONGEST_WORD && !/\p{N}/u.test(chunk))
    .flatMap((chunk) => chunk.split(/[^\p{L}\p{M}]+/u))
    .filter((word) => word !== '' && hasCaseOfWord(word));
  return new Set(words.map((word) => word.toLowerCase()));
}

/** Unlike most of what is random. */
function hasCaseOfWord(word: string): boolean {
  const tail = word.slice(1);
  return tail === tail.toLowerCase() || word === word.toUpperCase();
}

/** In UTF-16 units. */
const LONGEST_WORD = 40;

/** Takes values out of a text, as a page, a JSON text or an address may spell them. */
function withoutValues(text: string, values: readonly string[]): string {
  const forms = values.flatMap((value) => [
    value,
    encodeURIComponent(value),
    encodeURI(value),
    value.replaceAll('/', '\\/'),
    value.replaceAll('&', '&amp;'),
  ]);
  return forms.filter((form) => form !== '').reduce((rest, form) => rest.replaceAll(form, ' '), text);
}

/**
 * Sends a request once and reads the answer for comparison. A redirect is looked at and never followed.
 *
 * @param changed See {@link readAnswer}.
 * @throws SgidError as `send` does.
 */
export async function probe(
  { transport, signal }: OnlineContext,
  request: ProviderRequest,
  changed: readonly string[],
): Promise<Answer> {
  let location = '';
  const fetch: Fetch = async (url, init) => {
    const response = await transport.fetch(url, init);
    location = response.headers.get('location') ?? '';
    return response;
  };
  const response = await send({ ...transport, fetch }, request, signal);
  return readAnswer({ ...response, location }, request, changed);
}

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();

/** bcrypt, which a provider may keep secrets with, looks at 72 bytes and no more. */
const LAST_COUNTED = 70;

/**
 * A client secret that is wrong: one character in the middle changed. A first character may belong to a prefix
 * that tells kinds of secrets apart, a last one may hold no more than the padding of a base64 text.
 */
export function changeSecret(secret: string): string {
  return changeCharacter(secret, Math.min(secret.length >> 1, LAST_COUNTED));
}

/** A redirect URI that nobody registered: the last letter or digit of its path changed, or a path added. */
export function changeRedirectUri(redirectUri: string): string {
  const { origin, pathname, search } = new URL(redirectUri);
  // A changed character in a percent-encoding (%2F) would make the path malformed, not another one.
  const last = pathname.search(/(?<!%|%[0-9A-F])[A-Z0-9](?:[^A-Z0-9]|%[0-9A-F]{2})*$/i);
  const changed = last < 0 ? '/sgid-check-control' : changeCharacter(pathname, last);
  return origin + changed + search;
}

/**
 * The same text with one character changed to another of its kind: as long, and of the same alphabet, so that
 * nothing but its meaning differs.
 */
function changeCharacter(text: string, index: number): string {
  const character = text.charAt(index);
  const alphabet = [DIGITS, LOWER, UPPER].find((letters) => letters.includes(character)) ?? LOWER;
  const changed = alphabet.charAt((alphabet.indexOf(character) + 1) % alphabet.length);
  return text.slice(0, index) + changed + text.slice(index + 1);
}

/** What a check that asks the provider works with. */
export interface OnlineContext {
  readonly subject: Subject;
  readonly transport: Transport;
  /** The provider's origin. */
  readonly hostname: string;
  readonly signal: AbortSignal;
}

/** Makes a check of one that asks the provider: skipped without one, failed where asking fails. */
export function online(
  check: (context: OnlineContext) => Promise<CheckFinding>,
): (context: CheckContext) => Promise<CheckFinding> {
  return async ({ subject, transport, signal }) => {
    if (transport === undefined) return skip('not with --offline');
    if (!subject.hostname.ok) return unusable('there is no usable provider', subject.hostname);
    try {
      return await check({ subject, transport, hostname: subject.hostname.value, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SgidError) return failBy(error);
      throw error;
    }
  };
}
