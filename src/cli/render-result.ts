import { parseData } from '../protocol/claims.ts';
import { SgidError } from '../protocol/errors.ts';
import type { IdTokenClaims } from '../protocol/id-token.ts';
import { SCOPES } from '../protocol/scopes.ts';
import { listNames } from './expectations.ts';

/** What a login gives, as far as it is printed. */
export interface PrintableLogin {
  readonly sub: string;
  readonly data: Record<string, string>;
  readonly accessToken: string;
  readonly idToken: string;
  readonly claims: IdTokenClaims;
}

/** How the result is printed. */
export interface ResultOptions {
  readonly format: 'json' | 'env';
  /** Keep JSON-valued claims as text. */
  readonly raw: boolean;
  readonly includeTokens: boolean;
  /** Print this one claim as plain text instead. */
  readonly field: string | undefined;
}

/** Text to print, and what had to be left out of it. */
export interface RenderedResult {
  readonly text: string;
  readonly notices: readonly string[];
}

/**
 * Renders the result of a login.
 *
 * @throws SgidError `ERR_CLAIM_ABSENT` when the claim of `field` did not come.
 */
export function renderResult(login: PrintableLogin, options: ResultOptions): RenderedResult {
  const { sub, data, accessToken, idToken, claims } = login;
  if (options.field !== undefined) return { text: `${readClaim(login, options.field)}\n`, notices: [] };
  if (options.format === 'env') return renderEnv(login, options.includeTokens);
  const result = {
    sub,
    data: options.raw ? data : parseData(data),
    ...(options.includeTokens ? { accessToken, idToken, claims } : {}),
  };
  return { text: `${escapeControls(JSON.stringify(result, null, 2))}\n`, notices: [] };
}

/** The claims of a login by name, `sub` among them, as text. */
export function listClaims({ sub, data }: Pick<PrintableLogin, 'sub' | 'data'>): Map<string, string> {
  return new Map([...Object.entries({ sub, ...data }), ['sub', sub]]);
}

function readClaim(login: PrintableLogin, name: string): string {
  const claims = listClaims(login);
  const value = claims.get(name);
  if (value !== undefined) return value;
  throw new SgidError('ERR_CLAIM_ABSENT', `the claim ${name} did not come`, {
    step: 'output',
    causes: ['the scope does not ask for it', 'the provider does not give it to this client'],
    hint: listNames(claims),
  });
}

/**
 * Lines that a shell may evaluate. Only claims of the catalogue become variables: their names come from the
 * provider, and one called `ld.preload` would become LD_PRELOAD.
 */
function renderEnv(
  { sub, data, accessToken, idToken }: PrintableLogin,
  includeTokens: boolean,
): RenderedResult {
  const known = Object.entries(data).filter(([name]) => SCOPES.some((scope) => scope.name === name));
  const unknown = Object.keys(data).length - known.length;
  const tokens = includeTokens ? { access_token: accessToken, id_token: idToken } : {};
  const variables = Object.entries({ sub, ...Object.fromEntries(known), ...tokens });
  return {
    text: variables.map(([name, value]) => `${toVariable(name)}=${quoteForShell(value)}\n`).join(''),
    notices:
      unknown === 0
        ? []
        : [`${unknown} claim(s) outside the catalogue were left out; --format json shows them`],
  };
}

function toVariable(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

/** Single quotes hold everything but themselves; a NUL cannot be in a variable at all. */
function quoteForShell(value: string): string {
  return `'${value.replaceAll('\0', '').replaceAll("'", "'\\''")}'`;
}

/** Spells C1 and bidi controls as JSON escapes: the same document, and nothing a terminal would obey. */
function escapeControls(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
