import { SgidError } from '../errors/sgid-error.ts';
import { MIXED_NONCES } from '../oidc/id-token.ts';
import { MIXED_REQUESTS } from '../oidc/refusal.ts';
import { DO_NOT_TRUST } from '../oidc/verdict.ts';

/** A login sends both requests itself, so causes that take two different programs are left out. */
export function withOwnCauses(error: unknown): unknown {
  if (!(error instanceof SgidError)) return error;
  const foreign = [...MIXED_REQUESTS, ...MIXED_NONCES];
  const causes = error.causes.filter((cause) => !foreign.includes(cause));
  if (causes.length === error.causes.length) return error;
  const { code, message, step, reply } = error;
  const hint = code === 'ERR_ID_TOKEN_NONCE' ? DO_NOT_TRUST : error.hint;
  return new SgidError(code, message, { step, causes, hint, reply, cause: error });
}

export function unattendedFailure(reason: string | SgidError): SgidError {
  if (reason instanceof SgidError) return reason;
  return new SgidError('ERR_AUTHORIZATION', `the login did not reach the callback: ${reason}`, {
    step: 'authorize',
    hint: 'Compare the scope and the redirect URI with what the provider knows, or log in through a browser.',
  });
}

/** What to do where nobody can log in. */
export const WITHOUT_A_PERSON =
  '"sgid check" tests the credentials without a person; "sgid login --mock --persona wei-ming" logs in without one.';

export function inputEnded(redirectUri: string, isDeserted: boolean | undefined): SgidError {
  const manual = `With --manual, the redirected URL (${redirectUri}...) is read from standard input: paste it at a terminal, or pipe it in.`;
  return new SgidError('ERR_NO_INPUT', 'standard input ended before a redirected URL came', {
    step: 'callback',
    hint: isDeserted ? WITHOUT_A_PERSON : manual,
  });
}
