import type { SomeExplanations } from './explanation.ts';

/** The person or the provider said no. */
export const REFUSALS = {
  ERR_ACCESS_DENIED: {
    summary: 'the person, or the provider in their name, denied the login',
    meaning:
      'sgID sent the browser back with `error=access_denied`. The callback carried the state of this login, so it is genuine. No code came, and nothing was exchanged.',
    causes: [
      {
        cause: 'the person refused to share the data, or closed the request in the Singpass app',
        confirm: 'Ask them; the error tells no more.',
        mend: 'Run the login again and consent.',
      },
      {
        cause: 'they do not want to share a value that is asked for',
        confirm: 'Try with less: `sgid login --scope openid`.',
        mend: 'Ask for those scopes only that you need.',
      },
    ],
  },
  ERR_AUTHORIZATION: {
    summary: 'the provider refused the authorization request',
    meaning:
      'sgID sent the browser back with an error other than `access_denied`; its words are in the message. With `--mock --persona`, where no person is there, it is also the code for a request that did not get as far as the callback. `sgid check` uses it for a redirect URI that is not registered.',
    causes: [
      {
        cause: 'the client may not ask for one of the scopes',
        confirm:
          'Log in with `--scope openid` alone. Outside the public sector a client gets `openid` and `myinfo.name` only.',
        mend: 'Have the scope granted in the developer portal, or leave it out.',
      },
      {
        cause: 'the redirect URI is not registered for this client, in every character',
        confirm: '`sgid check --only redirect-uri-registered` compares it with a changed one.',
        mend: 'Register exactly the URI of the message, its port and trailing slash included.',
      },
      {
        cause: 'the client id is wrong, or of another environment',
        confirm: '`sgid profile show --resolved` shows the one in use, and where it comes from.',
        mend: 'Copy it from the developer portal.',
      },
      {
        cause: 'a fault of the provider',
        confirm: "Its words say so, such as `server_error`; another person's login fails as well.",
        mend: 'Try again later, or ask the provider.',
      },
    ],
  },
  ERR_TOKEN_REFUSED: {
    summary: 'the token endpoint refused to exchange the code',
    meaning:
      'The person logged in and a genuine callback came, but sgID answered the exchange of the code with a status of 4xx. Its own words are in the message. The code is spent: it is sent once and never again.',
    causes: [
      {
        cause: 'the client secret does not belong to the client id',
        confirm:
          "sgID's words are `invalid_client` or the status is 401. `sgid check --only client-secret` compares the secret with a changed one.",
        mend: 'Copy the secret again, the last character included; the portal shows it once, so make a new one if in doubt.',
      },
      {
        cause: 'the redirect URI is another one than in the authorization request',
        confirm:
          'This happens with the single steps: compare `--redirect-uri` of `sgid callback` with the transaction.',
        mend: 'Use the same in both steps; `--transaction` takes care of that.',
      },
      {
        cause: 'the code has expired or was used before',
        confirm:
          "sgID's words are `invalid_grant`. A page that was loaded again, or a URL that was pasted twice, uses it twice.",
        mend: 'Log in again.',
      },
      {
        cause: 'the code verifier does not belong to the code challenge',
        confirm: '`sgid callback` was given `--code-verifier` without a transaction to compare it with.',
        mend: 'Start again with `sgid authorize-url`, and give what it printed with `--transaction`.',
      },
    ],
  },
  ERR_USERINFO_REFUSED: {
    summary: 'the userinfo endpoint refused the access token',
    meaning:
      'The ID token was verified, so the person is known, but sgID answered the request for the data with a status of 4xx. Its own words are in the message.',
    causes: [
      {
        cause: 'the access token has expired',
        confirm: 'Some time went by between `sgid callback` and `sgid userinfo`.',
        mend: 'Log in again, and fetch the data at once.',
      },
      {
        cause: 'the client may not read one of the scopes',
        confirm: 'A login with `--scope openid` alone works.',
        mend: 'Have the scope granted in the developer portal, or leave it out.',
      },
      {
        cause: 'the token is of another provider, or was not copied whole',
        confirm: '`sgid userinfo` was given a token from a file.',
        mend: 'Pipe the result of `sgid callback` into `sgid userinfo`.',
      },
    ],
  },
} satisfies SomeExplanations;
