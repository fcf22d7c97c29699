import type { JsonWebKey, KeyObject } from 'node:crypto';
import { usageError } from '../errors/sgid-error.ts';
import { EXAMPLE_REDIRECT_URI } from '../sgid/redirect-uri.ts';
import { isIpAddress } from '../system/host.ts';
import { isNonEmptyString, isRecord } from '../text/guards.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { quoteValue } from '../text/printable.ts';
import type { MockClient } from './clients.ts';
import type { MockControls } from './controls.ts';
import { parseSigningKey } from './key-ring.ts';
import { MAX_TARGET_LENGTH } from './oauth.ts';
import { PERSONAS, type Persona } from './personas.ts';
import { createMockProvider, type MockProvider } from './provider.ts';
import type { MockProviderOptions } from './provider-state.ts';
import { BODYLESS } from './replies.ts';
import { MAX_BODY_BYTES, type MockSgidAddress, startMockServer } from './server.ts';
import { createTestClient, TEST_PRIVATE_KEY } from './test-credentials.ts';

/**
 * What a mock is set up with; every field is optional.
 *
 * @see docs/mock.md.
 * @example
 * ```ts
 * import { type MockSgidOptions, startMockSgid } from 'sgid-cli/mock';
 *
 * const options: MockSgidOptions & { clients?: undefined } = { approve: 'zoe', latencyMs: 200 };
 * const mock = await startMockSgid(options);
 * ```
 */
export interface MockSgidOptions
  extends Omit<MockProviderOptions, 'hostname' | 'clients' | 'signingKey' | 'sleep' | 'onExchange'> {
  /** The redirect URIs of the ready-made test client; `http://localhost:5001/api/redirect` by default. */
  readonly redirectUris?: readonly string[] | undefined;
  /** Clients of your own, instead of the ready-made one. */
  readonly clients?: readonly MockClient[] | undefined;
  /**
   * The RSA private key that ID tokens are signed with, 2048 bits or more: PEM, a JWK (as an object or as text), the bytes
   * of a file with one of them or with DER, or a key object. The `kid` is that of the JWK, or else the key's thumbprint
   * (RFC 7638). A published test key by default.
   */
  readonly signingKey?: string | Uint8Array | JsonWebKey | KeyObject | undefined;
}

/**
 * The ready-made test client: what `SgidClient` and the official SDK take. Public test material.
 *
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { SgidClient } from 'sgid-cli';
 * import type { MockCredentials } from 'sgid-cli/mock';
 *
 * const credentials: MockCredentials = mock.client;
 * const client = new SgidClient({ hostname: mock.hostname, ...credentials });
 * ```
 */
export interface MockCredentials {
  /** The same in every mock. */
  readonly clientId: string;
  /** The same in every mock, with characters that a form must encode. */
  readonly clientSecret: string;
  /** PKCS#8 PEM. */
  readonly privateKey: string;
  /** The first of `redirectUris`. */
  readonly redirectUri: string;
}

/**
 * What every mock offers, with a socket or without.
 *
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { SgidClient } from 'sgid-cli';
 * import type { MockSgid } from 'sgid-cli/mock';
 *
 * const clientOf = ({ hostname, client }: MockSgid): SgidClient => new SgidClient({ hostname, ...client });
 * ```
 * @typeParam Client `undefined` for a mock with clients of your own, whose private keys it does not know.
 */
export interface MockSgid<Client extends MockCredentials | undefined = MockCredentials> extends MockControls {
  /** The provider's origin: the `hostname` of `SgidClient`. */
  readonly hostname: string;
  /** The `iss` of its ID tokens. */
  readonly issuer: string;
  /** The ready-made client; `undefined` when `clients` were given. */
  readonly client: Client;
  /** The people who can log in. */
  readonly personas: readonly Persona[];
}

/**
 * A mock that listens.
 *
 * @typeParam Client As for {@link MockSgid}.
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { type RunningMockSgid, startMockSgid } from 'sgid-cli/mock';
 *
 * const mock: RunningMockSgid = await startMockSgid();
 * await mock.close();
 * ```
 */
export interface RunningMockSgid<Client extends MockCredentials | undefined = MockCredentials>
  extends MockSgid<Client>,
    AsyncDisposable {
  /** Stops listening and closes every connection, as `await using mock = await startMockSgid()` does. Never throws. */
  close(): Promise<void>;
}

/**
 * A mock without a socket.
 *
 * @typeParam Client As for {@link MockSgid}.
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { createMockSgid, type EmbeddedMockSgid } from 'sgid-cli/mock';
 *
 * const mock: EmbeddedMockSgid = createMockSgid();
 * const { status } = await mock.handle(new Request(`${mock.issuer}/health`));
 * ```
 */
export interface EmbeddedMockSgid<Client extends MockCredentials | undefined = MockCredentials>
  extends MockSgid<Client> {
  /**
   * Answers a request to `<hostname>/v2/...`; mount it wherever your framework routes these. `<hostname>/` is a page
   * for developers. Answers 413 to a body over 65,536 bytes, 400 to one that was read before or fails, and 414 to a URL over
   * 16,384 characters. Never throws.
   */
  handle(request: Request): Promise<Response>;
}

type ServerOptions = MockSgidOptions & MockSgidAddress;
type EmbeddedOptions = MockSgidOptions & Pick<MockSgidAddress, 'hostname'>;
/** Options whose type does not say whether clients are given. */
type Undecided<Options extends MockSgidOptions> = 'clients' extends keyof Options
  ? undefined extends Options['clients']
    ? Options
    : never
  : never;

/** Starts an sgID provider with clients of your own, whose private keys it does not know. Throws like the overload without `clients`. */
export function startMockSgid(
  options: ServerOptions & { clients: readonly MockClient[] },
): Promise<RunningMockSgid<undefined>>;
/** Starts an sgID provider with options that may bring clients or not. Throws like the overload without `clients`. */
export function startMockSgid<Options extends ServerOptions>(
  options: Options & Undecided<Options>,
): Promise<RunningMockSgid<MockCredentials | undefined>>;
// Keep this overload last: ReturnType<typeof startMockSgid> takes the last one.
/**
 * Starts an sgID provider on a loopback port, for tests, with a client that is ready to use.
 *
 * @throws SgidError, before it listens, `ERR_USAGE` for options that clash or name what does not exist, and for a
 *   secret of fewer than 16 bytes; `ERR_HOSTNAME` for a `hostname` that clients would refuse;
 *   `ERR_CREDENTIALS_FILE` for a client that cannot be registered, `ERR_REDIRECT_URI` for its redirect URIs;
 *   `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_SIZE` or `ERR_PRIVATE_KEY_PASSPHRASE` for a `signingKey`
 *   that cannot sign; `ERR_LISTEN_PORT_IN_USE` or `ERR_LISTEN_NOT_PERMITTED` when it cannot listen.
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { SgidClient } from 'sgid-cli';
 * import { startMockSgid } from 'sgid-cli/mock';
 *
 * const mock = await startMockSgid({ redirectUris: ['http://localhost:3000/callback'] });
 * const client = new SgidClient({ hostname: mock.hostname, ...mock.client });
 * mock.queuePersona('zoe');
 * // ... drive the application, then look at mock.requests()
 * await mock.close();
 * ```
 */
export function startMockSgid(options?: ServerOptions & { clients?: undefined }): Promise<RunningMockSgid>;
export async function startMockSgid(
  options: ServerOptions = {},
): Promise<RunningMockSgid<MockCredentials | undefined>> {
  const { client, ...parsed } = parseOptions(options);
  const { provider, hostname, close } = await startMockServer({ ...options, ...parsed });
  return { ...describeMock(provider, hostname, options), client, close, [Symbol.asyncDispose]: close };
}

/** Sets up an sgID provider with clients of your own, whose private keys it does not know. Throws like the overload without `clients`. */
export function createMockSgid(
  options: EmbeddedOptions & { clients: readonly MockClient[] },
): EmbeddedMockSgid<undefined>;
/** Sets up an sgID provider with options that may bring clients or not. Throws like the overload without `clients`. */
export function createMockSgid<Options extends EmbeddedOptions>(
  options: Options & Undecided<Options>,
): EmbeddedMockSgid<MockCredentials | undefined>;
/**
 * Sets up an sgID provider without a socket, with a client that is ready to use.
 *
 * @param options `hostname` is the origin that it is reached under, `http://localhost:5157` by default.
 * @throws SgidError `ERR_USAGE` for options that clash or name what does not exist, and for a secret of fewer than
 *   16 bytes; `ERR_HOSTNAME` for a `hostname` that clients would refuse; `ERR_CREDENTIALS_FILE` for a client that
 *   cannot be registered, `ERR_REDIRECT_URI` for its redirect URIs; `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`,
 *   `ERR_PRIVATE_KEY_SIZE` or `ERR_PRIVATE_KEY_PASSPHRASE` for a `signingKey` that cannot sign.
 * @see docs/mock.md, "As a library".
 * @example
 * ```ts
 * import { createMockSgid } from 'sgid-cli/mock';
 *
 * const mock = createMockSgid({ hostname: 'http://localhost:3000', approve: 'zoe' });
 * const discovery = await mock.handle(new Request(`${mock.issuer}/.well-known/openid-configuration`));
 * ```
 */
export function createMockSgid(options?: EmbeddedOptions & { clients?: undefined }): EmbeddedMockSgid;
export function createMockSgid(options: EmbeddedOptions = {}): EmbeddedMockSgid<MockCredentials | undefined> {
  const { hostname = 'http://localhost:5157' } = options;
  const { client, ...parsed } = parseOptions(options);
  const provider = createMockProvider({ ...options, ...parsed, hostname });
  const handle = (request: Request): Promise<Response> =>
    answerWebRequest(provider, request).catch(() => new Response(null, { status: 500 }));
  return { ...describeMock(provider, hostname, options), client, handle };
}

type Fits = (value: unknown) => boolean;
const isText: Fits = (value) => typeof value === 'string';
const isFlag: Fits = (value) => typeof value === 'boolean';
const isAny: Fits = () => true;
const isList =
  (fits: Fits): Fits =>
  (value) =>
    Array.isArray(value) && value.every(fits);
const isPersona: Fits = (value) =>
  isRecord(value) &&
  [value['id'], value['name']].every(isNonEmptyString) &&
  isRecord(value['data']) &&
  Object.values(value['data']).every(isText);
const isClient: Fits = (value) =>
  isRecord(value) &&
  [value['clientId'], value['clientSecret']].every(isText) &&
  [value['redirectUris'], value['scopes']].every(isList(isText));
const isFault: Fits = (value) =>
  isRecord(value) && isText(value['name']) && typeof value['times'] === 'number';

const isHost = (host: string): boolean => host === 'localhost' || isIpAddress(host);
/** As long as a timer of Node can hold. */
const isWait: Fits = (value) => typeof value === 'number' && value >= 0 && value < 2 ** 31;

/** What callers without types mistake. Ids, keys and the like are looked at where they are used. */
const OPTIONS: Readonly<Record<keyof ServerOptions, readonly [fits: Fits, what: string]>> = {
  redirectUris: [isList(isText), 'a list of texts'],
  clients: [isList(isClient), 'a list of clients, each with its redirectUris and scopes'],
  personas: [isList(isPersona), 'a list of people with id, name, and data in which all values are text'],
  approve: [isText, 'the id of a persona'],
  faults: [isList(isFault), 'a list such as [{ name: "slow", times: 1 }]'],
  latencyMs: [isWait, 'a number of milliseconds, 0 or more'],
  port: [
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
    'from 0 to 65535',
  ],
  host: [(value) => isText(value) && isHost(`${value}`), 'an IP address of this machine'],
  hostname: [isText, 'an origin such as http://localhost:5157'],
  oidc: [isFlag, 'true or false'],
  control: [isFlag, 'true or false'],
  jwe: [isAny, ''],
  secret: [isAny, ''],
  signingKey: [isAny, ''],
  intercept: [isAny, ''],
  now: [isAny, ''],
};

function checkOptions(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    const [fits, what] = Object.entries(OPTIONS).find(([known]) => known === name)?.[1] ?? [];
    if (fits === undefined)
      throw usageError(`there is no option ${quoteValue(name)}`, didYouMean(name, Object.keys(OPTIONS)));
    if (value !== undefined && !fits(value)) throw usageError(`${name} must be ${what}`);
  }
}

function parseOptions(options: MockSgidOptions) {
  checkOptions(options);
  const { clients, redirectUris, signingKey: key } = options;
  if (clients !== undefined && redirectUris !== undefined) {
    const hint = 'Name the redirect URIs of each client in clients.';
    throw usageError('clients and redirectUris contradict each other', hint);
  }
  const signingKey = key === undefined ? undefined : parseSigningKey(key);
  if (clients !== undefined) return { clients, signingKey, client: undefined };
  const client = createTestClient(redirectUris ?? [EXAMPLE_REDIRECT_URI]);
  const { clientId, clientSecret } = client;
  const [redirectUri = ''] = client.redirectUris;
  const credentials = { clientId, clientSecret, privateKey: TEST_PRIVATE_KEY, redirectUri };
  return { clients: [client], signingKey, client: credentials };
}

function describeMock(provider: MockProvider, hostname: string, { personas = PERSONAS }: MockSgidOptions) {
  const { handle: _handle, wake: _wake, ...shared } = provider;
  return { ...shared, hostname, personas };
}

async function answerWebRequest(provider: MockProvider, request: Request): Promise<Response> {
  const { host, pathname, search } = new URL(request.url);
  const target = pathname + search;
  if (target.length > MAX_TARGET_LENGTH) return new Response(null, { status: 414 });
  const body = await receiveBody(request).catch(() => null);
  if (body === null) return new Response('The body cannot be read.', { status: 400 });
  if (body === undefined) return new Response(null, { status: 413 });
  const { method } = request;
  // A `Request` that code made, unlike one that a server received, has no Host.
  const headers = { host, ...Object.fromEntries(request.headers) };
  const answer = await provider.handle({ method, target, headers, body });
  const isBodyless = method === 'HEAD' || BODYLESS.includes(answer.status);
  return new Response(isBodyless ? null : answer.body, answer);
}

/** The body as UTF-8 text; `undefined` when it is too large, of which no more is read than it takes to know. */
async function receiveBody({ body, headers }: Request): Promise<string | undefined> {
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY_BYTES) {
    await body?.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of body ?? []) {
    bytes += Buffer.byteLength(chunk); // throws for what is neither bytes nor text
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
