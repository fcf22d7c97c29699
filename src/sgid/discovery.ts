import { SgidError } from '../errors/sgid-error.ts';
import { getRequest, sendRepeatable, type Transport } from '../oidc/http-exchange.ts';
import { type CallOptions, runStep } from '../oidc/journal.ts';
import { CHECK_HOSTNAME } from '../oidc/network-error.ts';
import { parseReply } from '../oidc/provider-reply.ts';
import { type Endpoints, endpointsOf } from './endpoints.ts';

/**
 * Fetches a provider's endpoints (OpenID Connect Discovery section 4). A login does without: sgID v2 fixes the
 * paths. Its issuer must be the one asked, and every endpoint on the issuer's origin, because the client secret and
 * the access token go there.
 *
 * @throws SgidError `ERR_DISCOVERY_ORIGIN`, `ERR_RESPONSE_INVALID`, and as `parseReply` and `sendRepeatable` do.
 */
export function discoverEndpoints(
  transport: Transport,
  hostname: string,
  { journal, signal }: CallOptions = {},
): Promise<Endpoints> {
  const expected = endpointsOf(hostname);
  const request = getRequest('config', expected.discovery);
  return runStep(journal, 'discovery', async (step) => {
    const response = await sendRepeatable(transport, request, { step, signal });
    const document = parseReply(response, request, 'ERR_RESPONSE_INVALID');
    if (document['issuer'] !== expected.issuer) {
      const message = `the discovery document is not that of ${expected.issuer}`;
      throw discoveryError('ERR_DISCOVERY_ORIGIN', message, CHECK_HOSTNAME);
    }
    const read = (field: string): string => readEndpoint(document[field], field, expected.issuer);
    return {
      ...expected,
      authorization: read('authorization_endpoint'),
      token: read('token_endpoint'),
      userinfo: read('userinfo_endpoint'),
      jwks: read('jwks_uri'),
    };
  });
}

function readEndpoint(value: unknown, field: string, issuer: string): string {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    const message = `the discovery document has no usable ${field}`;
    throw discoveryError('ERR_RESPONSE_INVALID', message, CHECK_HOSTNAME);
  }
  // Not by `origin`: that of "blob:https://host/" is "https://host".
  if (!new URL(value).href.startsWith(`${new URL(issuer).origin}/`)) {
    const message = `the discovery document sends ${field} to another origin than ${issuer}`;
    throw discoveryError(
      'ERR_DISCOVERY_ORIGIN',
      message,
      'Do not trust this document; report it to the provider.',
    );
  }
  return value;
}

function discoveryError(
  code: 'ERR_DISCOVERY_ORIGIN' | 'ERR_RESPONSE_INVALID',
  message: string,
  hint: string,
): SgidError {
  return new SgidError(code, message, { step: 'config', hint });
}
