import { describeReply, send } from '../oidc/exchange.ts';
import { runStep } from '../oidc/journal.ts';
import { spellRetryAfter } from '../oidc/retry-after.ts';
import type { ProviderRequest, ProviderResponse } from '../oidc/transport.ts';
import { isNonEmptyString, isRecord, parseJson } from '../text/guards.ts';
import { visibleText } from '../text/visible-text.ts';
import { type OnlineContext, quote } from './check.ts';

export type Answer = Awaited<ReturnType<typeof probe>>;

/** Wider than every known error code; anything else is not a code. */
const ERROR_CODE = /^[\w .-]{1,64}$/;

/** Sends a request once, and reads a redirect without following it. */
export async function probe(
  { transport, journal, signal }: OnlineContext,
  request: ProviderRequest & { readonly step: 'authorize' | 'token' },
) {
  const response = await runStep(journal, request.step, (step) => send(transport, request, { step, signal }));
  const { status, headers } = response;
  const location = headers.get('location') ?? '';
  const target = URL.canParse(location, request.url) ? new URL(location, request.url) : undefined;
  // RFC 6749 section 4.1.2.1: an authorization request may be refused by a redirect with `error`.
  const named = target?.searchParams.get('error') || describeReply(response, request).error;
  const error = named !== undefined && ERROR_CODE.test(named) ? named : undefined;
  return {
    status,
    /** Where the body, a header or the redirect names one. */
    error,
    /** Both in a few words: `HTTP 400 invalid_grant`. */
    summary: `HTTP ${status}${error === undefined ? '' : ` ${error}`}`,
    /** When it may be asked again, where it says so. */
    retry: spellRetryAfter(headers.get('retry-after')),
    /** What a refusal says, to append to the evidence. */
    quote:
      status < 400
        ? quote(target?.searchParams.get('error_description') ?? '')
        : quoteRefusal(response, request),
    /** Whether it is a redirect there. */
    leadsTo: (uri: string): boolean => {
      const { origin, pathname } = new URL(uri);
      return status >= 300 && status < 400 && target?.origin === origin && target.pathname === pathname;
    },
  };
}

/** In UTF-16 units; styles and scripts stand before the words. */
const LONGEST_PAGE = 64 * 1024;

function quoteRefusal(response: ProviderResponse, request: ProviderRequest): string {
  const beginning = response.body.slice(0, LONGEST_PAGE);
  const json = parseJson(beginning);
  const words = isRecord(json) ? (json['error_description'] ?? json['message']) : undefined;
  const body = isNonEmptyString(words) ? words : visibleText(beginning);
  return quote(describeReply({ ...response, body }, request).body);
}

/** Whether two answers mean the same, so that they prove nothing. Their words may differ by chance. */
export function areAlike(one: Answer, other: Answer): boolean {
  return one.status === other.status && one.error === other.error;
}

/** Whether the provider could not serve the request. */
export function isUnavailable({ status, error }: Answer): boolean {
  return status >= 500 || status === 429 || error === 'server_error' || error === 'temporarily_unavailable';
}

/**
 * A client secret that is wrong: one character in the middle changed. A first character may belong to a prefix
 * that distinguishes kinds of secrets, a last one may hold no more than the padding of a base64 text. bcrypt, which a
 * provider may keep secrets with, looks at 72 bytes and no more.
 */
export function changeSecret(secret: string): string {
  return changeCharacter(secret, Math.min(secret.length >> 1, 70));
}

/** A redirect URI that nobody registered: the last letter or digit of its path changed, or a path added. */
export function changeRedirectUri(redirectUri: string): string {
  const { origin, pathname, search } = new URL(redirectUri);
  // A changed character in a percent-encoding (%2F) would make the path malformed, not another one.
  const last = pathname.search(/(?<!%|%[0-9A-F])[A-Z0-9](?:[^A-Z0-9]|%[0-9A-F]{2})*$/i);
  const changed = last < 0 ? '/sgid-check-control' : changeCharacter(pathname, last);
  return origin + changed + search;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const ALPHABETS = ['0123456789', LOWER, LOWER.toUpperCase()];

/** Changes one character to another of its kind, so that the text stays well-formed. */
function changeCharacter(text: string, index: number): string {
  const character = text.charAt(index);
  const alphabet = ALPHABETS.find((letters) => letters.includes(character)) ?? LOWER;
  const changed = alphabet.charAt((alphabet.indexOf(character) + 1) % alphabet.length);
  return text.slice(0, index) + changed + text.slice(index + 1);
}
