/** What to do about answers that no sgID v2 provider gives. */
export const CHECK_HOSTNAME =
  "Check that the provider's hostname (--hostname) is that of an sgID v2 provider.";

/** The addresses of one sgID v2 provider. Source: docs.id.gov.sg, "Integration". */
export interface Endpoints {
  /** The `iss` of its ID tokens, without a trailing slash. */
  readonly issuer: string;
  readonly authorization: string;
  readonly token: string;
  readonly userinfo: string;
  readonly jwks: string;
  readonly discovery: string;
}

/** Whether a URL's hostname is this machine: `localhost`, 127.0.0.0/8 or `[::1]` (RFC 8252 section 7.3). */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
