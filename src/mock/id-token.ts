import { createHash, createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { generatePrivateKey } from '../keys/write-key.ts';
import type { FaultName } from './faults.ts';
import { type Grant, TOKEN_LIFETIME_SECONDS } from './grants.ts';

/** What an ID token speaks of. */
export interface IdTokenInput {
  readonly issuer: string;
  readonly grant: Grant;
  readonly accessToken: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Signs an ID token with RS256 (OpenID Connect Core section 2). It lives as long as the access token. The
 * fault of the grant falsifies it.
 */
export async function signIdToken(key: SigningKey, input: IdTokenInput): Promise<string> {
  const { fault } = input.grant;
  const claims = falsifyClaims(claimsOf(input), fault);
  if (fault === 'alg-none') return `${encodeJson({ alg: 'none' })}.${encodeJson(claims)}.`;
  const kid = fault === 'unknown-kid' ? `${key.kid}-unknown` : key.kid;
  const signingInput = `${encodeJson({ alg: 'RS256', kid, typ: 'JWT' })}.${encodeJson(claims)}`;
  // Half of what a login costs: in another thread it lets other logins go on meanwhile.
  const signature = await signAside('sha256', Buffer.from(signingInput), key.privateKey);
  if (fault === 'bad-signature') signature.writeUInt8(signature.readUInt8(0) ^ 1, 0);
  return `${signingInput}.${signature.toString('base64url')}`;
}

const signAside = promisify(sign);

function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

interface IdTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly nonce?: string;
  readonly at_hash: string;
}

function claimsOf({ issuer, grant, accessToken, now }: IdTokenInput): IdTokenClaims {
  const issuedAt = Math.floor(now / 1000);
  return {
    iss: issuer,
    sub: subjectOf(grant.clientId, grant.personaId),
    aud: grant.clientId,
    iat: issuedAt,
    exp: issuedAt + TOKEN_LIFETIME_SECONDS,
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
    at_hash: accessTokenHash(accessToken),
  };
}

function falsifyClaims(claims: IdTokenClaims, fault: FaultName | undefined): IdTokenClaims {
  const { iat, exp } = claims;
  switch (fault) {
    case 'wrong-nonce':
      return { ...claims, nonce: `${claims.nonce ?? ''}-wrong` };
    case 'wrong-audience':
      return { ...claims, aud: `${claims.aud}-wrong` };
    case 'wrong-issuer':
      return { ...claims, iss: `${claims.iss}/wrong` };
    case 'expired-token':
      return {
        ...claims,
        iat: iat - TOKEN_LIFETIME_SECONDS - 3600,
        exp: exp - TOKEN_LIFETIME_SECONDS - 3600,
      };
    default:
      return claims;
  }
}

/**
 * The pairwise subject identifier of a persona at a client: `u=` and a UUID (version 8, RFC 9562) made from
 * a hash of the two, so that two clients cannot tell that they know the same person.
 */
export function subjectOf(clientId: string, personaId: string): string {
  const hex = hash('sha256', JSON.stringify([clientId, personaId]), 'hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return `u=${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `at_hash`: the left half of the token's SHA-256 (OpenID Connect Core section 3.1.3.6). */
function accessTokenHash(accessToken: string): string {
  return hash('sha256', accessToken, 'buffer').subarray(0, 16).toString('base64url');
}

/** The key that the provider signs ID tokens with. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** The public half, as the JWKS publishes it (RFC 7517). */
  readonly jwk: Readonly<Record<string, unknown>>;
}

// PUBLIC TEST MATERIAL, published with the package: whoever trusts this key can be lied to by anybody. It is
// embedded because making an RSA key takes longer than all the rest of a mock login.
const TEST_SIGNING_KEY = `-----BEGIN PRIVATE KEY-----
MIIEuwIBADANBgkqhkiG9w0BAQEFAASCBKUwggShAgEAAoIBAQDYnnarYq6qupEP
mJDenVTbe1YGh/rDbZuWClBVKvZZbtAete54EmefJpoZAAOEpCbrxa4coxidohlf
p/8yL5M1HOSJnLHf6ERYGcZcqKCysX8ytQATGHaxXb0zUvIIeI++pXmn4Ttz1leK
HWdtNmUBSCVYJwil6dgOaussVgUWjR9x8mwhZT0sJQCZW4Q1OmTriqAzMw6rX4Qo
2RHuUITw8SWwO6g4edxCTjVxRtmRZojkcEN0/ow210pbUeIypJZjaq5KiyVfw5Kk
XAZ2ypD6mc0i7zmC+klUd+eqLlzQ4+95q83ZoFqg+Sxe2yqjNNyZNpWENQrSwT1Z
At7qXXHjAgMBAAECggEACWpFzSgyYFBQmsVuUoazGAER2aHSZ+kdMJXNLQ57e6Kh
4BvXPBfMsjGq0/hYrsy1tly2tx7tpHhVsv8py+QeeVoCouqRHqLJSa0BHqjjpzCo
zyrn0GypSAdDgHYT+ANJeCdYFNBo1Z2U23dwteH93OLmYKD9srxpvCKwixJIEVVH
ahVEkXBiwtmEHSOtBEuiicgCtnU0tmkXxCKoNt9rA1OfpIHOSpUfRHePG2l4j34z
2h/1LxT000h4Y+kgNKlCWHH7Has2g9zsGq+Gk/BUDNcn4elXSNfhNqWq5FmDlqZl
yrEoM6a+6Mc26frPFwVLaGYjb783kDf17x8sNebwOQKBgQD8U8X0pjA+sWl+wy88
PRiQVrIpNG0YiJWJ+d0o3Rimybf8Lx800z+t2wyGFFv1DHBAf4V/VTMHjAkKTEZp
tvrfXPMC8aoAiv1yu5dkbKbx0+vyfn9gnABWDPGe003oB6+0osWxD9JCK0tylNTQ
9fSpAPGVHDJblKBlhQCjhRqbWwKBgQDbxaIvbi4C0SoNh0jNKXVKlzkIXaPt/fWB
GwoUKHuvtmB73DNuX2S0Qmy6GvHQtLSOMfoPv3CThPzsTxO6d9i3otCukbGhS/6c
r8cUrKLKlsaX/w13A+Z86m2Q9cGXPLDMJ3k+A19ps6JW9SStANeNXAGcyyuX4bzk
UBy2322yGQKBgHzx7qAKevFQYHDIreciSbuPcoE82JjBaWr9Myo88SwFzvktTEKY
KHwqb7Uk97QMCLmna691vOML0J4szuEiHm/kUuEuUYQbTw01Hu43byNoUPmu8dwg
43m4xxxifb1bsQG9aC8ZKoBhd+axFAC1CgV11iqD39vBaPtcNMjD7DzpAn8Huer5
v+XeM3xG/XqRu+Nju+1FXgVlWIhJAapZCxNOGhtKP3OPbcscizlHUasuqyut1BP2
ecR7azF5HU6UP6Je0lqDyJt2EDXjTEqzb15JwQM6VL0kcf6oZZV0gy9LIdcVVk3s
4DF6hdYvOG8RpfXuAk4MNRhTPpxlamuYAkLZAoGBAOdhl5jfm8owtC6VKLJb9rdk
7978z86QdNj1rVN33lwLXtqU9FPl6EY1wRzVbXHjT36SO7Ii0Hls9q/Irr8Lpqkc
6vnSYEjttVHa9TJX8rKtUKbCa/hfm8iHwQII3uWYUtf61+khoF39Zzi04z37pBmQ
pPEfM1ZF5He9iyO+KWPT
-----END PRIVATE KEY-----
`;

/** Imports the embedded test signing key. */
export function importSigningKey(): SigningKey {
  return signingKeyOf(createPrivateKey(TEST_SIGNING_KEY));
}

/** Makes an RSA private key a signing key. Its `kid` is its RFC 7638 thumbprint. */
export function signingKeyOf(privateKey: KeyObject): SigningKey {
  const { e, n } = createPublicKey(privateKey).export({ format: 'jwk' });
  // RFC 7638 section 3: the required members alone, in this order, without white space.
  const kid = createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url');
  return { kid, privateKey, jwk: { kty: 'RSA', kid, use: 'sig', alg: 'RS256', n, e } };
}

/** The signing keys of a provider. */
export interface KeyRing {
  /** The key that signs now. */
  current(): SigningKey;
  /** The keys that the JWKS publishes: the current one, and the last ones for tokens still under way. */
  published(): readonly SigningKey[];
  /**
   * Makes a new key and signs with it from now on. Takes some 200 milliseconds; whoever asks meanwhile gets
   * the same new key.
   */
  rotate(): Promise<void>;
}

const PUBLISHED_KEYS = 4;

type Keys = readonly [SigningKey, ...SigningKey[]];

/** A ring that starts with the embedded test key. */
export function createKeyRing(): KeyRing {
  let keys: Keys | undefined;
  let rotation: Promise<void> | undefined;

  /** The key is read when it is first asked for: a provider listens sooner. */
  function ring(): Keys {
    keys ??= [importSigningKey()];
    return keys;
  }

  async function turn(): Promise<void> {
    keys = [signingKeyOf(await generatePrivateKey(2048)), ...ring().slice(0, PUBLISHED_KEYS - 1)];
  }
  return {
    current: () => ring()[0],
    published: ring,
    rotate: () => {
      rotation ??= turn().finally(() => {
        rotation = undefined;
      });
      return rotation;
    },
  };
}
