import { createServer, type IncomingMessage, type ServerResponse as NodeResponse } from 'node:http';
import { createMockProvider, type MockProvider } from '../../src/mock/provider.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../../src/mock/test-credentials.ts';
import {
  readBody,
  type ServerRequest,
  type ServerResponse,
  toPlainRequest,
} from '../../src/system/http-server.ts';

const PATHS = {
  authorize: '/v2/oauth/authorize',
  token: '/v2/oauth/token',
  jwks: '/v2/.well-known/jwks.json',
  userinfo: '/v2/oauth/userinfo',
  discovery: '/v2/.well-known/openid-configuration',
} as const;

/** The endpoints that a test may take over. */
export type EndpointName = keyof typeof PATHS;

/** An answer, in bytes as well, or one that never ends: `endless` is sent over and over. */
export type Answer =
  | ServerResponse
  | (Omit<ServerResponse, 'body'> & { readonly bytes: Uint8Array })
  | { readonly endless: string };

/** Answers in place of an endpoint; `honest` gives what the strict mock would have answered. */
export type Misbehaviour = (
  request: ServerRequest,
  honest: () => Promise<ServerResponse>,
) => Answer | Promise<Answer>;

/** What a provider does wrong, by endpoint. */
export type Misbehaviours = Readonly<Partial<Record<EndpointName, Misbehaviour>>>;

/** Which persona logs in without a page (none when `undefined`), and which scopes the client has. */
export interface ProviderOptions {
  readonly approve?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** Starts a provider for the test client with one redirect URI. */
export async function startLoopbackProvider(
  redirectUri: string,
  misbehaviours: Misbehaviours,
  { approve, scopes }: ProviderOptions,
) {
  const requests: ServerRequest[] = [];
  let mock: MockProvider | undefined;
  const server = createServer((incoming, response) => {
    void answer(incoming, response);
  });

  async function answer(incoming: IncomingMessage, response: NodeResponse): Promise<void> {
    const request = toPlainRequest(incoming, (await readBody(incoming, 100_000)) ?? '');
    requests.push(request);
    const honest = async (): Promise<ServerResponse> => {
      if (mock === undefined) throw new Error('the provider is not ready');
      return mock.handle(request);
    };
    const endpoint = endpointOf(request);
    const misbehave = endpoint && misbehaviours[endpoint];
    sendTo(response, await (misbehave ? misbehave(request, honest) : honest()));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const hostname = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : bound}`;
  mock = createMockProvider({
    hostname,
    clients: [createTestClient([redirectUri], scopes)],
    ...(approve === undefined ? {} : { approve }),
  });
  return {
    hostname,
    issuer: mock.issuer,
    /** The variables with which a program logs in there. */
    env: {
      SGID_CLIENT_ID: TEST_CLIENT_ID,
      SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
      SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
      SGID_REDIRECT_URI: redirectUri,
      SGID_HOSTNAME: hostname,
    } as Readonly<Record<string, string>>,
    requests,
    countTo: (endpoint: EndpointName): number =>
      requests.filter((request) => endpointOf(request) === endpoint).length,
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** An answer that never comes. */
export function hang(): Promise<never> {
  return new Promise(() => {});
}

/** A plain answer. */
export function reply(
  status: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  return { status, headers, body };
}

function endpointOf({ target }: ServerRequest): EndpointName | undefined {
  const [path] = target.split('?');
  const names = ['authorize', 'token', 'jwks', 'userinfo', 'discovery'] as const;
  return names.find((name) => PATHS[name] === path);
}

function sendTo(response: NodeResponse, answer: Answer): void {
  if ('endless' in answer) {
    const pour = (): void => {
      while (!response.destroyed && response.write(answer.endless));
    };
    response.on('drain', pour);
    pour();
    return;
  }
  response.writeHead(answer.status, { ...answer.headers, connection: 'close' });
  response.end('bytes' in answer ? answer.bytes : answer.body);
}

export type LoopbackProvider = Awaited<ReturnType<typeof startLoopbackProvider>>;
