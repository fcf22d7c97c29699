import { endpointsOf } from '../../protocol/endpoints.ts';
import { send } from '../../protocol/exchange.ts';
import { generatePkcePair } from '../../protocol/pkce.ts';
import { generateState } from '../../protocol/random.ts';
import { tokenRequest } from '../../protocol/token.ts';
import { type Answer, areAlike, describeAnswer, readAnswer } from '../answers.ts';
import type { CheckFinding } from '../check.ts';
import { fail, pass, skip, warn } from '../finding.ts';
import { changeCharacter } from '../mutate.ts';
import type { OnlineContext } from '../online.ts';

/**
 * Whether the token endpoint takes the client secret: a code that nobody issued is sent with the secret, and with
 * the same secret changed in one character. One answer alone proves nothing: a provider that looks at the code
 * first refuses both alike.
 */
export async function checkClientSecret(context: OnlineContext): Promise<CheckFinding> {
  const { clientId, clientSecret, redirectUri } = context.subject;
  if (!clientId.ok || !clientSecret.ok || !redirectUri.ok) {
    return skip('client id, client secret and redirect URI are needed for this');
  }
  const client = { clientId: clientId.value, redirectUri: redirectUri.value };
  const real = await offerBogusCode(context, { ...client, clientSecret: clientSecret.value });
  const control = await offerBogusCode(context, {
    ...client,
    clientSecret: changeCharacter(clientSecret.value, -1),
  });
  return judgeSecretAnswers(real, control);
}

/** Judges the answers to the real secret and to the changed one. */
export function judgeSecretAnswers(real: Answer, control: Answer): CheckFinding {
  const evidence = `a made-up code with this secret: ${describeAnswer(real)}; with a changed secret: ${describeAnswer(control)}`;
  if (isUnavailable(real) || isUnavailable(control)) {
    return fail(
      'ERR_PROVIDER_UNAVAILABLE',
      evidence,
      'Try again in a moment; if it stays, ask the provider.',
    );
  }
  if (refusesClient(real)) {
    return fail(
      'ERR_TOKEN_REFUSED',
      evidence,
      'The provider does not take this secret for this client id. Compare both with the developer portal; the portal shows a secret only once, so make a new one if in doubt.',
    );
  }
  if (refusesClient(control) || (!areAlike(real, control) && !isSuccess(control))) return pass(evidence);
  return warn(
    `cannot tell: ${evidence}`,
    'The provider answers alike to a right secret and a wrong one; only a login shows whether it is right.',
  );
}

async function offerBogusCode(
  { transport, hostname, signal }: OnlineContext,
  client: { readonly clientId: string; readonly clientSecret: string; readonly redirectUri: string },
): Promise<Answer> {
  const code = `sgid-check-${generateState()}`;
  const { codeVerifier } = generatePkcePair();
  const request = tokenRequest(endpointsOf(hostname).token, { ...client, code, codeVerifier });
  const response = await send(transport, request, signal);
  return readAnswer(response, request, [code, codeVerifier, ...Object.values(client)]);
}

/** RFC 6749 section 5.2: `invalid_client`, and 401 for it. */
function refusesClient({ status, error }: Answer): boolean {
  return status === 401 || error === 'invalid_client' || error === 'unauthorized_client';
}

function isSuccess({ status }: Answer): boolean {
  return status < 300;
}

function isUnavailable({ status }: Answer): boolean {
  return status >= 500 || status === 429;
}
