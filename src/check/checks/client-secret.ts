import { endpointsOf } from '../../protocol/endpoints.ts';
import { generatePkcePair } from '../../protocol/pkce.ts';
import { generateState } from '../../protocol/random.ts';
import { tokenRequest } from '../../protocol/token.ts';
import {
  type Answer,
  areAlike,
  describeAnswer,
  differOn,
  isRedirect,
  isUnavailable,
  quoteAnswer,
} from '../answers.ts';
import type { CheckFinding } from '../check.ts';
import { fail, pass, unavailable, warn } from '../finding.ts';
import { changeSecret } from '../mutate.ts';
import type { OnlineContext } from '../online.ts';
import { probe } from '../probe.ts';
import { unusable } from '../reading.ts';

/**
 * Whether the token endpoint takes the client secret: a code that nobody issued is sent with the secret, and again
 * with the secret changed in one character. One answer alone proves nothing: a provider that looks at the code
 * first refuses both alike.
 */
export async function checkClientSecret(context: OnlineContext): Promise<CheckFinding> {
  const { clientId, clientSecret, redirectUri } = context.subject;
  if (!clientId.ok || !clientSecret.ok || !redirectUri.ok) {
    return unusable(
      'client id, client secret and redirect URI are needed for this',
      clientId,
      clientSecret,
      redirectUri,
    );
  }
  const secret = clientSecret.value;
  const control = changeSecret(secret);
  const { codeVerifier } = generatePkcePair();
  const exchange = {
    clientId: clientId.value,
    redirectUri: redirectUri.value,
    code: `sgid-check-${generateState()}`,
    codeVerifier,
  };
  const offer = (clientSecret: string): Promise<Answer> => {
    const request = tokenRequest(endpointsOf(context.hostname).token, { ...exchange, clientSecret });
    // A provider that remembers may repeat the secret of the other request.
    const secrets = [...request.secrets, secret, control];
    return probe(context, { ...request, secrets }, [secret, control]);
  };
  return judgeSecretAnswers(await offer(secret), await offer(control));
}

/** Judges the answers to the real secret and to the changed one. */
export function judgeSecretAnswers(real: Answer, control: Answer): CheckFinding {
  const evidence = `a made-up code with this secret: ${describeAnswer(real)}; with a changed secret: ${describeAnswer(control)}`;
  // A server may well break at a made-up code, as MockPass does; that is not to be away.
  const breaksAlike = real.status === 500 && areAlike(real, control);
  if (isUnavailable(real) && !breaksAlike) return unavailable(evidence);
  if (isRedirect(real)) {
    return fail(
      'ERR_RESPONSE_REDIRECT',
      `${evidence}; a redirect is never followed`,
      "Check that the provider's hostname (--hostname) is the provider itself and not a page, proxy or login wall in front of it.",
    );
  }
  if (refusesClient(real)) return refused(evidence, real);
  if (areAlike(real, control)) return cannotTell(evidence, real);
  // RFC 6749 section 5.2: 401 is for clients that are not who they say.
  if (real.status === 401) return refused(evidence, real);
  const isRefused = !isUnavailable(control) && control.status >= 400;
  return isRefused && differOn(SECRET_WORDS, real, control) ? pass(evidence) : cannotTell(evidence, real);
}

/** Of those in which a provider says that a client is not who it says. */
const SECRET_WORDS = /^(?:client|secret|credentials?|password|auth\w*|unauth\w*)$/;

function refused(evidence: string, real: Answer): CheckFinding {
  return fail(
    'ERR_TOKEN_REFUSED',
    `${evidence}${quoteAnswer(real)}`,
    'The provider does not take this secret for this client id. Compare both with the developer portal; it shows a secret only once, so make a new one if in doubt.',
  );
}

function cannotTell(evidence: string, real: Answer): CheckFinding {
  return warn(
    `cannot tell: ${evidence}${quoteAnswer(real)}`,
    real.status === 401
      ? 'HTTP 401 is the answer to a wrong client secret, but a changed one gets the same; compare it with the developer portal, or log in: sgid login'
      : 'The answers do not show whether the provider looked at the secret; only a login does: sgid login',
  );
}

/** RFC 6749 section 5.2. */
function refusesClient({ error }: Answer): boolean {
  return error === 'invalid_client' || error === 'unauthorized_client';
}
