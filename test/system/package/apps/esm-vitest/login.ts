import { generatePkcePair, SgidClient, type SgidClientParams, type SgidScope } from 'sgid-cli';

const SCOPES = ['openid', 'myinfo.name', 'myinfo.vehicles'] as const satisfies readonly SgidScope[];

export interface Person {
  name: string;
  vehicles: string[];
}

/** The login of an application: what it does with sgID, without a web server around it. */
export function startLogin(params: SgidClientParams, state: string) {
  const client = new SgidClient(params);
  const { codeVerifier, codeChallenge } = generatePkcePair();
  const { url, nonce } = client.authorizationUrl({ state, scope: [...SCOPES], codeChallenge });
  return {
    url,
    async finish(callback: URL): Promise<Person> {
      const code = callback.searchParams.get('code');
      if (code === null || callback.searchParams.get('state') !== state)
        throw new Error('not the callback of this login');
      const { data } = await client.userinfo<(typeof SCOPES)[number]>(
        await client.callback({ code, nonce, codeVerifier }),
      );
      const { 'myinfo.name': name, 'myinfo.vehicles': vehicles } =
        client.parseData<(typeof SCOPES)[number]>(data);
      return {
        name,
        vehicles: vehicles === 'NA' ? [] : vehicles.map(({ vehicle_number }) => vehicle_number),
      };
    },
  };
}
