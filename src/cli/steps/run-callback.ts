import { endpointsOf } from '../../protocol/endpoints.ts';
import { exchangeCode } from '../../protocol/exchange-code.ts';
import { createJwksSource } from '../../protocol/jwks.ts';
import type { CommandContext } from '../command-context.ts';
import type { CallbackOptions } from '../commands/callback.ts';
import { readDuration } from '../input/duration.ts';
import { renderJson } from '../output/render-json.ts';
import { openResultOutput } from '../output/result-output.ts';
import { openTransport, prepareProxy } from '../settings/transport.ts';
import { readCallbackGrant } from './callback-grant.ts';
import { readCallbackOptions } from './callback-options.ts';

/**
 * Runs `sgid callback`: judges a callback, exchanges its code, and prints the verified tokens.
 *
 * @throws SgidError of the steps `usage`, `config`, `callback`, `token`, `id-token` and `output`.
 */
export async function runCallback(
  url: string | undefined,
  options: CallbackOptions,
  context: CommandContext,
): Promise<void> {
  const request = readCallbackOptions(url, options);
  const timeoutMs = readDuration(options.httpTimeout, '--http-timeout');
  const { client, grant } = await readCallbackGrant(request, options, context);
  prepareProxy(client.hostname, context);
  const transport = openTransport(context, { timeoutMs });
  const endpoints = endpointsOf(client.hostname);
  const jwks = createJwksSource(transport, endpoints.jwks);
  // Opened first: a code counts once, and must not be lost to a folder that is not there.
  const output = await openResultOutput(options.out, context.platform);
  try {
    const login = await exchangeCode(
      { ...client, endpoints, jwks, transport },
      grant,
      context.platform.signal,
    );
    const { sub, accessToken, idToken, claims } = login;
    await output.commit(renderJson({ sub, accessToken, idToken, claims }));
  } finally {
    await output.discard();
  }
}
