import { SgidError } from '../protocol/errors.ts';

/** `name=value` pairs, with or without the question mark. No part can match in two ways: pasted text may be long. */
const QUERY_ALONE = /^\??[\w.~-]+=[^&\s]*(?:&[\w.~-]+=[^&\s]*)*$/;

/**
 * Reads the query of a redirected URL that a person pasted: the whole URL, or just what follows its path.
 *
 * @throws SgidError `ERR_CALLBACK_INVALID` when it is neither, or a URL other than the redirect URI.
 */
export function readRedirectedUrl(text: string, redirectUri: string): URLSearchParams {
  const pasted = text.trim().replace(/^(["'<])(.*)(["'>])$/, '$2');
  if (QUERY_ALONE.test(pasted)) return new URLSearchParams(pasted);
  const url = URL.canParse(pasted) ? new URL(pasted) : undefined;
  const expected = new URL(redirectUri);
  if (url === undefined || url.origin !== expected.origin || url.pathname !== expected.pathname) {
    throw new SgidError('ERR_CALLBACK_INVALID', 'that is not the URL that the browser was redirected to', {
      step: 'callback',
      hint: `Copy the whole address from the browser's address bar; it begins with ${redirectUri}`,
    });
  }
  return url.searchParams;
}
