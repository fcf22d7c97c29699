import { SgidError } from '../errors/sgid-error.ts';
import { isLoopback } from '../system/host.ts';
import { UNSEEN } from '../text/printable.ts';

/** A redirect URI to start from: that of the official samples. */
export const EXAMPLE_REDIRECT_URI = 'http://localhost:5001/api/redirect';

interface Fault {
  readonly reason: string;
  readonly corrected?: string;
}

/**
 * Checks a redirect URI: absolute, http or https, without fragment (RFC 6749 section 3.1.2), user name,
 * white space or wildcard. Returns it unchanged, because the provider compares it character by character.
 *
 * @throws SgidError `ERR_REDIRECT_URI`, with the corrected value where it is plain.
 */
export function validateRedirectUri(redirectUri: string): string {
  const fault = findFault(redirectUri);
  if (fault === undefined) return redirectUri;
  const { corrected } = fault;
  const isPlain = corrected !== undefined && findFault(corrected) === undefined;
  throw new SgidError('ERR_REDIRECT_URI', `the redirect URI ${fault.reason}`, {
    hint: isPlain
      ? `Did you mean ${corrected} ? It must be registered for this client, character by character.`
      : `Use one that is registered for this client, for example ${EXAMPLE_REDIRECT_URI}.`,
  });
}

const UNSEEN_OR_BLANK = new RegExp(`[\\s${UNSEEN}]`, 'u');
/** RFC 6749 section 4.1.2, RFC 9207. With one of them twice, every callback would be refused. */
const CALLBACK_PARAMETERS = ['code', 'state', 'error', 'iss'];

// The value itself stays out of the reasons: it may be a secret in the wrong variable.
function findFault(uri: string): Fault | undefined {
  const quoted = /^(["'])(.*)\1$/.exec(uri)?.[2];
  if (quoted !== undefined) return { reason: 'has quotes around it', corrected: quoted };
  if (UNSEEN_OR_BLANK.test(uri)) return { reason: 'holds white space or invisible characters' };
  if (uri.includes('\\')) return { reason: 'holds a backslash', corrected: uri.replaceAll('\\', '/') };
  if (!/^https?:\/\/[^/?#]/i.test(uri)) {
    return { reason: 'is not an absolute http or https URL', ...withScheme(uri) };
  }
  if (!URL.canParse(uri)) return { reason: 'is not a valid URL' };
  if (uri.includes('#')) {
    return { reason: 'holds a fragment (#), which is not allowed', corrected: uri.replace(/#.*/, '') };
  }
  if (/^https?:\/\/[^/?]*@/i.test(uri)) {
    return {
      reason: 'holds a user name or password, which is not allowed',
      corrected: uri.replace(/\/\/[^/?]*@/, '//'),
    };
  }
  const name = [...new URL(uri).searchParams.keys()].find((one) => CALLBACK_PARAMETERS.includes(one));
  if (name !== undefined) return { reason: `has the parameter ${name}, which the callback has as well` };
  if (uri.includes('*')) return { reason: 'holds a wildcard (*): each redirect URI is registered in full' };
  return undefined;
}

/** The URI with the scheme that is missing: http for this machine, https for a domain name. */
function withScheme(uri: string): Pick<Fault, 'corrected'> {
  const corrected = `http://${uri}`;
  if (URL.canParse(corrected) && isLoopback(new URL(corrected).hostname)) return { corrected };
  if (/^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\//i.test(uri)) return { corrected: `https://${uri}` };
  return {};
}
