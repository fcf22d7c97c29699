import { SgidError } from '../errors/sgid-error.ts';
import type { Provider, VerifiedTokens } from '../oidc/provider.ts';
import { startCallbackListener } from './callback-listener.ts';
import { CallbackWait, type LoginDeps, type LoginInput } from './callback-wait.ts';
import type { LoginOutcome } from './result-page.ts';

export interface LoginResult extends VerifiedTokens {
  readonly data: Record<string, string>;
}

/**
 * One whole login. The listener is ready before the browser opens and gone when this settles.
 *
 * @throws SgidError of any step; the signal's reason when it aborts.
 */
export async function login(provider: Provider, input: LoginInput, deps: LoginDeps): Promise<LoginResult> {
  const { hide, journal, signal } = deps;
  const wait = new CallbackWait(input, deps);
  const ended = new AbortController();
  signal.throwIfAborted();
  const { listen } = input;
  const listener =
    listen && (await journal.step('listen', () => startCallbackListener(listen, wait.receive, input)));
  let outcome: LoginOutcome = { kind: 'failed', code: 'ERR_INTERNAL' };
  try {
    signal.throwIfAborted();
    const redirectUri = listener ? withPort(input.redirectUri, listener.port) : input.redirectUri;
    input.onListening?.(redirectUri);
    const authorization = await journal.step('authorize', async (step) => {
      const authorization = await provider.authorize({ ...input, redirectUri }, { journal, signal });
      hide([authorization.codeVerifier]);
      step.url(authorization.url);
      return authorization;
    });
    const accepted = await journal.step('callback', (step) =>
      wait.run(authorization, step, () =>
        provider.prepare?.({ journal, signal: AbortSignal.any([signal, ended.signal]) }),
      ),
    );
    hide([accepted.code]);
    const tokens = await provider.exchange(accepted, authorization, { journal, signal });
    hide([tokens.accessToken, tokens.idToken]);
    const data = await provider.claims(tokens, { journal, signal });
    outcome = { kind: 'signed-in' };
    return { ...tokens, data };
  } catch (error) {
    if (error instanceof SgidError)
      outcome =
        error.code === 'ERR_ACCESS_DENIED' ? { kind: 'denied' } : { kind: 'failed', code: error.code };
    throw error;
  } finally {
    ended.abort();
    await listener?.close(outcome);
  }
}

function withPort(redirectUri: string, port: number): string {
  const url = new URL(redirectUri);
  if (url.port !== '0') return redirectUri;
  url.port = String(port);
  return url.href;
}
