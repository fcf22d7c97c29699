import { SgidError } from '../errors/sgid-error.ts';
import type { VerifiedTokens } from '../oidc/provider.ts';
import { parseData } from '../sgid/claims.ts';
import { SCOPE_NAMES } from '../sgid/scopes.ts';
import type { EncryptedUserinfo, PersonData } from '../sgid/userinfo.ts';
import { stripLines, toPrintable, UNSEEN } from '../text/printable.ts';
import { quoteForShell } from '../text/shell-words.ts';
import type { OutputContext } from './diagnostics.ts';
import { adviseOnAbsent, checkExpectations, type Expectation, requireMet } from './expectations.ts';
import { openResultOutput } from './result-output.ts';
import { renderTable } from './table.ts';

export interface ResultFlags {
  readonly field?: string;
  readonly format?: 'json' | 'env' | 'table';
  readonly raw?: true;
  readonly out?: string;
  readonly expect?: readonly string[];
}

type PrintFlags = ResultFlags & { readonly includeTokens?: true; readonly saveCanary?: string };

/**
 * Obtains a person's data and prints it. The outputs are opened first, so that nothing is spent for a folder that is
 * not there; expectations are checked last, so that the result is there to look at.
 *
 * @param obtain Is given what takes the encrypted reply, for `--save-canary`.
 */
export async function printResult(
  { flags, expectations }: { readonly flags: PrintFlags; readonly expectations: readonly Expectation[] },
  { platform, diagnostics, journal }: OutputContext,
  obtain: (onReply: (reply: EncryptedUserinfo) => void) => Promise<Result>,
): Promise<void> {
  await using output = await openResultOutput(flags.out, platform);
  await using canary =
    flags.saveCanary === undefined ? undefined : await openResultOutput(flags.saveCanary, platform);
  let key: string | undefined;
  const result = await obtain(({ encrypted }) => {
    key = encrypted?.key;
  });
  const columns = flags.out === undefined ? platform.terminal.stdoutColumns : undefined;
  const { text, notices } = renderResult(result, flags, columns);
  for (const notice of notices) diagnostics.warn(notice);
  await output.commit(text);
  // Written only once the reply was decrypted: the JWE of the payload key, and nothing else.
  await canary?.commit(`${requireKey(key)}\n`);
  await journal.step('expect', async (step) => {
    const claims = listClaims(result);
    const verdicts = checkExpectations(expectations, claims);
    step?.verdicts(verdicts);
    requireMet(expectations, verdicts, claims);
  });
}

function requireKey(key: string | undefined): string {
  if (key !== undefined) return key;
  throw new SgidError('ERR_JWE_KEY_MISSING', 'no canary was saved: the userinfo reply has no key', {
    step: 'output',
    causes: ['only "openid" was asked for, which comes without data and so without a key'],
    hint: 'Log in with a scope that has data, for example "openid myinfo.name".',
  });
}

export type Result = PersonData & Partial<Pick<VerifiedTokens, 'accessToken' | 'idToken' | 'claims'>>;

/**
 * Renders a result, and lists what had to be omitted from it. Plain values lose what nobody sees, JSON spells it.
 *
 * @throws SgidError `ERR_CLAIM_ABSENT` when the claim of `field` is missing.
 */
export function renderResult(
  login: Result,
  { format, field, raw, includeTokens }: PrintFlags,
  columns?: number,
): { readonly text: string; readonly notices: readonly string[] } {
  const { sub, data, accessToken, idToken, claims } = login;
  if (field !== undefined) return { text: `${stripLines(requireClaim(login, field))}\n`, notices: [] };
  if (format === 'env') return renderEnv(login, includeTokens === true);
  if (format === 'table') {
    const tokens = Object.entries(includeTokens ? { accessToken, idToken } : {});
    const rows = [...listClaims(login), ...tokens].map(([name, value = '']) => [name, value]);
    return { text: renderTable(['claim', 'value'], rows, { columns }), notices: [] };
  }
  const tokens = includeTokens ? { accessToken, idToken, claims } : {};
  return { text: renderJson({ sub, data: raw ? data : parseData(data), ...tokens }), notices: [] };
}

export function listClaims({ sub, data }: PersonData): Map<string, string> {
  return new Map([...Object.entries({ sub, ...data }), ['sub', sub]]);
}

function requireClaim(login: PersonData, name: string): string {
  const claims = listClaims(login);
  const value = claims.get(name);
  if (value !== undefined) return value;
  throw new SgidError('ERR_CLAIM_ABSENT', `the claim ${toPrintable(name)} is missing from the reply`, {
    causes: ['the scope does not ask for it', 'the provider does not give it to this client'],
    hint: adviseOnAbsent([name], claims),
  });
}

/**
 * Lines that a shell may evaluate. Only claims of the catalogue become variables: their names come from the
 * provider, and one called `ld.preload` would become LD_PRELOAD.
 */
function renderEnv(
  { sub, data, accessToken = '', idToken = '' }: Result,
  includeTokens: boolean,
): ReturnType<typeof renderResult> {
  const known = Object.entries(data).filter(([name]) => SCOPE_NAMES.includes(name));
  const unknown = Object.keys(data).length - known.length;
  const tokens = includeTokens ? { access_token: accessToken, id_token: idToken } : {};
  const variables = Object.entries({ sub, ...Object.fromEntries(known), ...tokens });
  const lines = variables.map(([name, value]) => {
    const variable = name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    // Before it is quoted, never after: an escape sequence could take the closing quote with it.
    return `${variable}=${quoteForShell(stripLines(value))}\n`;
  });
  const notice = `${unknown} claim(s) outside the catalogue were omitted; --format json shows them`;
  return { text: lines.join(''), notices: unknown === 0 ? [] : [notice] };
}

/** What a terminal obeys or nobody sees, and what a CI system obeys (`##[`, `##vso[`). */
const OBEYED = new RegExp(`(?!\\n)[${UNSEEN}]|(?<=#)#(?=\\w{0,40}\\[)`, 'gu');

/**
 * A document as JSON with a final newline, pretty-printed unless `indent` is 0. What must not reach a terminal or a CI log is
 * written as `\u` escapes.
 */
export function renderJson(document: unknown, indent = 2): string {
  const spell = (character: string): string => character.split('').map(spellUnit).join('');
  return `${JSON.stringify(document, null, indent).replace(OBEYED, spell)}\n`;
}

function spellUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
