import 'server-only';
import { generatePkcePair, SgidClient, SgidError } from 'sgid-cli';

export const SCOPE = 'openid myinfo.name myinfo.email myinfo.vehicles';

let client: SgidClient | undefined;

const HOSTNAME = process.env.SGID_HOSTNAME ?? 'https://api.id.gov.sg';

/** What a callback may name as its sender (RFC 9207). */
export const ISSUER = new URL('/v2', HOSTNAME).href;

/** Made at the first login: `next build` loads this file, too, and needs no credentials. */
export function sgidClient(): SgidClient {
  const { env } = process;
  client ??= new SgidClient({
    clientId: env.SGID_CLIENT_ID ?? '',
    clientSecret: env.SGID_CLIENT_SECRET ?? '',
    privateKey: env.SGID_PRIVATE_KEY ?? '',
    redirectUri: env.SGID_REDIRECT_URI,
    hostname: HOSTNAME,
  });
  return client;
}

/** Where a setting is missing or wrong, the server says so and ends. */
export function requireSettings(): void {
  try {
    sgidClient().authorizationUrl(generatePkcePair());
  } catch (failure) {
    if (!(failure instanceof SgidError)) throw failure;
    console.error(`${failure.message}\n${failure.hint ?? ''}`);
    process.exit(1);
  }
}
