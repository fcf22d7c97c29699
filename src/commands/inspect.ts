import * as v from 'valibot';
import { SgidError } from '../errors/sgid-error.ts';
import { decodeCompact, isCompact } from '../oidc/compact.ts';
import { verifyIdToken } from '../oidc/id-token.ts';
import { createJwksSource } from '../oidc/jwks.ts';
import type { Verdict } from '../oidc/verdict.ts';
import { renderJson } from '../output/result.ts';
import { openResultOutput } from '../output/result-output.ts';
import { loadCredentials } from '../settings/credentials.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import { inspectJwe, inspectUserinfo } from '../sgid/inspect-userinfo.ts';
import { isRecord, parseJson } from '../text/guards.ts';
import { filledText, members, parseJsonFile } from '../text/json.ts';
import { toPrintable } from '../text/printable.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, openInputs } from './credential-options.ts';
import { parseDuration } from './option-values.ts';
import { loadText, type TextInput } from './text-input.ts';
import { HTTP_TIMEOUT, openTransport, prepareConnection } from './transport.ts';
import { parseUserinfoReply } from './userinfo-reply.ts';

const EXAMPLES = `
Examples:
  $ sgid inspect id-token.txt
  $ sgid inspect --verify --client-id MYAPP-1a2b3c4d --nonce "$NONCE" \\
      id-token.txt
  $ sgid callback --transaction transaction.json "$URL" | sgid inspect --verify
  $ sgid inspect userinfo.json | jq '.verdicts[] | select(.verdict == "fail")'

Takes an ID token, a JWE, a userinfo reply, or what "sgid callback" printed, and prints what each check of a login finds.
Nothing is decrypted, and nothing is sent but, with --verify, a request for the provider's keys.
Every verdict has "check", "verdict" (pass, fail, or skip where there is nothing to compare with), "evidence" and, when
it is fail, the "code" that a login would end with. A verdict that fails is a warning, and the exit code is 0; with
--verify it is 7 for an ID token, one that has only expired included, and 8 for the algorithms of a JWE.`;

export const declare: DeclareCommand = (command, openContext) => {
  addCredentialOptions(
    command
      .argument('[file]', 'what to inspect; - or nothing for standard input')
      .option('--nonce <value>', 'the nonce that the ID token must carry')
      .option('--verify', "check the signature with the provider's keys, and fail on a failed verdict"),
    ['clientId', 'hostname'],
  )
    .optionsGroup(GROUPS.rare)
    .option(...HTTP_TIMEOUT)
    .addHelpText('after', EXAMPLES)
    .action(async (path = '-', options) => {
      const context = await openContext();
      const timeoutMs = parseDuration(options.httpTimeout, '--http-timeout');
      const input = await loadText({ path, what: 'the token' }, context);
      const report = await inspect(input, { ...options, timeoutMs }, context);
      const { kind, verdicts, withoutKeys, ...content } = report;
      const printed = verdicts.map(({ check, verdict, detail: evidence, error }) => ({
        check,
        verdict,
        evidence,
        code: error?.code,
      }));
      const output = await openResultOutput(undefined, context.platform);
      await output.commit(renderJson({ kind, ...content, verdicts: printed }));
      if (withoutKeys) throw withoutKeys;
      const rejection = describeRejection(kind, verdicts);
      if (rejection && options.verify) throw rejection;
      if (rejection) context.diagnostics.warn(rejection.message);
    });
};

interface InspectOptions extends CredentialFlags {
  readonly nonce?: string;
  readonly verify?: true;
  readonly timeoutMs: number;
}

interface Report {
  readonly kind: 'id-token' | 'jwe' | 'userinfo';
  readonly verdicts: readonly Verdict[];
  /** Why the signature could not be checked. */
  readonly withoutKeys?: SgidError | undefined;
  readonly [content: string]: unknown;
}

async function inspect(input: TextInput, options: InspectOptions, context: CommandContext): Promise<Report> {
  const tokens = parseTokens(input);
  const content = tokens ? decodeCompact(tokens.compact) : parseUserinfoReply(input);
  if (tokens && 'kind' in content && content.kind === 'jws') {
    const { header, claims } = content;
    return { kind: 'id-token', header, claims, ...(await verifyTokens(tokens, options, context)) };
  }
  if (options.nonce !== undefined || options.verify)
    context.diagnostics.warn('only an ID token has a nonce and a signature to compare');
  if ('sub' in content) return { kind: 'userinfo', sub: content.sub, ...inspectUserinfo(content) };
  return { kind: 'jwe', header: content.header, verdicts: inspectJwe(content.header) };
}

interface Tokens {
  readonly compact: string;
  /** The one that came with an ID token. */
  readonly accessToken?: string | undefined;
}

/** The names of an ID token and the access token beside it: in our JSON, and in that of a token endpoint. */
const TOKEN_NAMES = [
  ['idToken', 'accessToken'],
  ['id_token', 'access_token'],
] as const;

/** `undefined` for what can only be a userinfo reply. */
function parseTokens({ text, name }: TextInput): Tokens | undefined {
  const trimmed = text.trim();
  // A token in quotes, as jq prints it, is JSON as well.
  const json = /^[{"]/.test(trimmed) ? parseJson(trimmed) : undefined;
  const names = isRecord(json) && TOKEN_NAMES.find(([idToken]) => Object.hasOwn(json, idToken));
  if (!names && trimmed.startsWith('{')) return undefined;
  let tokens: Tokens = { compact: typeof json === 'string' ? json : trimmed };
  if (names) {
    const [idToken, accessToken] = names;
    const schema = members({ [idToken]: filledText, [accessToken]: v.optional(filledText) });
    const hint = 'Expected: what "sgid callback" prints, or the reply of a token endpoint.';
    const found = parseJsonFile(schema, { text, path: name, hint });
    tokens = { compact: found[idToken] ?? '', accessToken: found[accessToken] };
  }
  if (isCompact(tokens.compact)) return tokens;
  throw new SgidError('ERR_FILE', `${name} holds neither an ID token nor a JWE nor a userinfo reply`, {
    causes: ['it was not copied whole: an ID token has three parts with dots between, a JWE five'],
    hint: 'Expected: one of these, or what "sgid callback" prints.',
  });
}

async function verifyTokens(
  { compact, accessToken }: Tokens,
  { nonce, verify, timeoutMs, ...flags }: InspectOptions,
  context: CommandContext,
): Promise<Pick<Report, 'verdicts' | 'withoutKeys'>> {
  const { diagnostics, journal, platform } = context;
  diagnostics.hide(accessToken === undefined ? [compact] : [compact, accessToken]);
  const request = { needed: ['hostname'], optional: ['clientId'] } as const;
  const { hostname, clientId, found } = await loadCredentials(request, flags, openInputs(context));
  const { issuer, jwks: endpoint } = endpointsOf(hostname);
  // The token may be of another provider than the default.
  const isNamed = verify || found.hostname?.kind !== 'default';
  const now = platform.clock.now();
  const expected = { issuer: isNamed ? issuer : undefined, clientId, nonce, accessToken, now };
  if (verify) prepareConnection(hostname, context);
  const jwks = createJwksSource(openTransport(context, timeoutMs), endpoint);
  const loadJwks = (fresh: boolean) => jwks.load(fresh, { journal, signal: platform.signal });
  try {
    const { verdicts } = await verifyIdToken(compact, expected, verify && loadJwks);
    return { verdicts };
  } catch (error) {
    platform.signal.throwIfAborted();
    if (!(error instanceof SgidError)) throw error;
    const { verdicts } = await verifyIdToken(compact, expected);
    return { verdicts, withoutKeys: error };
  }
}

/** Checks beyond so many are counted, not listed: the names of some come from the provider. */
const MOST_NAMES = 10;

function describeRejection(kind: Report['kind'], verdicts: readonly Verdict[]): SgidError | undefined {
  const failures = verdicts.filter(({ verdict }) => verdict === 'fail');
  const code = failures[0]?.error?.code;
  if (code === undefined) return undefined;
  const names = failures.slice(0, MOST_NAMES).map(({ check }) => toPrintable(check, 100));
  const more = failures.length > names.length ? ` and ${failures.length - names.length} more` : '';
  return new SgidError(code, `a login would reject it: ${names.join(', ')}${more} failed`, {
    step: kind === 'id-token' ? 'id-token' : 'decrypt',
    hint: 'Look at the evidence of the failed verdicts.',
  });
}
