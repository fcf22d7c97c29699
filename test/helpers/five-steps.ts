import { redirectOf } from './fake-browser.ts';

/** What our client and that of the official SDK have in common. */
export interface StepClient {
  authorizationUrl(params: { state?: string; scope?: string | string[]; codeChallenge: string }): {
    url: string;
    nonce?: string;
  };
  callback(params: { code: string; nonce?: string | null; codeVerifier: string }): Promise<{
    sub: string;
    accessToken: string;
  }>;
  userinfo(params: { sub: string; accessToken: string }): Promise<{
    sub: string;
    data: Record<string, string>;
  }>;
  parseData(data: unknown): Record<string, unknown>;
}

/** A PKCE pair, from whichever library. */
export interface Pkce {
  readonly codeVerifier: string;
  readonly codeChallenge: string;
}

/** Takes the five steps of the SDK's quick start, with a provider that consents at once. */
export async function takeFiveSteps(
  client: StepClient,
  { codeVerifier, codeChallenge }: Pkce,
  scope: string,
): Promise<{ readonly state: string | null; readonly sub: string; readonly data: Record<string, unknown> }> {
  const { url, nonce } = client.authorizationUrl({ state: 'test-state', scope, codeChallenge });
  const { searchParams } = await redirectOf(url);
  const code = searchParams.get('code') ?? '';
  const { sub, accessToken } = await client.callback({ code, nonce: nonce ?? null, codeVerifier });
  const { data } = await client.userinfo({ sub, accessToken });
  return { state: searchParams.get('state'), sub, data: client.parseData(data) };
}
