// What TypeScript must make of the types of the library. Nothing runs this.
import { generatePkcePair, SgidClient, SgidError } from 'sgid-cli';
import { type MockSgidOptions, startMockSgid } from 'sgid-cli/mock';

let mock: Awaited<ReturnType<typeof startMockSgid>>;
export const start = async (port: number, options: MockSgidOptions): Promise<string> => {
  mock = await startMockSgid({ port });
  // @ts-expect-error: the options may bring clients, whose credentials are not known.
  mock = await startMockSgid(options);
  return mock.client.clientId;
};
const pair: { codeVerifier: string; codeChallenge: string } = generatePkcePair();
const client = new SgidClient({
  clientId: 'x',
  clientSecret: 'x',
  privateKey: pair.codeVerifier,
  redirectUri: 'x',
});
const { url, nonce } = client.authorizationUrl({ state: 'x', codeChallenge: pair.codeChallenge });
export const texts: (string | undefined)[] = [url, nonce];
// @ts-expect-error: there is no such method.
client.logIn();
export async function typedClaims(): Promise<Record<string, string>> {
  const tokens = { sub: 'x', accessToken: 'x' };
  const { data } = await client.userinfo<'openid myinfo.name myinfo.vehicles'>(tokens);
  const parsed = client.parseData<'openid myinfo.name myinfo.vehicles'>(data);
  const vehicles: { vehicle_number: string }[] | 'NA' = parsed['myinfo.vehicles'];
  texts.push(data['myinfo.name'].concat(String(vehicles)));
  // @ts-expect-error: the scope has no such claim.
  data['myinfo.email'];
  // @ts-expect-error: it may be NA.
  parsed['myinfo.vehicles'].map(String);
  return (await client.userinfo(tokens)).data;
}
export const isOurs = (error: unknown): error is SgidError => error instanceof SgidError;
