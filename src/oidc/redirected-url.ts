import { SgidError } from '../errors/sgid-error.ts';
import type { ExpectedCallback } from './callback.ts';

export interface ExpectedUrl extends ExpectedCallback {
  readonly redirectUri: string;
  /** It is an argument, which a shell cuts at "&" unless it is quoted. */
  readonly isArgument?: boolean;
}

/**
 * The query of a redirected URL that a person pasted: the whole URL, or just what follows its path. What mail, chats
 * and shells do to a URL is undone where the result is unambiguous. `ERR_CALLBACK_INVALID` when it is neither, when it is
 * another URL than the redirect URI, or when a part of it is lost; the error is returned, for a person may paste again.
 */
export function parseRedirectedUrl(text: string, expected: ExpectedUrl): URLSearchParams | SgidError {
  const { redirectUri, isArgument } = expected;
  const parameters = parseQuery(restore(text), redirectUri);
  const fault = parameters && findDamage(parameters, expected);
  if (parameters !== undefined && fault === undefined) return parameters;
  return new SgidError('ERR_CALLBACK_INVALID', fault ?? NOT_THE_URL, {
    hint: `Copy the whole address from the browser's address bar, in one line${isArgument ? ', and quote it for the shell' : ''}; it begins with ${redirectUri}`,
  });
}

const NOT_THE_URL = 'the pasted text is not the URL that the browser was redirected to';

// The lookbehinds keep the time linear: pasted text may be long.
const OPENING = /^[<("'`“‘«[]+/;
const CLOSING = /(?<![>)"'`”’»\]])[>)"'`”’»\]]+[.,;]*$/;
const PUNCTUATION = /(?<![.,;])[.,;]+$/;

/** Browsers write no blank, line break, or backslash before punctuation into a URL: mail, chats and shells add them. */
function restore(text: string): string {
  const url = text
    .replace(/\s/g, '')
    .replace(/&(?:amp|#38|#x26);|\\u0026/gi, '&')
    .replace(/\\(?=[^\w\\])/g, '')
    .replace(OPENING, '')
    .replace(CLOSING, '');
  // Removes the end of a sentence, but not behind a code: nothing tells whether that code is whole.
  return lastName(url) === 'code' ? url : url.replace(PUNCTUATION, '');
}

function lastName(url: string): string | undefined {
  const last = url.slice(Math.max(url.lastIndexOf('&'), url.lastIndexOf('?')) + 1);
  return last.split('=', 1)[0];
}

/** `name=value` pairs, with or without the question mark. Matches in linear time. */
const QUERY_ALONE = /^\??[\w.~-]+=[^&]*(?:&[\w.~-]+=[^&]*)*$/;

function parseQuery(text: string, redirectUri: string): URLSearchParams | undefined {
  if (QUERY_ALONE.test(text)) return new URLSearchParams(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const expected = new URL(redirectUri);
  return url?.origin === expected.origin && url.pathname === expected.pathname ? url.searchParams : undefined;
}

function findDamage(parameters: URLSearchParams, { state, issuer }: ExpectedUrl): string | undefined {
  const names = [...parameters.keys()];
  // A callback that repeats a parameter has its own refusal.
  if (new Set(names).size !== names.length) return undefined;
  const get = (name: string): string => parameters.get(name) ?? '';
  const [code, found, iss] = [get('code'), get('state'), get('iss')];
  const faults: readonly (readonly [isSo: boolean, fault: string])[] = [
    [code === '' && !parameters.has('error'), 'it holds no code'],
    [/[^ -~]|\\|[.,;]$/.test(code), 'its code holds a character that no code has'],
    [state !== undefined && parameters.has('state') && isPartOf(found, state), 'its state is not whole'],
    [iss !== '' && (iss.includes('%') || isPartOf(iss, issuer)), 'its iss is not whole'],
  ];
  const damage = faults.find(([isSo]) => isSo)?.[1];
  return damage && `the pasted URL is damaged: ${damage}`;
}

/** Whether a value lost its end, or has foreign text after it. */
function isPartOf(found: string, whole: string): boolean {
  if (found.startsWith(whole)) return /^[^\w/%~-]/.test(found.slice(whole.length));
  return whole.startsWith(found);
}
