import { SCOPES } from '../sgid/scopes.ts';
import type { MockClient } from './clients.ts';

// PUBLIC TEST MATERIAL. Everything in this file is published with the package and protects nothing; whoever trusts
// one of these keys can be lied to by anybody. They are embedded because making an RSA key takes longer than all
// the rest of a mock login.

export const TEST_CLIENT_ID = 'MOCK-7e57c11e';

/** It has characters that a form must encode. */
export const TEST_CLIENT_SECRET = 'public-test-secret/not+secret=';

export const TEST_REDIRECT_URI = 'http://localhost:5001/api/redirect';

export function createTestClient(
  redirectUris: readonly string[],
  scopes: readonly string[] = SCOPES.map((scope) => scope.name),
): MockClient {
  return {
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    redirectUris,
    scopes,
    publicKey: TEST_PUBLIC_KEY,
  };
}

export const TEST_PUBLIC_KEY: string = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtmK3zsXb0/SIO24LCZ59
uLFeqJF7NoZNq246ckmOOFdBpRgGN4efeXLuhAaxPblr9mz3Bo5Nn1YOnFVPZcVx
NuRpD93x8sAJzibCcasfDVHAaf8I5bKLTCL4v7GIY3FpVoTp9N524BfbLu3PHWFY
wgwQ6AtB/TILjgiYRRAH3hIYRpydFAjQIOuF4GHbtBV0ucKWfmbdOI2ufG68sNN0
l2H1Tk3touTQc0JTTbaCRCOFX/SBkdFIWkXqXeWdRAV7g1louB6GsrNLxi4I2EbR
qe600amWM7Kgyz8jAY2cRmXezrqTiKVrLP5HC9EeZ/k5J9madXaBUx18ORz2TUS+
twIDAQAB
-----END PUBLIC KEY-----
`;

export const TEST_PRIVATE_KEY: string = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC2YrfOxdvT9Ig7
bgsJnn24sV6okXs2hk2rbjpySY44V0GlGAY3h595cu6EBrE9uWv2bPcGjk2fVg6c
VU9lxXE25GkP3fHywAnOJsJxqx8NUcBp/wjlsotMIvi/sYhjcWlWhOn03nbgF9su
7c8dYVjCDBDoC0H9MguOCJhFEAfeEhhGnJ0UCNAg64XgYdu0FXS5wpZ+Zt04ja58
bryw03SXYfVOTe2i5NBzQlNNtoJEI4Vf9IGR0UhaRepd5Z1EBXuDWWi4Hoays0vG
LgjYRtGp7rTRqZYzsqDLPyMBjZxGZd7OupOIpWss/kcL0R5n+Tkn2Zp1doFTHXw5
HPZNRL63AgMBAAECggEABbFIFmKTjWaE+AHjw02Yk/KpRy6fP2DqvK6IkXedQkHq
8RmyW/pWLma5bhJ9ZrVKWtskzKYVYyM++n8pJr6GXZW8d7vQKOj4hWAtUnnqUrKa
BFTq9Kxhb6NpyyXh4WSxSnuEh9mHsU/dTfYrMDoRGKFix7NOQHZW6Px4sDMjY7l0
S3FIyTStjE6gBSPQC6JEn3kr+qVsIxzZLjbow2nhv6vO8RR9UsL6RIfMdFNkhdpj
bO7T4V0wUGPvquLMNzCDS3ZEpi4XpVs7CgVsBwNwAYJZo6VYTFFyxmfIVdP/NW3L
zrIis7O9FRm29Mp6BuYlH4nCTuzwRM9PzwKQs708wQKBgQDv+RN91HFvGe+UP3G2
xCB2KbHIVjCeBZ/sBgrxJO5uxiLTQtOphSGp1R/ENrvYT0iWokdgNF1rWiJnDxM2
lgp9vC9F9ap98xQ8pxdOOgGfelN2qm84wSaDdyzsfgPe/h3Cz5OlQ8w6xNDikzUu
gIFRa2Pse3OSCw5hzy/5IHI/dwKBgQDCkQuwvV/XjIAgdxhrl79lmIoFj1mhMG1w
+upWTOyzBa2w+7eKW6zet2hVYPatjh2qriArSmu0wQfIyjoT1H+3whaJFBXQ380Q
15Gfd9pQKq5PXLuXn4JHRdvt2UnoKA3iPVwyL0RYyfJwPBstfrGpEwR/hZanOZgB
Z9BdcSnKwQKBgDaFlsIeBG/DqsU57PIjeWSfcH8d5gnhKUaM0OudAnc0mTD6m/CG
CPH3NDJ2ZRNuYAWpdSIMg7UiU3Kq4Cikyllq6iqw+D2Jfu2Q4SCq2TeMqW3qpz5z
0/ZGm3RX5TVC8ywR0W/ZCYvIr9TqsUiRddAz4A4YtldWH7xlQHcPwiVdAoGAYaEQ
gaX00p7wp9m6yjpB0wPgtfuBWQ2IzPlK3vUIjKgbyMP2DBoGO1dCphzaiqnWHw/y
mmZkdzWo50r6K3skfxuH3U7Tx5SVPI8+xgsI49MW1kHM678hSww12DqBCFoY5V4u
xgvLutXSrhiq9oAtO46MYkSxHMYcjQ//kPO4qcECgYEAtna2qA3qCSNAxqj8vDsB
k1sjqXM8D+3hYxo/3yo3dNKs40xNKd6P6t0v303EijV2TS4PdyFttkxfRzG94zsY
tU1yY5QPoi7eLCYqPbyEPYIF3GOpzSrLvUSY8xyBfSsL1zEkx6mvuK4TKqoF9PwW
FKX3gft2Q6CEKPN81TxYD90=
-----END PRIVATE KEY-----
`;

export const TEST_SIGNING_KEY: string = `-----BEGIN PRIVATE KEY-----
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
