import { onTestFinished } from 'vitest';
import { createMockProvider } from '../../src/mock/provider.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../../src/mock/test-credentials.ts';
import { type ServerRequest, startServer } from '../../src/system/http-server.ts';
import { type IssuedCertificate, issueCertificate } from './private-authority.ts';
import { visit } from './process-login.ts';
import { takePort } from './take-port.ts';
import { writeTemporaryFile } from './temporary-folder.ts';

/** A provider with https that only a proxy finds, and whose certificate only a private authority vouches for. */
export interface RemoteProvider {
  /** Where it really is, on 127.0.0.1. */
  readonly port: number;
  /** The variables with which a program logs in there; those of proxy and authority are not among them. */
  readonly env: Readonly<Record<string, string>>;
  readonly tls: IssuedCertificate;
  /** The file with the authority's certificate. */
  readonly authorityFile: string;
  /** Every request that came, in order. */
  readonly requests: readonly ServerRequest[];
  /** Does what a browser elsewhere would that is sent to the URL, up to the callback's page. */
  consent(authorizationUrl: string): Promise<void>;
}

/** Starts a provider that calls itself `sgid.provider.test` or as told, where everybody consents at once. */
export async function startRemoteProvider(
  nameOf: (port: number) => string = () => 'sgid.provider.test',
): Promise<RemoteProvider> {
  const redirectUri = `http://localhost:${await takePort()}/callback`;
  const port = await takePort();
  const hostname = `https://${nameOf(port)}`;
  const provider = createMockProvider({
    hostname,
    clients: [createTestClient([redirectUri])],
    approve: 'wei-ming',
  });
  const requests: ServerRequest[] = [];
  const tls = issueCertificate([new URL(hostname).hostname, 'localhost']);
  const handle = (request: ServerRequest) => {
    requests.push(request);
    return provider.handle(request);
  };
  const server = await startServer({ addresses: ['127.0.0.1'], port, handle, tls });
  onTestFinished(() => server.close());
  return {
    port,
    env: {
      SGID_CLIENT_ID: TEST_CLIENT_ID,
      SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
      SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
      SGID_REDIRECT_URI: redirectUri,
      SGID_HOSTNAME: hostname,
    },
    tls,
    authorityFile: await writeTemporaryFile('authority.pem', tls.authority),
    requests,
    async consent(authorizationUrl) {
      const { pathname, search } = new URL(authorizationUrl);
      const request = { method: 'GET', target: pathname + search, headers: {}, body: '' };
      await visit((await provider.handle(request)).headers['location'] ?? '');
    },
  };
}
