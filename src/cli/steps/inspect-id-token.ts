import { endpointsOf } from '../../protocol/endpoints.ts';
import { SgidError } from '../../protocol/errors.ts';
import { inspectIdToken } from '../../protocol/inspect-id-token.ts';
import { fail, pass, skip, type TokenVerdict } from '../../protocol/verdict.ts';
import type { CommandContext } from '../command-context.ts';
import type { InspectOptions } from '../commands/inspect.ts';
import { readSettings } from '../settings/read-settings.ts';
import { openTransport, prepareProxy } from '../settings/transport.ts';
import type { InspectInput } from './inspect-input.ts';
import type { InspectReport } from './run-inspect.ts';

/**
 * Holds an ID token against the client and provider of the settings, as far as they are known.
 *
 * @throws SgidError of the steps `config` and, when the provider's keys cannot be had, `id-token`.
 */
export async function reportIdToken(
  { compact, token, accessToken }: Extract<InspectInput, { kind: 'id-token' }>,
  options: InspectOptions,
  timeoutMs: number,
  context: CommandContext,
): Promise<InspectReport> {
  context.diagnostics.hide(accessToken === undefined ? [compact] : [compact, accessToken]);
  const request = { needed: ['hostname'], optional: ['clientId'] } as const;
  const { hostname, clientId } = await readSettings(request, options, context);
  const { header, claims } = token;
  const now = context.platform.clock.now();
  const { issuer } = endpointsOf(hostname);
  const { nonce } = options;
  const inspection = { header, claims, issuer, clientId, nonce, accessToken, now };
  const signature = options.verify
    ? await judgeSignature(compact, hostname, timeoutMs, context)
    : skip('signature', 'not looked at (--verify)');
  return { header, claims, verdicts: [...inspectIdToken(inspection), signature] };
}

async function judgeSignature(
  compact: string,
  hostname: string,
  timeoutMs: number,
  context: CommandContext,
): Promise<TokenVerdict> {
  const [{ verifySignature }, { createJwksSource }] = await Promise.all([
    import('../../protocol/id-token.ts'),
    import('../../protocol/jwks.ts'),
  ]);
  prepareProxy(hostname, context);
  const source = createJwksSource(openTransport(context, { timeoutMs }), endpointsOf(hostname).jwks);
  const jwks = await source.load(false, context.platform.signal);
  try {
    await verifySignature(compact, jwks);
    return pass('signature', `made by a key of ${hostname}`);
  } catch (error) {
    if (error instanceof SgidError) return fail('signature', error.message, error.code);
    throw error;
  }
}
