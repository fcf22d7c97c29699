import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

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
