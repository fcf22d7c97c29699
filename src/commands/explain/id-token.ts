import type { Cause, SomeExplanations } from './explanation.ts';

/** Almost every check of an ID token fails like this when somebody tampers with it. */
const FORGED: Cause = {
  cause: 'somebody changed or made the token',
  confirm: 'None of the other causes fits.',
  mend: 'Do not trust this login; tell the operators of the provider.',
};

const PROVIDER_FAULT: Cause = {
  cause: 'the provider broke the protocol',
  confirm: 'It happens with every login at this provider, and not at `sgid mock`.',
  mend: 'Tell its operators; with a mock, update it.',
};

/** What an ID token must be (OpenID Connect Core section 3.1.3.7). Nothing of one that is not is used. */
export const ID_TOKEN = {
  ERR_ID_TOKEN_INVALID: {
    summary: 'the ID token is malformed, or the key that signed it is unusable',
    meaning:
      'An ID token is a JWT: three parts of base64url with dots between them, header and payload JSON. This one is not, is nested too deep, has a claim of the wrong type, or was signed with a key that is too weak.',
    causes: [
      {
        cause: 'it was not copied whole',
        confirm: '`sgid inspect id-token.txt` says what is wrong; a whole token has two dots.',
        mend: 'Copy it again, or pipe it.',
      },
      {
        ...PROVIDER_FAULT,
        confirm: '`sgid inspect --verify id-token.txt` shows header and claims, as far as they can be read.',
      },
      FORGED,
    ],
  },
  ERR_ID_TOKEN_ALGORITHM: {
    summary: 'the ID token is not signed with RS256',
    meaning:
      'sgID signs with RS256, and nothing else is accepted, whatever the header of the token says: with `none` or HS256 anybody could make a token (RFC 8725 section 3.1).',
    causes: [PROVIDER_FAULT, FORGED],
  },
  ERR_ID_TOKEN_SIGNATURE: {
    summary: "none of the provider's keys made the signature of the ID token",
    meaning:
      'The signature was compared with all keys that the provider publishes, which were fetched again after the first failure, because a provider may have changed its keys.',
    causes: [
      {
        cause: 'the token is of another provider or environment than the hostname',
        confirm: '`sgid inspect id-token.txt` shows its `iss`.',
        mend: 'Use the hostname of that issuer.',
      },
      {
        cause: 'the token is old, and the provider has withdrawn the key that signed it',
        confirm:
          '`sgid inspect id-token.txt` shows when it was issued, and in its header the `kid` of the key.',
        mend: 'Log in again.',
      },
      FORGED,
    ],
  },
  ERR_ID_TOKEN_ISSUER: {
    summary: 'the ID token names another issuer',
    meaning:
      'The `iss` of the token must be the hostname with `/v2` after it, character by character; that of the real sgID is `https://api.id.gov.sg/v2`.',
    causes: [
      {
        cause: 'the hostname is another name of the provider, for example behind a proxy',
        confirm: '`sgid inspect id-token.txt` shows its `iss`.',
        mend: 'Use the origin of that issuer as the hostname; tell a mock its own with `sgid mock --hostname <origin>`.',
      },
      {
        cause: 'the token is of another environment',
        confirm: 'The `iss` is that of another environment.',
        mend: 'Use the client and the hostname of one environment.',
      },
      FORGED,
    ],
  },
  ERR_ID_TOKEN_AUDIENCE: {
    summary: 'the ID token is for another client',
    meaning:
      'The `aud` of the token must be the client id, and so must `azp` where there is one. A token for another client says nothing about a login at yours.',
    causes: [
      {
        cause: 'the client id is not the one that the login began with',
        confirm:
          '`sgid inspect id-token.txt` shows its `aud`; `sgid profile show --resolved` shows the client id in use.',
        mend: 'Use the same client id in every step.',
      },
      PROVIDER_FAULT,
      FORGED,
    ],
  },
  ERR_ID_TOKEN_EXPIRED: {
    summary: 'the ID token has expired',
    meaning:
      'The `exp` of the token is more than 60 seconds ago by the clock of this machine, or is missing.',
    causes: [
      {
        cause: 'the clock of this machine is fast',
        confirm: '`sgid check --only clock` compares it with that of the provider.',
        mend: 'Set the clock, or let the system do it.',
      },
      {
        cause: 'the token is old: it was saved, or the machine slept during the login',
        confirm: '`sgid inspect id-token.txt` shows when it expired.',
        mend: 'Log in again.',
      },
      FORGED,
    ],
  },
  ERR_ID_TOKEN_ISSUED_AT: {
    summary: 'the ID token comes from the future, or does not say when it was issued',
    meaning:
      'The `iat` or `nbf` of the token is more than 60 seconds ahead of the clock of this machine, or `iat` is missing. `sgid check` uses this code for clocks that are apart.',
    causes: [
      {
        cause: 'the clock of this machine is slow',
        confirm: '`sgid check --only clock` compares it with that of the provider.',
        mend: 'Set the clock, or let the system do it. Virtual machines and containers lose time when their host sleeps.',
      },
      {
        cause: 'the clock of the provider is fast',
        confirm: 'The clock of this machine is right.',
        mend: 'Tell its operators.',
      },
      FORGED,
    ],
  },
  ERR_ID_TOKEN_NONCE: {
    summary: 'the ID token does not carry the nonce of this login',
    meaning:
      'The nonce ties the ID token to the login that began it. A token with another nonce was made for another login and may be replayed.',
    causes: [
      {
        cause: 'the steps are of different logins: `--nonce` or the transaction does not belong to the URL',
        confirm: '`sgid inspect id-token.txt` shows its `nonce`.',
        mend: 'Use one transaction for the whole login.',
      },
      {
        cause: 'the nonce was sent, and not passed on, or the other way round',
        confirm: 'Look at `--nonce` of `sgid callback`; in code, at `nonce` of `callback()`.',
        mend: 'Pass the nonce that was sent.',
      },
      {
        cause: 'the token is replayed',
        confirm: 'The login was done in one go with `sgid login`.',
        mend: 'Do not trust it; log in again.',
      },
    ],
  },
  ERR_ID_TOKEN_SUB: {
    summary: 'the ID token names no subject',
    meaning: 'The `sub` of the token says who logged in. It is missing, empty or not text.',
    causes: [PROVIDER_FAULT, FORGED],
  },
  ERR_ID_TOKEN_AT_HASH: {
    summary: 'the ID token does not belong to the access token that came with it',
    meaning:
      'Where the token has an `at_hash`, it must be that of the access token (OpenID Connect Core section 3.1.3.6). It is not, so one of the two may have been exchanged on the way.',
    causes: [
      {
        cause: 'the two tokens are of different logins',
        confirm: 'They were copied by hand or taken from a file.',
        mend: 'Log in again.',
      },
      PROVIDER_FAULT,
      FORGED,
    ],
  },
  ERR_SUB_MISMATCH: {
    summary: 'the data is about another person than the ID token, or names none',
    meaning:
      'The `sub` of the userinfo reply must be that of the ID token (OpenID Connect Core section 5.3.4). The data was not decrypted and not printed.',
    causes: [
      {
        cause: 'the access token and the subject are of different logins',
        confirm: 'The tokens given to `sgid userinfo` were put together by hand.',
        mend: 'Pipe the result of one `sgid callback` into `sgid userinfo`.',
      },
      PROVIDER_FAULT,
      {
        cause: 'somebody answers with the data of another person',
        confirm: 'It happens in one go with `sgid login`.',
        mend: 'Do not trust this login; tell the operators of the provider.',
      },
    ],
  },
} satisfies SomeExplanations;
