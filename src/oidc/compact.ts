import { SgidError } from '../errors/sgid-error.ts';
import { attempt, isNestedTooDeep, isRecord } from '../text/guards.ts';

export type Members = Readonly<Record<string, unknown>>;

/** A compact JWS (RFC 7515 section 3.1) or JWE (RFC 7516 section 3.1), taken apart but not verified. */
export type CompactToken =
  | { readonly kind: 'jws'; readonly header: Members; readonly claims: Members }
  | {
      readonly kind: 'jwe';
      readonly header: Members;
      /** The parts after the header, still in base64url. */
      readonly sealed: readonly string[];
      readonly claims?: undefined;
    };

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
  const [header = '', ...rest] = text.split('.', 5);
  if (rest.length > 2)
    return { kind: 'jwe', header: decodeMembers(header, 'ERR_JWE_INVALID', 'the JWE'), sealed: rest };
  const decode = (part: string, name: string): Members =>
    decodeMembers(part, 'ERR_ID_TOKEN_INVALID', 'the ID token', name);
  return { kind: 'jws', header: decode(header, 'header'), claims: decode(rest[0] ?? '', 'payload') };
}

/** Made once, not for each part. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decodeMembers(
  part: string,
  code: 'ERR_ID_TOKEN_INVALID' | 'ERR_JWE_INVALID',
  what: string,
  name = 'header',
): Members {
  const bytes = decodePart(part);
  const members = attempt<unknown>(() => JSON.parse(UTF8.decode(bytes)));
  if (isRecord(members) && !isNestedTooDeep(members)) return members;
  const fault = isRecord(members) ? 'is nested too deep' : 'is not a JSON object in base64url';
  throw new SgidError(code, `${what} is malformed: its ${name} ${fault}`, {
    hint: 'Check that it was copied whole.',
  });
}

/** Decodes base64url; `undefined` for an impossible length, which `Buffer` ignores. */
export function decodePart(part: string): Buffer | undefined {
  return part.length % 4 === 1 ? undefined : Buffer.from(part, 'base64url');
}
