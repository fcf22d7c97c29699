import { isLoopback } from '../system/host.ts';

/** Says where a client is registered: a provider of this machine is no sgID, and has no developer portal. */
export function placeOfRegistration(provider: string): string {
  const { hostname, origin } = new URL(provider);
  return isLoopback(hostname) ? `at ${origin}` : 'in the developer portal';
}
