import type { ServerRequest } from '../../src/system/http-server.ts';

/** A secret by its name, for messages of failing tests. */
export type Canaries = Map<string, string>;

/** The spellings in which a secret must not be found: raw, URL-encoded, form-encoded, JSON and base64. */
export function spellingsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
}

/** The names of the canaries that a text holds, in whatever spelling. */
export function findCanaries(text: string, canaries: Canaries): readonly string[] {
  return [...canaries]
    .filter(([, secret]) => spellingsOf(secret).some((spelling) => text.includes(spelling)))
    .map(([name]) => name);
}

/** The secrets in the requests that a provider was sent: code, verifier, client secret and access token. */
export function canariesIn(requests: readonly ServerRequest[]): Canaries {
  const canaries: Canaries = new Map();
  for (const { body, headers } of requests) {
    const form = new URLSearchParams(body);
    for (const name of ['code', 'code_verifier', 'client_secret']) {
      const value = form.get(name);
      if (value) canaries.set(name, value);
    }
    const bearer = headers['authorization']?.replace(/^Bearer /, '');
    if (bearer) canaries.set('access_token', bearer);
  }
  return canaries;
}

/** The body of a PEM key, line by line. */
export function canariesOfKey(pem: string): Canaries {
  const lines = pem.split('\n').filter((line) => /^[\w+/]{40,}=*$/.test(line));
  return new Map(lines.map((line, index) => [`private key, line ${index + 1}`, line]));
}

/** Everything in a request, said back in every spelling, as a careless server's error page may. */
export function echo(requests: readonly ServerRequest[]): string {
  const secrets = [...canariesIn(requests)];
  const raw = requests.map(({ body, headers, target }) => `${target} ${body} ${JSON.stringify(headers)}`);
  const spelt = secrets.map(([name, secret]) => `${name}: ${spellingsOf(secret).join(' ')}`);
  return [...spelt, JSON.stringify(Object.fromEntries(secrets)), ...raw].join('\n');
}
