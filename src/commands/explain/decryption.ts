import type { SomeExplanations } from './explanation.ts';

/** Decryption of the data: the private key opens the payload key, and that opens each claim. */
export const DECRYPTION = {
  ERR_DECRYPT_KEY: {
    summary: 'the private key does not open the data',
    meaning:
      'sgID encrypts the payload key to the public key that is registered for the client, and the private key that was given cannot open it. The login itself was fine. No claim was printed.',
    causes: [
      {
        cause: 'it is the key of another client, of another environment, or of an older pair',
        confirm:
          '`sgid key public private.pem` prints its public half: compare it with the one in the developer portal. `sgid key inspect private.pem --public-key registered.pem` compares two files.',
        mend: 'Use the private key of the registered public key, or register the public half of this one.',
      },
      {
        cause: 'the key comes from another place than you think',
        confirm:
          '`sgid profile show --resolved` says where it comes from: the environment goes before `.env` and profile.',
        mend: 'Take the other one away, or name the file with `--private-key-file`.',
      },
      {
        cause: 'the reply is damaged or was changed',
        confirm: 'The same key opened an earlier reply: `sgid decrypt` on that one works.',
        mend: 'Log in again.',
      },
    ],
  },
  ERR_DECRYPT_FIELD: {
    summary: 'one claim could not be decrypted',
    meaning:
      'The private key fits and opened the payload key, but that did not open the claim that the message names, or what came out is not UTF-8 text.',
    causes: [
      {
        cause: 'the provider sent a broken claim',
        confirm: 'A login without its scope works.',
        mend: 'Leave the scope out, and tell the operators of the provider.',
      },
      {
        cause: 'a saved reply was put together from two',
        confirm: 'It was edited: `sgid decrypt` fails, and `sgid login` works.',
        mend: 'Save the reply as it came.',
      },
    ],
  },
  ERR_JWE_ALGORITHM: {
    summary: 'the data is encrypted with an algorithm that is not accepted',
    meaning:
      'Accepted are RSA-OAEP and RSA-OAEP-256 for the payload key, `dir` and AES-GCM key wrapping for the claims, and AES-GCM or AES-CBC with HMAC for the content. RSA1_5 never is: it can be attacked (RFC 8725 section 3.2).',
    causes: [
      {
        cause: 'a mock or a test environment uses another algorithm',
        confirm: '`sgid inspect userinfo.json` shows the algorithms of a saved reply.',
        mend: 'Have it use those above, as sgID does.',
      },
      {
        cause: 'sgID has changed its algorithms',
        confirm: 'It happens with every login at the real sgID.',
        mend: 'Update sgid; if that does not help, please report it with what `sgid inspect` prints.',
      },
    ],
  },
  ERR_JWE_INVALID: {
    summary: 'the encrypted data is malformed',
    meaning:
      'The reply of the userinfo endpoint has a `key` and, in `data`, a value for each claim: compact JWEs of five parts of base64url with dots between them. Something in it is not, or the payload key is not a symmetric JWK.',
    causes: [
      {
        cause: 'a saved reply was not copied whole, or was edited',
        confirm: '`sgid inspect userinfo.json` says which part is wrong.',
        mend: 'Save the reply as it came.',
      },
      {
        cause: 'the provider broke the protocol',
        confirm: 'It happens with `sgid login`.',
        mend: 'Tell its operators; with a mock, update it.',
      },
    ],
  },
  ERR_JWE_KEY_MISSING: {
    summary: 'data came without the key to decrypt it',
    meaning:
      'The reply of the userinfo endpoint has `data` but no `key`. The official SDK turns that into empty data; here it is an error, because you asked for claims and have none.',
    causes: [
      {
        cause: 'the client has no public key registered',
        confirm: 'Look at the client in the developer portal.',
        mend: 'Register what `sgid key public private.pem` prints.',
      },
      {
        cause: 'a saved reply was cut',
        confirm: 'The file given to `sgid decrypt` has no "key".',
        mend: 'Save the whole reply.',
      },
      {
        cause: 'a fault of the provider',
        confirm: 'The public key is registered.',
        mend: 'Tell its operators.',
      },
    ],
  },
} satisfies SomeExplanations;
