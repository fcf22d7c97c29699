import { SgidClient as OfficialClient } from '@opengovsg/sgid-client';
import { onTestFinished } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import { SgidClient } from '../../src/sgid/sgid-client.ts';
import { type LoopbackProvider, type Misbehaviours, startLoopbackProvider } from './loopback-provider.ts';

/** The same client twice: with the official SDK and with ours. */
export interface PeerClients {
  readonly provider: LoopbackProvider;
  /** Constructs them; with another private key than the registered one on demand. */
  official(privateKey?: string): OfficialClient;
  ours(privateKey?: string): SgidClient;
}

/** Sets up an embedded provider, which consents at once, and the clients that talk to it. */
export async function setUpPeerClients(misbehaviours: Misbehaviours = {}): Promise<PeerClients> {
  const redirectUri = 'http://localhost:5001/api/redirect';
  const provider = await startLoopbackProvider(redirectUri, misbehaviours, { approve: 'siti' });
  onTestFinished(() => provider.close());
  const parameters = {
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    redirectUri,
    hostname: provider.hostname,
  };
  return {
    provider,
    official: (privateKey = TEST_PRIVATE_KEY) => new OfficialClient({ ...parameters, privateKey }),
    ours: (privateKey = TEST_PRIVATE_KEY) => new SgidClient({ ...parameters, privateKey }),
  };
}
