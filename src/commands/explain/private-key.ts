import type { SomeExplanations } from './explanation.ts';

/** The private key that decrypts the data. */
export const PRIVATE_KEY = {
  ERR_PRIVATE_KEY: {
    summary: 'what was given as the private key is none, is damaged, or does not fit the public key',
    meaning:
      'The private key decrypts what sgID sends. It is read and tried before anything is sent and before a browser opens. Any usual form is fine: PKCS#8 or PKCS#1 as PEM or DER, encrypted or not, PKCS#12, JWK; with real or escaped line breaks. The message says what was found instead.',
    causes: [
      {
        cause: 'an environment file or a secret store kept only the first line, or changed its line breaks',
        confirm:
          '`printf %s "$SGID_PRIVATE_KEY" | sgid key inspect` says what arrives. The message says "cut off" or "damaged".',
        mend: 'Write it as one line: `sgid key convert --to env private.pem >> .env`, or name the file with `--private-key-file`.',
      },
      {
        cause: 'it is the public key, a certificate, or a certificate request',
        confirm: '`head -1 <file>` says what it is.',
        mend: 'Give the file that begins with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----.',
      },
      {
        cause: 'it is in a format of another program: OpenSSH, PuTTY, a Java keystore',
        confirm: 'The message names the format, and the hint the command that converts it.',
        mend: 'Convert a copy of it with that command.',
      },
      {
        cause: 'it is the whole download of the developer portal, not the key in it',
        confirm: 'The file is JSON with more than a key in it.',
        mend: 'Give the file with `--credentials <file>`.',
      },
      {
        cause: 'the public key that was given with it belongs to another private key',
        confirm: '`sgid key inspect <private key> --public-key <public key>` compares the two.',
        mend: 'Use the two of one pair, and register what `sgid key public <private key>` prints.',
      },
    ],
  },
  ERR_PRIVATE_KEY_TYPE: {
    summary: 'the private key is not an RSA key',
    meaning:
      'sgID encrypts with RSA-OAEP, so only a plain RSA key can decrypt: no elliptic curve (EC, Ed25519), and no RSA-PSS, which is for signatures alone.',
    causes: [
      {
        cause: 'it is a key for something else, such as SSH or a web server',
        confirm: '`sgid key inspect <file>` says of which type it is.',
        mend: 'Give the key whose public half is registered for the client.',
      },
      {
        cause: 'it was made for sgID with the wrong type',
        confirm: 'The developer portal has no public key that belongs to it.',
        mend: 'Make a pair with `sgid key generate --out private.pem` and register what `sgid key public private.pem` prints.',
      },
    ],
  },
  ERR_PRIVATE_KEY_SIZE: {
    summary: 'the private key has fewer than 2048 bits',
    meaning: 'RSA keys below 2048 bits are too weak to keep data secret (NIST SP 800-131A), and are refused.',
    causes: [
      {
        cause: 'it is an old key, or one from a tutorial',
        confirm: '`sgid key inspect <file>` shows the bits.',
        mend: 'Make a pair with `sgid key generate --out private.pem` and register what `sgid key public private.pem` prints.',
      },
    ],
  },
  ERR_PRIVATE_KEY_PASSPHRASE: {
    summary: 'the private key is encrypted, and the passphrase is missing, wrong or unusable',
    meaning:
      'An encrypted key is opened with SGID_PRIVATE_KEY_PASSPHRASE, or the passphrase beside it in a file or profile, or the one that is asked for on a terminal; `sgid key` also takes `--passphrase-file`. No passphrase is ever taken as the value of an option. `sgid key` uses this code for a new passphrase that cannot be used as well.',
    causes: [
      {
        cause: 'there is nobody to ask: no terminal, as in CI, and the variable is not set',
        confirm: 'The message says that no passphrase was given.',
        mend: "Set SGID_PRIVATE_KEY_PASSPHRASE from the CI system's secrets.",
      },
      {
        cause: 'the passphrase is that of another key, or a space or line break came with it',
        confirm: '`openssl pkey -in <file> -noout` asks for it and says whether it opens the key.',
        mend: 'Correct it. In a `.env` put it between single quotes, so that nothing in it is replaced.',
      },
      {
        cause: 'the encrypted key is damaged',
        confirm: 'The right passphrase does not open it in `openssl` either.',
        mend: 'Copy the key again.',
      },
      {
        cause: 'a passphrase file holds more than one line, or is another file',
        confirm: 'The message speaks of control characters or of length.',
        mend: 'Put the passphrase alone on the one line of the file.',
      },
    ],
  },
} satisfies SomeExplanations;
