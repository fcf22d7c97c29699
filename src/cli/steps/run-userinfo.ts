import type { Settings } from '../../config/settings.ts';
import { endpointsOf } from '../../protocol/endpoints.ts';
import { SgidError } from '../../protocol/errors.ts';
import { fetchData } from '../../protocol/fetch-data.ts';
import type { CommandContext } from '../command-context.ts';
import type { UserinfoOptions } from '../commands/userinfo.ts';
import { requireText } from '../input/check-options.ts';
import { readDuration } from '../input/duration.ts';
import { readTextInput } from '../input/text-input.ts';
import { printResult, readResultFlags } from '../output/print-result.ts';
import { readSettings } from '../settings/read-settings.ts';
import { openTransport, prepareProxy } from '../settings/transport.ts';
import { type AccessToken, readAccessToken } from './access-token.ts';

/**
 * Runs `sgid userinfo`: fetches a person's data and prints it in the clear.
 *
 * @throws SgidError of the steps `usage`, `config`, `userinfo`, `decrypt` and `output`.
 */
export async function runUserinfo(options: UserinfoOptions, context: CommandContext): Promise<void> {
  const { diagnostics, platform, trace } = context;
  requireText({ '--token': options.token, '--save-canary': options.saveCanary });
  const timeoutMs = readDuration(options.httpTimeout, '--http-timeout');
  await printResult({ flags: options, expectations: readResultFlags(options) }, context, async (onReply) => {
    const path = options.token ?? '-';
    const token = readAccessToken(
      await readTextInput({ path, origin: '--token', what: 'the access token', secret: true }, context),
    );
    const { accessToken, idToken = '', sub } = token;
    diagnostics.hide([accessToken, idToken]);
    const stdinUse = path === '-' ? 'the access token' : undefined;
    const needed = ['privateKey', 'hostname'] as const;
    const settings = await readSettings({ needed }, options, context, stdinUse);
    checkTokenProvider(token, settings, options);
    if (sub === undefined)
      diagnostics.warn('the access token came alone: the subject is not compared with any');
    prepareProxy(settings.hostname, context);
    const endpoints = endpointsOf(settings.hostname);
    const transport = openTransport(context, { timeoutMs });
    const reader = { ...settings, endpoints, transport, onReply };
    const person = await fetchData(reader, { accessToken, sub }, platform.signal);
    trace?.dataFetched(Object.keys(person.data).length);
    platform.signal.throwIfAborted();
    return person;
  });
}

/**
 * Holds an access token to the provider that issued it. Of one that came alone the provider is not known; then the
 * `.env` of some folder does not decide where it goes, unless `--env-file` names it.
 *
 * @throws SgidError `ERR_PROVIDER_BINDING`.
 */
function checkTokenProvider(
  { issuer }: AccessToken,
  { hostname, found }: Settings<'privateKey' | 'hostname'>,
  { envFile }: UserinfoOptions,
): void {
  const isForeign =
    issuer === undefined
      ? found.hostname?.kind === 'env-file' && envFile === undefined
      : issuer !== endpointsOf(hostname).issuer;
  if (!isForeign) return;
  throw new SgidError(
    'ERR_PROVIDER_BINDING',
    issuer === undefined
      ? `the provider ${hostname} comes from ${found.hostname?.origin}, the access token from elsewhere: it is not sent there`
      : `the access token was not issued by the provider ${hostname}: it is not sent there`,
    {
      step: 'config',
      hint:
        issuer === undefined
          ? `If that provider is meant, pass --hostname ${hostname}`
          : 'Pass --hostname with the provider that "sgid callback" was run with.',
    },
  );
}
