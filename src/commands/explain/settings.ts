import type { SomeExplanations } from './explanation.ts';

/** What is neither secret nor key, and cannot be used. */
export const SETTINGS = {
  ERR_HOSTNAME: {
    summary: "the provider's hostname is not an https origin",
    meaning:
      'The provider is named by its origin alone, such as `https://api.id.gov.sg`: scheme and host, no path, no trailing slash, no user name. Plain http is accepted for this machine only, because the client secret is sent there. `sgid mock` holds its own `--hostname` to the same rule.',
    causes: [
      {
        cause: 'it has a trailing slash or a path, such as `/v2`',
        confirm:
          'Look at `--hostname` or SGID_HOSTNAME; `sgid profile show --resolved` says where it comes from.',
        mend: 'Use the corrected value of the hint. The path `/v2` is added by itself.',
      },
      {
        cause: 'the scheme is missing',
        confirm: 'It begins with the name of a host.',
        mend: 'Write `https://` before it.',
      },
      {
        cause: 'it is http and leads to another machine, for example to a mock in a container',
        confirm: 'The host is not localhost, 127.0.0.1 or [::1].',
        mend: 'Serve https there (`sgid mock --https`), or share one network and use `http://localhost:<port>`.',
      },
    ],
  },
  ERR_PROXY: {
    summary: 'the variable that names the proxy does not name one that can be used',
    meaning:
      'Requests over https go through the proxy of HTTPS_PROXY, else of ALL_PROXY (or their lower-case spellings), unless NO_PROXY lists the host. The value is not a URL of an http or https proxy. The message names the variable and not its value, which may hold a password. Nothing was sent.',
    causes: [
      {
        cause: 'a special character of the password is not percent-encoded',
        confirm: 'The password has one of @ : / ? # or %.',
        mend: 'Encode it, for example @ as %40.',
      },
      {
        cause: 'it names a SOCKS proxy, which is not supported',
        confirm: 'The value begins with `socks`.',
        mend: 'Name an HTTP proxy, or go without: `NO_PROXY=api.id.gov.sg`.',
      },
      {
        cause: 'the variable was meant for another program',
        confirm: 'The provider can be reached without: `curl --noproxy "*" -I https://api.id.gov.sg`.',
        mend: 'Leave it out for this command, for example `env -u HTTPS_PROXY sgid login`.',
      },
    ],
  },
  ERR_CERTIFICATE: {
    summary: 'the certificate for the callback, or its key, cannot be used',
    meaning:
      'For a redirect URI with https on this machine, the callback listener needs a certificate. The one that was given with `--tls-cert` and `--tls-key` would be refused by the browser, so the login was not started. Who vouches for a certificate is not judged.',
    causes: [
      {
        cause: 'the certificate is for another host than that of the redirect URI',
        confirm: '`openssl x509 -in <certificate> -noout -ext subjectAltName` lists its hosts.',
        mend: 'Make one for the host: `mkcert -cert-file cert.pem -key-file key.pem localhost`.',
      },
      {
        cause: 'it has expired, or is not valid yet',
        confirm: '`openssl x509 -in <certificate> -noout -dates` shows from when to when it is valid.',
        mend: "Make a new one; if it is not valid yet, set this machine's clock.",
      },
      {
        cause: 'the key belongs to another certificate, or the two files were swapped',
        confirm: 'The message says which of the two files does not fit.',
        mend: 'Name the two files that were made together.',
      },
      {
        cause: 'a file is not PEM, or the key is encrypted',
        confirm: '`head -1 <file>` does not show -----BEGIN CERTIFICATE----- or -----BEGIN PRIVATE KEY-----.',
        mend: 'Convert it: `openssl x509 -inform der -in <file> -out cert.pem`, or `openssl pkey -in <file> -out key.pem`.',
      },
      {
        cause: 'the certificate is not one for servers, or OpenSSL finds it too weak',
        confirm: 'The message says so.',
        mend: 'Make a new one, or leave both options out: then a self-signed one is made, of which the browser warns.',
      },
    ],
  },
  ERR_REDIRECT_URI: {
    summary: 'the redirect URI is not one, or does not lead to this machine',
    meaning:
      'The redirect URI is where sgID sends the browser after the login. sgID compares it with the registered ones character by character, so it is never changed here. It must be an absolute http or https URL without fragment, user name or wildcard; for a login with a listener it must lead to this machine and have a port from 1 to 65535.',
    causes: [
      {
        cause: 'it came with quotes, a space, or without its scheme',
        confirm: 'The message says what is wrong; the hint has the value that was probably meant.',
        mend: 'Correct SGID_REDIRECT_URI or `--redirect-uri`.',
      },
      {
        cause: 'it leads to a server, not to this machine',
        confirm: 'Its host is not localhost, 127.0.0.1 or [::1].',
        mend: 'Use `sgid login --manual` and paste the URL that the browser ends up on; or, when a tunnel forwards it here, `--listen 127.0.0.1:5001`. For a login from this machine, register `http://localhost:5001/api/redirect` as well.',
      },
      {
        cause: 'a client of `sgid mock --client` has none, or one that is not a URI',
        confirm: 'The message begins with "the mock client" and names it.',
        mend: 'Give the client at least one absolute redirect URI.',
      },
    ],
  },
  ERR_SCOPE: {
    summary: 'the scope lacks openid, or its names are not separated by spaces',
    meaning:
      'A scope is a list of names with spaces between them, and every sgID login asks for `openid`. A name that the catalogue does not know is only warned about, because sgID may know more.',
    causes: [
      {
        cause: 'openid is missing',
        confirm: 'The message says so.',
        mend: 'Add it: `--scope "openid myinfo.name"`.',
      },
      {
        cause: 'commas separate the names',
        confirm: 'The message says so; the hint has the corrected value.',
        mend: 'Put spaces between the names, and quotes around the whole.',
      },
      {
        cause: 'a name holds a character that RFC 6749 forbids, such as a quote',
        confirm: 'The message shows the name. In a `.env` quotes within quotes are part of the value.',
        mend: 'Write the names as `sgid scopes --format table` lists them.',
      },
    ],
  },
  ERR_PKCE_LENGTH: {
    summary: 'a code verifier has 43 to 128 characters',
    meaning:
      'RFC 7636 section 4.1 limits the length of the code verifier. A login makes its own of 43 characters, which hold 256 random bits; only `sgid pkce --length` and the functions of the library take another length.',
    causes: [
      {
        cause: 'the length that was asked for is below 43, above 128, or not a whole number',
        confirm: 'Look at `--length`, or at what is passed to `generatePkcePair`.',
        mend: 'Leave it out, or ask for 43 to 128.',
      },
    ],
  },
} satisfies SomeExplanations;
