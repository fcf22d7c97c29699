import { SgidError, usageError } from '../errors/sgid-error.ts';
import type { VerifiedTokens } from '../oidc/provider.ts';
import { parseData } from '../sgid/claims.ts';
import { readScope, SCOPES } from '../sgid/scopes.ts';
import type { EncryptedUserinfo, PersonData } from '../sgid/userinfo.ts';
import { CONTROLS_BEYOND_C0, stripControls } from '../text/printable.ts';
import { quoteForShell } from '../text/shell-words.ts';
import type { OutputContext } from './diagnostics.ts';
import { checkExpectations, type Expectation, listNames, requireMet } from './expectations.ts';
import { openResultOutput } from './result-output.ts';

/** How a person's data is to be printed, as the command line gives it. */
export interface ResultFlags {
  readonly field?: string;
  readonly format?: 'json' | 'env';
  readonly raw?: true;
  readonly out?: string;
  readonly expect?: readonly string[];
}

/** How a person's data is printed, and what else is made of it. */
export interface ResultRequest {
  readonly flags: ResultFlags & { readonly includeTokens?: true; readonly saveCanary?: string };
  /** Those of the flags, read. */
  readonly expectations: readonly Expectation[];
}

/**
 * Obtains a person's data and prints it as the options say. The outputs are opened first, so that nothing is spent
 * for a folder that is not there; expectations are checked last, so that the result is there to look at.
 *
 * @param obtain Is given what takes the encrypted reply, for `--save-canary`.
 * @throws SgidError `ERR_OUTPUT`, `ERR_JWE_KEY_MISSING`, `ERR_CLAIM_ABSENT`, `ERR_EXPECTATION`; or whatever `obtain`
 *   rejects with.
 */
export async function printResult(
  { flags, expectations }: ResultRequest,
  { platform, diagnostics, journal }: OutputContext,
  obtain: (onReply: (reply: EncryptedUserinfo) => void) => Promise<Result>,
): Promise<void> {
  const output = await openResultOutput(flags.out, platform);
  try {
    const canary =
      flags.saveCanary === undefined ? undefined : await openResultOutput(flags.saveCanary, platform);
    try {
      let key: string | undefined;
      const result = await obtain(({ encrypted }) => {
        key = encrypted?.key;
      });
      const { text, notices } = renderResult(result, {
        format: flags.format ?? 'json',
        raw: flags.raw === true,
        includeTokens: flags.includeTokens === true,
        field: flags.field,
        forTerminal: flags.out === undefined && platform.terminal.stdoutIsTerminal,
      });
      for (const notice of notices) diagnostics.warn(notice);
      await output.commit(text);
      // Written only once the reply was decrypted: the JWE of the payload key, and nothing else.
      await canary?.commit(`${requireKey(key)}\n`);
      await journal.step('expect', async (step) => {
        const claims = listClaims(result);
        const verdicts = checkExpectations(expectations, claims);
        step?.verdicts(verdicts);
        requireMet(verdicts, claims);
      });
    } finally {
      await canary?.discard();
    }
  } finally {
    await output.discard();
  }
}

/**
 * Refuses a login that can bring no canary.
 *
 * @throws SgidError `ERR_USAGE`.
 */
export function requireDataScope(scope: string): void {
  if (readScope(scope).scopes.length > 1) return;
  throw usageError(
    `--save-canary needs a scope with data: "${scope}" comes without a key`,
    'Ask for one, for example --scope "openid myinfo.name".',
  );
}

function requireKey(key: string | undefined): string {
  if (key !== undefined) return key;
  throw new SgidError('ERR_JWE_KEY_MISSING', 'no canary was saved: the userinfo reply has no key', {
    step: 'output',
    causes: ['only "openid" was asked for, which comes without data and so without a key'],
    hint: 'Log in with a scope that has data, for example "openid myinfo.name".',
  });
}

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
export type Result = PersonData & Partial<Pick<VerifiedTokens, 'accessToken' | 'idToken' | 'claims'>>;

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

/**
 * A document as JSON with a final newline, pretty-printed unless `indent` is 0. DEL, C1 and bidi controls, and what a runner of GitHub
 * Actions takes for a command wherever it stands (`##[`), are spelled as escapes: it is the same document, with
 * nothing in it that a terminal would obey.
 */
export function renderJson(document: unknown, indent = 2): string {
  const spell = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const json = JSON.stringify(document, null, indent);
  return `${json.replace(new RegExp(`[${CONTROLS_BEYOND_C0}]|#(?=\\[)`, 'g'), spell)}\n`;
}
