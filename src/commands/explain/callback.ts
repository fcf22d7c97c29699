import type { SomeExplanations } from './explanation.ts';

/** The callback: the URL that the browser is sent to after the login. */
export const CALLBACK = {
  ERR_CALLBACK_TIMEOUT: {
    summary: 'no callback came within the time-out',
    meaning:
      'The URL was shown or opened, and the command waited for five minutes, or the time of `--timeout`. sgID shows an error page instead of redirecting when the client, the redirect URI or a scope is wrong, so the first thing to look at is the browser. With `--manual` it is also the code for standard input that ended before a URL came.',
    causes: [
      {
        cause: 'the person did not finish the login',
        confirm: 'The browser still shows the QR code.',
        mend: 'Run it again, with more time: `--timeout 15m`.',
      },
      {
        cause: 'the redirect URI is not registered for this client',
        confirm:
          'The browser shows an error page of sgID. `sgid check --only redirect-uri-registered` asks without a person.',
        mend: 'Register exactly the URI of the message in the developer portal: every character counts, the port too.',
      },
      {
        cause: 'the client id is wrong, or a scope is not granted to the client',
        confirm:
          'The browser shows an error page of sgID; `sgid login --scope openid` works when it is a scope.',
        mend: 'Compare client id and scopes with the developer portal.',
      },
      {
        cause: "the browser waits with a warning about the callback's certificate",
        confirm: 'The redirect URI is https, and the browser shows the warning.',
        mend: 'Accept it there, or give a certificate that the browser trusts with `--tls-cert` and `--tls-key`.',
      },
      {
        cause: 'the browser runs on another machine, so that "localhost" is not this one',
        confirm: 'You work over SSH or in a container; the browser cannot open the redirect URI.',
        mend: 'Use `sgid login --manual` and paste the URL of the browser, or forward the port: `ssh -L 5001:localhost:5001 host`.',
      },
    ],
  },
  ERR_CALLBACK_INVALID: {
    summary: 'the callback is malformed, or what was pasted is not its URL',
    meaning:
      'A callback has each parameter once, and a code or an error. One that repeats a parameter does not end a login: the genuine one may still come. One that carries the state of the login but neither code nor error ends it, and so does a code of more than 16 kB.',
    causes: [
      {
        cause: 'what was pasted is the URL of the login page, or a part of the redirected URL',
        confirm: 'It does not begin with the redirect URI.',
        mend: "Copy the whole address from the browser's address bar after the login.",
      },
      {
        cause: 'a shell cut the URL at its first "&"',
        confirm: 'The URL stands on the command line without quotes.',
        mend: 'Put it between quotes, or on standard input: `sgid callback --transaction transaction.json < url.txt`.',
      },
      {
        cause: 'another program or page called the callback address',
        confirm: 'The login went on waiting after the message.',
        mend: 'Go on with the page that the login opened.',
      },
      {
        cause: 'the provider broke the protocol',
        confirm: "The browser's address has the right state and neither `code` nor `error`.",
        mend: 'Start again; tell the operators of the provider if it happens again.',
      },
    ],
  },
  ERR_CALLBACK_ISSUER: {
    summary: 'the callback names another provider than the one that was asked',
    meaning:
      'The parameter `iss` of the callback says who answers (RFC 9207). It is not the issuer that the login began with, so the code in it was not sent anywhere: somebody may be mixing providers up to get hold of it.',
    causes: [
      {
        cause: 'another login was answered, at another provider or mock',
        confirm: 'Two logins are open in the browser.',
        mend: 'Use the page that this login opened, or start again.',
      },
      {
        cause: 'the hostname is another name of the provider',
        confirm: 'The `iss` in the address of the browser is the real one.',
        mend: 'Use its origin as the hostname.',
      },
      {
        cause: 'an attack that mixes providers up',
        confirm: 'You do not know the issuer in the address of the browser.',
        mend: 'Do not go on; tell the operators of the provider.',
      },
    ],
  },
  ERR_STATE_MISMATCH: {
    summary: 'the callback does not carry the state of this login',
    meaning:
      'The state ties the callback to the login that began it. Without it, somebody could have you log in as them (RFC 6749 section 10.12). The code was not sent anywhere. In `sgid login` such a callback does not end the login: the genuine one may still come.',
    causes: [
      {
        cause: 'it belongs to an older login, whose page was still open or was loaded again',
        confirm: 'There are several tabs of sgID in the browser.',
        mend: 'Close them, and use the page that this login opened.',
      },
      {
        cause: 'the URL that was given to `sgid callback` belongs to another transaction',
        confirm: 'The `state` in the URL is not the one in the transaction file.',
        mend: 'Give the transaction that the URL was made with, or start again with `sgid authorize-url`.',
      },
      {
        cause: 'no state was sent, and the callback carries one, or the other way round',
        confirm: 'Look at `--state` of `sgid callback`, and for `state=` in the URL.',
        mend: 'Pass the state that was sent, with `--state` or `--transaction`.',
      },
      {
        cause: 'somebody sent you a link to their own callback',
        confirm: 'You came to it by a link and not by logging in.',
        mend: 'Do not open it.',
      },
    ],
  },
} satisfies SomeExplanations;
