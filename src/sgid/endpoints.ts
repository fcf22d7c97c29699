import { SgidError } from '../errors/sgid-error.ts';
import type { Endpoints } from '../oidc/discovery.ts';
import { isLoopback } from '../system/host.ts';

export const DEFAULT_HOSTNAME = 'https://api.id.gov.sg';

/**
 * Checks a provider's hostname, an origin such as `https://api.id.gov.sg`, and returns it unchanged.
 *
 * @throws SgidError `ERR_HOSTNAME` when it is not an origin, carries a path, query, credentials or trailing
 *   slash, or is not https (loopback hosts may use http).
 */
export function validateHostname(hostname: string): string {
  const url = URL.canParse(hostname) ? new URL(hostname) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw hostnameError(
      'must be an https URL, or an http URL of this machine (localhost)',
      suggestHostname(parseHost(hostname)),
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

/** Reads what has no scheme, or a misspelt one, as a host. */
function parseHost(text: string): URL | undefined {
  // A caller in JavaScript may give no text.
  const url = String(text).replace(/(?:\w+:\/\/)?/, 'http://');
  return URL.canParse(url) ? new URL(url) : undefined;
}

function suggestHostname(url: URL | undefined): string | undefined {
  if (url !== undefined && isLoopback(url.hostname)) return `${url.protocol}//${url.host}`;
  return url?.hostname.includes('.') ? `https://${url.host}` : undefined;
}

// The message does not repeat the value, which may hold credentials.
function hostnameError(reason: string, suggestion: string | undefined): SgidError {
  return new SgidError('ERR_HOSTNAME', `the provider's hostname ${reason}`, {
    hint:
      suggestion === undefined
        ? `Use an origin such as ${DEFAULT_HOSTNAME} (sgID), or http://localhost:5157 (a mock).`
        : `Use ${suggestion} instead.`,
  });
}
