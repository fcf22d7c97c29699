import { SgidError } from '../errors/sgid-error.ts';
import { isNestedTooDeep, isRecord, parseJson } from '../text/guards.ts';

/** A compact JWS (RFC 7515 section 3.1) or JWE (RFC 7516 section 3.1), taken apart but not verified. */
export type CompactToken =
  | { readonly kind: 'jws'; readonly header: Members; readonly claims: Members }
  | { readonly kind: 'jwe'; readonly header: Members };

type Members = Readonly<Record<string, unknown>>;

/** Whether a text has the shape of a compact JWS (three parts) or JWE (five), whatever is in them. */
export function isCompact(text: string): boolean {
  return /^[\w-]+(?:(?:\.[\w-]*){2}|(?:\.[\w-]*){4})$/.test(text);
}

/**
 * Decodes the header of a token, and the claims of a JWS. Nothing is verified.
 *
 * @param text Of a compact shape, see {@link isCompact}.
 * @throws SgidError `ERR_ID_TOKEN_INVALID` or `ERR_JWE_INVALID` when a part is not JSON in base64url.
 */
export function decodeCompact(text: string): CompactToken {
  const [header = '', payload = '', ...rest] = text.split('.', 5);
  if (rest.length > 1) return { kind: 'jwe', header: decodeMembers(header, 'header', jweError) };
  return {
    kind: 'jws',
    header: decodeMembers(header, 'header', jwsError),
    claims: decodeMembers(payload, 'payload', jwsError),
  };
}

function decodeMembers(part: string, name: string, fault: (reason: string) => SgidError): Members {
  const members = parseJson(decodeText(part));
  if (!isRecord(members)) throw fault(`its ${name} is not a JSON object in base64url`);
  if (isNestedTooDeep(members)) throw fault(`its ${name} is nested too deep`);
  return members;
}

/** Empty when the bytes are not UTF-8: no JSON either. */
function decodeText(part: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url'));
  } catch {
    return '';
  }
}

function jwsError(reason: string): SgidError {
  return new SgidError('ERR_ID_TOKEN_INVALID', `the ID token is malformed: ${reason}`, {
    step: 'id-token',
    hint: 'Check that it was copied whole.',
  });
}

function jweError(reason: string): SgidError {
  return new SgidError('ERR_JWE_INVALID', `the JWE is malformed: ${reason}`, {
    step: 'decrypt',
    hint: 'Check that it was copied whole.',
  });
}
