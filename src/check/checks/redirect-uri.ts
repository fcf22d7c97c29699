import { isLoopbackHost } from '../../protocol/endpoints.ts';
import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { failBy, pass, warn } from '../finding.ts';
import { isMissing, unusable } from '../reading.ts';

/** Whether the redirect URI is well-formed, and one that `sgid login` can listen on. */
export function checkRedirectUri({ subject: { redirectUri } }: CheckContext): CheckFinding {
  if (!redirectUri.ok) {
    return isMissing(redirectUri)
      ? unusable('there is no usable redirect URI', redirectUri)
      : failBy(redirectUri.error);
  }
  const { hostname, protocol } = new URL(redirectUri.value);
  if (isLoopbackHost(hostname) || protocol === 'https:') return pass(redirectUri.value);
  return warn(
    `${redirectUri.value} is sent over http to another machine: whoever is in between can take the code`,
    'Register one with https, or http://localhost:<port>/<path> for development.',
  );
}
