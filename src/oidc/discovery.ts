import { SgidError } from '../errors/sgid-error.ts';
import { parseReply, sendRepeatable } from './exchange.ts';
import { type CallOptions, runStep } from './journal.ts';
import { CHECK_HOSTNAME } from './network-error.ts';
import { getRequest, type Transport } from './transport.ts';

/**
 * The addresses of one provider, each an absolute URL.
 *
 * @see OpenID Connect Discovery 1.0 section 3; docs.id.gov.sg, "Integration".
 * @example
 * ```ts
 * import type { Endpoints } from 'sgid-cli';
 *
 * const { issuer, jwks }: Endpoints = await client.discover();
 * ```
 */
export interface Endpoints {
  /** The `iss` of its ID tokens, without a trailing slash. */
  readonly issuer: string;
  /** Where the browser goes to log in. */
  readonly authorization: string;
  /** Where the code is exchanged. */
  readonly token: string;
  /** Where the encrypted claims are. */
  readonly userinfo: string;
  /** Where the keys are that sign ID tokens. */
  readonly jwks: string;
  /** Where this list comes from. */
  readonly discovery: string;
}

/**
 * Fetches a provider's endpoints (OpenID Connect Discovery section 4). A login does without: sgID v2 fixes the
 * paths. The issuer must be the one that was asked for, and every endpoint on its origin, because the client secret
 * and the access token go there.
 *
 * @throws SgidError `ERR_DISCOVERY_ORIGIN`, `ERR_RESPONSE_INVALID`, and as `parseReply` and `sendRepeatable` do.
 */
export function discoverEndpoints(
  transport: Transport,
  issuer: string,
  { journal, signal }: CallOptions = {},
): Promise<Endpoints> {
  const discovery = `${issuer}/.well-known/openid-configuration`;
  const request = getRequest('config', discovery);
  return runStep(journal, 'discovery', async (step) => {
    const response = await sendRepeatable(transport, request, { step, signal });
    const document = parseReply(response, request, 'ERR_RESPONSE_INVALID');
    if (document['issuer'] !== issuer) {
      const message = `the discovery document is not that of ${issuer}`;
      throw discoveryError('ERR_DISCOVERY_ORIGIN', message, CHECK_HOSTNAME);
    }
    const read = (field: string): string => parseEndpoint(document[field], field, issuer);
    return {
      issuer,
      authorization: read('authorization_endpoint'),
      token: read('token_endpoint'),
      userinfo: read('userinfo_endpoint'),
      jwks: read('jwks_uri'),
      discovery,
    };
  });
}

function parseEndpoint(value: unknown, field: string, issuer: string): string {
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
