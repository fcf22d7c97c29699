import { SgidError } from '../errors/sgid-error.ts';
import type { Endpoints } from '../oidc/discovery.ts';
import { isLoopback } from '../system/host.ts';

export const DEFAULT_HOSTNAME = 'https://api.id.gov.sg';

/**
 * Checks a provider's hostname, an origin such as `https://api.id.gov.sg`, and returns it unchanged.
 *
 * @throws SgidError `ERR_HOSTNAME` when it is no origin, carries a path, query, credentials or trailing
 *   slash, or is not https (loopback hosts may use http).
 */
export function validateHostname(hostname: string): string {
  const url = URL.canParse(hostname) ? new URL(hostname) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw hostnameError(
      'is not an absolute https URL',
      suggestHostname(URL.canParse(`http://${hostname}`) ? new URL(`http://${hostname}`) : undefined),
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw hostnameError('must use https, because the client secret is sent to it', suggestHostname(url));
  }
  if (url.username !== '' || url.password !== '') {
    throw hostnameError('must not hold a user name or password', suggestHostname(url));
  }
  if (hostname !== url.origin) {
    throw hostnameError(
      'must be an origin alone, in lower case, with no path and no trailing slash',
      url.origin,
    );
  }
  return hostname;
}

/**
 * The endpoints of the provider at `hostname`. sgID v2 fixes their paths (docs.id.gov.sg, "Integration"), so that no
 * discovery is needed.
 *
 * @throws SgidError `ERR_HOSTNAME`, see {@link validateHostname}.
 */
export function endpointsOf(hostname: string): Endpoints {
  const issuer = `${validateHostname(hostname)}/v2`;
  return {
    issuer,
    authorization: `${issuer}/oauth/authorize`,
    token: `${issuer}/oauth/token`,
    userinfo: `${issuer}/oauth/userinfo`,
    jwks: `${issuer}/.well-known/jwks.json`,
    discovery: `${issuer}/.well-known/openid-configuration`,
  };
}

function suggestHostname(url: URL | undefined): string {
  if (url !== undefined && isLoopback(url.hostname)) return `${url.protocol}//${url.host}`;
  if (url === undefined || !url.hostname.includes('.')) return DEFAULT_HOSTNAME;
  return `https://${url.host}`;
}

// The message does not repeat the value, which may hold credentials.
function hostnameError(reason: string, suggestion: string): SgidError {
  return new SgidError('ERR_HOSTNAME', `the provider's hostname ${reason}`, {
    hint: `Use ${suggestion} instead.`,
  });
}
