import { readRedirectUri } from '../../config/redirect-uri.ts';
import { readPrivateKey } from '../../keys/private-key.ts';
import { createPersonaBrowser } from '../../mock/persona-browser.ts';
import { startMockServer } from '../../mock/server.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../../mock/test-credentials.ts';
import { findFreePort } from '../../platform/free-port.ts';
import { DEFAULT_SCOPE, readScope } from '../../protocol/scopes.ts';
import type { CommandContext } from '../command-context.ts';
import type { LoginOptions } from '../commands/login.ts';
import type { LoginTarget } from './run-login.ts';

/**
 * Starts the embedded provider with a test client for one login. Unless a redirect URI is given, the callback
 * takes a free port, so that it never meets another program, and the address itself (RFC 8252 section 7.3), because
 * Node 20 takes long to listen on `::1` as well: it compiles a pattern of all IPv6 addresses. Only options count: no variable, no `.env`.
 *
 * @throws SgidError `ERR_USAGE` for an unknown persona, `ERR_SCOPE`, `ERR_LISTEN_*`.
 */
export async function startMockTarget(
  options: LoginOptions,
  { diagnostics }: CommandContext,
): Promise<LoginTarget> {
  const { scopes, unknown } = readScope(options.scope ?? DEFAULT_SCOPE);
  for (const name of unknown) diagnostics.warn(`the embedded provider does not know the scope ${name}`);
  const redirectUri = options.redirectUri
    ? readRedirectUri(options.redirectUri)
    : `http://127.0.0.1:${await findFreePort(['127.0.0.1'])}/callback`;
  const { persona } = options;
  const server = await startMockServer({
    port: 0,
    clients: [createTestClient([redirectUri])],
    ...(persona === undefined ? {} : { approve: persona }),
  });
  return {
    settings: {
      clientId: TEST_CLIENT_ID,
      clientSecret: TEST_CLIENT_SECRET,
      privateKey: readPrivateKey(TEST_PRIVATE_KEY),
      redirectUri,
      hostname: server.hostname,
      scope: scopes.join(' '),
    },
    ...(persona === undefined ? {} : { createBrowser: createPersonaBrowser }),
    close: () => server.close(),
  };
}
