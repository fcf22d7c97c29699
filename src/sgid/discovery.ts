import { SgidError } from '../errors/sgid-error.ts';
import { CHECK_HOSTNAME, type Endpoints } from '../oidc/endpoints.ts';
import {
  type ProviderRequest,
  type ProviderResponse,
  sendRepeatable,
  type Transport,
} from '../oidc/http-exchange.ts';
import { judgeJsonResponse } from '../oidc/provider-reply.ts';
import { endpointsOf } from './endpoints.ts';

const FIELDS = {
  authorization: 'authorization_endpoint',
  token: 'token_endpoint',
  userinfo: 'userinfo_endpoint',
  jwks: 'jwks_uri',
} as const;

/**
 * Asks a provider for its endpoints (OpenID Connect Discovery section 4). A login does without: sgID v2
 * fixes the paths.
 *
 * @throws SgidError as {@link readDiscovery} and `sendRepeatable` do.
 */
export async function discoverEndpoints(
  transport: Transport,
  hostname: string,
  signal?: AbortSignal,
): Promise<Endpoints> {
  const endpoints = endpointsOf(hostname);
  const request: ProviderRequest = {
    step: 'config',
    url: endpoints.discovery,
    init: { method: 'GET', headers: { accept: 'application/json' }, redirect: 'manual' },
    secrets: [],
  };
  return readDiscovery(await sendRepeatable(transport, request, signal), request, endpoints);
}

/**
 * Judges a discovery document: its issuer must be the one asked, and every endpoint on the issuer's origin,
 * because the client secret and the access token go there.
 *
 * @throws SgidError `ERR_DISCOVERY_ORIGIN`, `ERR_RESPONSE_INVALID`, and as {@link judgeJsonResponse} does.
 */
export function readDiscovery(
  response: ProviderResponse,
  request: ProviderRequest,
  expected: Endpoints,
): Endpoints {
  const document = judgeJsonResponse(response, request, 'ERR_RESPONSE_INVALID');
  if (document['issuer'] !== expected.issuer) {
    throw new SgidError('ERR_DISCOVERY_ORIGIN', `the discovery document is not that of ${expected.issuer}`, {
      step: 'config',
      hint: CHECK_HOSTNAME,
    });
  }
  const read = (name: keyof typeof FIELDS): string =>
    readEndpoint(document[FIELDS[name]], FIELDS[name], expected.issuer);
  return {
    ...expected,
    authorization: read('authorization'),
    token: read('token'),
    userinfo: read('userinfo'),
    jwks: read('jwks'),
  };
}

function readEndpoint(value: unknown, field: string, issuer: string): string {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    throw new SgidError('ERR_RESPONSE_INVALID', `the discovery document has no usable ${field}`, {
      step: 'config',
      hint: CHECK_HOSTNAME,
    });
  }
  // Not by `origin`: that of "blob:https://host/" is "https://host".
  if (!new URL(value).href.startsWith(`${new URL(issuer).origin}/`)) {
    throw new SgidError(
      'ERR_DISCOVERY_ORIGIN',
      `the discovery document sends ${field} to another origin than ${issuer}`,
      {
        step: 'config',
        hint: 'Do not use this provider; tell its operators.',
      },
    );
  }
  return value;
}
