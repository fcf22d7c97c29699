import { quoteForShell } from '../../config/shell-quote.ts';
import type { LoginResult } from '../../login/login.ts';
import { parseData } from '../../protocol/claims.ts';
import { SgidError } from '../../protocol/errors.ts';
import type { PersonData } from '../../protocol/fetch-data.ts';
import { stripControls } from '../../protocol/printable.ts';
import { SCOPES } from '../../protocol/scopes.ts';
import { listNames } from './expectations.ts';
import { renderJson } from './render-json.ts';

/** How the result is printed. */
export interface ResultOptions {
  readonly format: 'json' | 'env';
  /** Keep JSON-valued claims as text. */
  readonly raw: boolean;
  readonly includeTokens: boolean;
  /** Print this one claim as plain text instead. */
  readonly field: string | undefined;
  /** Text goes to a terminal, which would obey control characters: claims lose them. JSON spells them out. */
  readonly forTerminal: boolean;
}

/** A person's data, and the tokens where the command has them. */
export type Result = PersonData & Partial<Pick<LoginResult, 'accessToken' | 'idToken' | 'claims'>>;

/** Text to print, and what had to be left out of it. */
export interface RenderedResult {
  readonly text: string;
  readonly notices: readonly string[];
}

/**
 * Renders the result of a login or of its last steps.
 *
 * @throws SgidError `ERR_CLAIM_ABSENT` when the claim of `field` did not come.
 */
export function renderResult(login: Result, options: ResultOptions): RenderedResult {
  const { sub, data, accessToken, idToken, claims } = login;
  const show = options.forTerminal ? stripLines : keep;
  if (options.field !== undefined) return { text: `${show(readClaim(login, options.field))}\n`, notices: [] };
  if (options.format === 'env') return renderEnv(login, options.includeTokens, show);
  const result = {
    sub,
    data: options.raw ? data : parseData(data),
    ...(options.includeTokens ? { accessToken, idToken, claims } : {}),
  };
  return { text: renderJson(result), notices: [] };
}

/** The claims of a login by name, `sub` among them, as text. */
export function listClaims({ sub, data }: PersonData): Map<string, string> {
  return new Map([...Object.entries({ sub, ...data }), ['sub', sub]]);
}

function readClaim(login: PersonData, name: string): string {
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
  { sub, data, accessToken = '', idToken = '' }: Result,
  includeTokens: boolean,
  show: (value: string) => string,
): RenderedResult {
  const known = Object.entries(data).filter(([name]) => SCOPES.some((scope) => scope.name === name));
  const unknown = Object.keys(data).length - known.length;
  const tokens = includeTokens ? { access_token: accessToken, id_token: idToken } : {};
  const variables = Object.entries({ sub, ...Object.fromEntries(known), ...tokens });
  return {
    text: variables.map(([name, value]) => `${toVariable(name)}=${quoteForShell(show(value))}\n`).join(''),
    notices:
      unknown === 0
        ? []
        : [`${unknown} claim(s) outside the catalogue were left out; --format json shows them`],
  };
}

function toVariable(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

function keep(value: string): string {
  return value;
}

/** Before a value is quoted, never after: an escape sequence could take the closing quote with it. */
function stripLines(value: string): string {
  return value.split('\n').map(stripControls).join('\n');
}
