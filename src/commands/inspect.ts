import * as v from 'valibot';
import { SgidError } from '../errors/sgid-error.ts';
import { type CompactToken, decodeCompact, isCompact } from '../oidc/compact.ts';
import { verifyIdToken } from '../oidc/id-token.ts';
import { createJwksSource, type JwksSource } from '../oidc/jwks.ts';
import type { Verdict } from '../oidc/verdict.ts';
import { renderJson } from '../output/result.ts';
import { openResultOutput } from '../output/result-output.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import { inspectJwe, inspectUserinfo } from '../sgid/inspect-userinfo.ts';
import type { EncryptedUserinfo } from '../sgid/userinfo.ts';
import { isRecord, parseJson } from '../text/guards.ts';
import { filledText, members, parseJsonFile } from '../text/json.ts';
import { toPrintable } from '../text/printable.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { addCredentialOptions, loadCredentials } from './credential-options.ts';
import { parseDuration } from './option-values.ts';
import { loadText, type TextInput } from './text-input.ts';
import { openTransport, prepareProxy } from './transport.ts';
import { parseUserinfoReply } from './userinfo-reply.ts';

const EXAMPLES = `
Examples:
  $ sgid inspect id-token.txt
  $ sgid inspect --verify --client-id MYAPP-1a2b3c4d --nonce "$NONCE" \\
      id-token.txt
  $ sgid callback --transaction transaction.json "$URL" | sgid inspect --verify
  $ sgid inspect userinfo.json | jq '.verdicts[] | select(.verdict == "fail")'

Takes an ID token, a JWE, a userinfo reply, or what "sgid callback" printed, and says what each check of a login finds.
Nothing is decrypted, and nothing is sent but, with --verify, a request for the provider's keys.
Every verdict has "check", "verdict" (pass, fail, or skip where there is nothing to compare with), "evidence" and, when
it is fail, the "code" that a login would end with. Whatever fails is printed all the same; then the command ends with
7 for an ID token, one that has only expired included, and with 8 for the algorithms of a JWE.`;

export const declare: DeclareCommand = (command, openContext) => {
  addCredentialOptions(
    command
      .argument('[file]', 'what to inspect; - or nothing for standard input')
      .option('--nonce <value>', 'the nonce that the ID token must carry')
      .option('--verify', "check the ID token's signature with the provider's keys"),
    ['clientId', 'hostname'],
  )
    .optionsGroup(GROUPS.rare)
    .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
    .addHelpText('after', EXAMPLES)
    .action(async (path = '-', options) => {
      const context = await openContext();
      const timeoutMs = parseDuration(options.httpTimeout, '--http-timeout');
      const input = parseInput(await loadText({ path, what: 'the token' }, context));
      const report =
        input.kind === 'id-token'
          ? await reportIdToken(input, options, timeoutMs, context)
          : reportEncryption(input, options, context);
      const output = await openResultOutput(undefined, context.platform);
      const verdicts = report.verdicts.map(({ check, verdict, detail: evidence, code }) => ({
        check,
        verdict,
        evidence,
        code,
      }));
      await output.commit(renderJson({ kind: input.kind, ...report, verdicts }));
      refuseFailures(input.kind, report.verdicts);
    });
};

interface InspectOptions extends CredentialFlags {
  readonly nonce?: string;
  readonly verify?: true;
}

interface Report {
  readonly verdicts: readonly Verdict[];
  readonly [detail: string]: unknown;
}

function reportEncryption(
  input: Exclude<InspectInput, { kind: 'id-token' }>,
  { nonce, verify }: InspectOptions,
  { diagnostics }: CommandContext,
): Report {
  if (nonce !== undefined || verify) diagnostics.warn('--nonce and --verify count for an ID token only');
  if (input.kind === 'userinfo') return { sub: input.reply.sub, ...inspectUserinfo(input.reply) };
  const { header } = input.token;
  return { header, verdicts: inspectJwe(header) };
}

/** Checks beyond so many are counted, not listed: the names of some come from the provider. */
const MOST_NAMES = 10;

function refuseFailures(kind: InspectInput['kind'], verdicts: readonly Verdict[]): void {
  const failures = verdicts.filter(({ verdict }) => verdict === 'fail');
  const code = failures[0]?.code;
  if (code === undefined) return;
  const names = failures.slice(0, MOST_NAMES).map(({ check }) => toPrintable(check, 100));
  const more = failures.length - names.length;
  throw new SgidError(
    code,
    `a login would not take it: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} failed`,
    {
      step: kind === 'id-token' ? 'id-token' : 'decrypt',
      hint: 'Look at the evidence among the verdicts.',
    },
  );
}

/** Holds an ID token against the client and provider of the settings, as far as they are known. */
async function reportIdToken(
  { compact, token, accessToken }: Extract<InspectInput, { kind: 'id-token' }>,
  options: InspectOptions,
  timeoutMs: number,
  context: CommandContext,
): Promise<Report> {
  context.diagnostics.hide(accessToken === undefined ? [compact] : [compact, accessToken]);
  const request = { needed: ['hostname'], optional: ['clientId'] } as const;
  const { hostname, clientId } = await loadCredentials(request, options, context);
  const { header, claims } = token;
  const endpoints = endpointsOf(hostname);
  const expected = {
    issuer: endpoints.issuer,
    clientId,
    nonce: options.nonce,
    accessToken,
    now: context.platform.clock.now(),
  };
  const jwks = options.verify ? openJwks(hostname, endpoints.jwks, timeoutMs, context) : undefined;
  const { journal } = context;
  const { signal } = context.platform;
  const loadJwks = jwks && ((fresh: boolean) => jwks.load(fresh, { journal, signal }));
  const { verdicts } = await verifyIdToken(compact, expected, loadJwks);
  return { header, claims, verdicts };
}

function openJwks(
  hostname: string,
  endpoint: string,
  timeoutMs: number,
  context: CommandContext,
): JwksSource {
  prepareProxy(hostname, context);
  return createJwksSource(openTransport(context, { timeoutMs }), endpoint);
}

/** What there is to inspect. */
type InspectInput =
  | {
      readonly kind: 'id-token';
      readonly compact: string;
      readonly token: Extract<CompactToken, { kind: 'jws' }>;
      /** The access token that came with it. */
      readonly accessToken: string | undefined;
    }
  | { readonly kind: 'jwe'; readonly token: Extract<CompactToken, { kind: 'jwe' }> }
  | { readonly kind: 'userinfo'; readonly reply: EncryptedUserinfo };

/** The names of an ID token and the access token beside it: in our JSON, and in that of a token endpoint. */
const TOKEN_NAMES = [
  ['idToken', 'accessToken'],
  ['id_token', 'access_token'],
] as const;

/** Tells by its content what an input is. */
function parseInput(input: TextInput): InspectInput {
  const text = input.text.trim();
  // A token in quotes, as jq prints it, is JSON as well.
  const json = /^[{"]/.test(text) ? parseJson(text) : undefined;
  if (typeof json === 'string') return parseToken(json, undefined, input);
  const names = isRecord(json) && TOKEN_NAMES.find(([idToken]) => Object.hasOwn(json, idToken));
  if (names) return parseTokens(names, input);
  return text.startsWith('{')
    ? { kind: 'userinfo', reply: parseUserinfoReply(input) }
    : parseToken(text, undefined, input);
}

function parseTokens([idToken, accessToken]: (typeof TOKEN_NAMES)[number], input: TextInput): InspectInput {
  const schema = members({ [idToken]: filledText, [accessToken]: v.optional(filledText) });
  const hint = 'Expected is what "sgid callback" prints, or the reply of a token endpoint.';
  const tokens = parseJsonFile(schema, { text: input.text, path: input.name, hint });
  return parseToken(tokens[idToken] ?? '', tokens[accessToken], input);
}

function parseToken(compact: string, accessToken: string | undefined, { name }: TextInput): InspectInput {
  if (!isCompact(compact)) {
    throw new SgidError('ERR_FILE', `${name} holds neither an ID token nor a JWE nor a userinfo reply`, {
      step: 'config',
      causes: ['it was not copied whole: an ID token has three parts with dots between, a JWE five'],
      hint: 'Expected is one of these, or what "sgid callback" prints.',
    });
  }
  const token = decodeCompact(compact);
  return token.kind === 'jwe' ? { kind: 'jwe', token } : { kind: 'id-token', compact, token, accessToken };
}
