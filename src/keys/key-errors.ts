import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import type { TextLook } from './key-text.ts';

/** What was given in place of a private key. */
export type NotAKey =
  | TextLook
  | 'certificate'
  | 'certificate-request'
  | 'costly-encryption'
  | 'damaged'
  | 'exponent-one'
  | 'inconsistent'
  | 'java-keystore'
  | 'json'
  | 'jwk-incomplete'
  | 'jwks-without-key'
  | 'not-pkcs1'
  | 'old-encryption'
  | 'openssh'
  | 'pkcs12'
  | 'pkcs12-without-key'
  | 'public-key'
  | 'several-keys'
  | 'symmetric-key'
  | 'too-large'
  | 'truncated';

interface Advice {
  readonly message: string;
  readonly hint: string;
  readonly causes?: readonly string[];
}

/** The command that makes a private key. */
const MAKE_KEY = 'sgid key generate --out private.pem';
const NEW_PAIR = `If it is lost, make a new one with \`${MAKE_KEY}\` and register its public half (\`sgid key public private.pem\`) in the developer portal.`;
const FIND_PRIVATE_KEY = `Give the file that begins with -----BEGIN PRIVATE KEY-----. ${NEW_PAIR}`;
const COPY_AGAIN = 'Copy the whole key again, from the -----BEGIN line to the -----END line.';

const ADVICE: Readonly<Record<NotAKey, Advice>> = {
  empty: {
    message: 'the private key is empty',
    hint: 'Name its file with --private-key-file <path>, or put its PEM text into SGID_PRIVATE_KEY.',
    causes: ['the file is empty', 'the variable is set from another one that is not set'],
  },
  path: {
    message: 'the private key is the path of a file, not the key itself',
    hint: 'Name the file with --private-key-file <path> or SGID_PRIVATE_KEY_PATH; in code, pass what the file holds: readFileSync(path).',
  },
  html: {
    message: 'the private key is a web page (HTML), not a key',
    hint: 'Download the key again while signed in, and look at the file before you use it.',
  },
  putty: {
    message: 'the private key is in the format of PuTTY',
    hint: 'Convert it with `puttygen <file>.ppk -O private-openssh -o <file>.pem`.',
  },
  openssh: {
    message: 'the private key is in the format of OpenSSH',
    hint: 'Convert a copy of it in place with `ssh-keygen -p -m PKCS8 -f <copy>`.',
  },
  'ssh-public-key': {
    message: 'this is an SSH public key; decryption needs an RSA private key',
    hint: FIND_PRIVATE_KEY,
  },
  'public-key': {
    message: 'this is a public key; decryption needs the private key that belongs to it',
    hint: FIND_PRIVATE_KEY,
  },
  certificate: {
    message: 'this is a certificate; decryption needs the private key that belongs to it',
    hint: FIND_PRIVATE_KEY,
  },
  'certificate-request': {
    message: 'this is a certificate request; decryption needs the private key that it was made with',
    hint: FIND_PRIVATE_KEY,
  },
  truncated: {
    message: 'the private key is cut off: a part of it is missing',
    hint: COPY_AGAIN,
    causes: [
      'an environment file or secret store kept only its first line; write "\\n" for each line end and quote the whole',
      'the -----BEGIN or -----END line was left out',
    ],
  },
  damaged: {
    message: 'the private key is damaged: it cannot be decoded',
    hint: `${COPY_AGAIN} \`openssl pkey -in <file> -noout -check\` tells whether a file is whole.`,
    causes: [
      'characters were lost or added on the way, for example the backslashes of its \\n',
      'it is not a key, or one in an unknown format',
    ],
  },
  inconsistent: {
    message: 'the private key is damaged: its numbers do not belong together',
    hint: COPY_AGAIN,
  },
  'exponent-one': {
    message: 'the private key has the public exponent 1, with which nothing is encrypted',
    hint: `Make a new one with \`${MAKE_KEY}\` and register its public half in the developer portal.`,
  },
  'binary-text': {
    message: 'the private key is binary data that was read as text',
    hint: 'Name its file with --private-key-file <path>; in code, pass the bytes: readFileSync(path) without an encoding.',
  },
  json: {
    message: 'the private key is a JSON file, but not a JWK or JWKS',
    hint: 'If it is the download of the developer portal, give it with --credentials <file>.',
  },
  'jwk-incomplete': {
    message: 'the JWK lacks p, q, dp, dq or qi, or one of its numbers is not base64url',
    hint: 'Export the key again with all the parameters of RFC 7518 section 6.3.2.',
  },
  'jwks-without-key': {
    message: 'the JWKS holds no private RSA key',
    hint: 'Give the private JWK, the one with a "d"; what a JWKS URL publishes has public keys only.',
  },
  'symmetric-key': {
    message: 'this is a symmetric key (JWK of type oct); sgID needs an RSA private key',
    hint: FIND_PRIVATE_KEY,
  },
  'several-keys': {
    message: 'there is more than one private key here, and no telling which one is meant',
    hint: 'Give a file with only the key whose public key is registered in the developer portal.',
  },
  'not-pkcs1': {
    message: 'this is not an unencrypted PKCS#1 private key',
    hint: 'Give a PEM that begins with -----BEGIN RSA PRIVATE KEY----- and is not encrypted; a key that begins with -----BEGIN PRIVATE KEY----- is PKCS#8 already.',
  },
  'java-keystore': {
    message: 'the private key is in a Java keystore (JKS)',
    hint: 'Convert it with `keytool -importkeystore -srckeystore <file> -destkeystore key.p12 -deststoretype pkcs12`.',
  },
  pkcs12: {
    message: 'the private key is in a PKCS#12 file, which cannot be read here',
    hint: 'In code, open it with `await loadPrivateKey(bytes, { passphrase })`; or convert it with `sgid key convert --to pkcs8 --out private.pem <file>`.',
  },
  'pkcs12-without-key': {
    message: 'the PKCS#12 file holds no private key',
    hint: 'Export it again with its private key: `openssl pkcs12 -export -inkey <key> -in <certificate> -out key.p12`.',
    causes: ['only certificates were exported', 'the key lies in a part that is encrypted as a whole'],
  },
  'costly-encryption': {
    message:
      'the private key is encrypted with more than 10,000,000 rounds of key derivation, or with a number that cannot be read',
    hint: 'Encrypt it again with the customary number: `openssl pkcs8 -topk8 -in <file> -out <new file>`.',
    causes: ['the encrypted key is damaged', 'it was made to keep programs busy'],
  },
  'old-encryption': {
    message: 'the private key is encrypted with a cipher too old to be supported',
    hint: 'Convert it with `openssl pkey -provider legacy -provider default -in <file> -aes256 -out <new file>`.',
  },
  'too-large': {
    message: 'the private key is larger than one of 16384 bits, which is the most that can be used',
    hint: `Give the RSA key whose public half is registered in the developer portal. ${NEW_PAIR}`,
  },
  unknown: {
    message: 'this is not a private key in any known format',
    hint: `Give an RSA private key as PEM, DER, JWK or PKCS#12. ${NEW_PAIR}`,
  },
};

/** ERR_PRIVATE_KEY with the advice for what was given in place of a key. */
export function notAPrivateKey(reason: NotAKey): SgidError {
  return keyError('ERR_PRIVATE_KEY', ADVICE[reason]);
}

/** ERR_PRIVATE_KEY_TYPE. `type` is what to call the key, for example `EC`. */
export function wrongKeyType(type: string): SgidError {
  return keyError('ERR_PRIVATE_KEY_TYPE', {
    message: `the private key is of type ${type}; sgID needs plain RSA, for RSA-OAEP`,
    hint: `Make one with \`${MAKE_KEY}\` and register its public half in the developer portal.`,
  });
}

/** ERR_PRIVATE_KEY_SIZE. `bits` is the length of the modulus. */
export function keyTooSmall(bits: number, minimum: number): SgidError {
  return keyError('ERR_PRIVATE_KEY_SIZE', {
    message: `the private key has ${bits} bits; the minimum is ${minimum}`,
    hint: `Make one with \`${MAKE_KEY}\` and register its public half in the developer portal.`,
  });
}

/** ERR_PRIVATE_KEY_PASSPHRASE for an encrypted key that came without a passphrase. */
export function passphraseMissing(): SgidError {
  return keyError('ERR_PRIVATE_KEY_PASSPHRASE', {
    message: 'the private key is encrypted, and no passphrase was given',
    hint: 'Set SGID_PRIVATE_KEY_PASSPHRASE, or run on a terminal to be asked; in code, pass { passphrase }.',
  });
}

/** ERR_PRIVATE_KEY_PASSPHRASE for a passphrase that does not open the key. */
export function passphraseWrong(): SgidError {
  return keyError('ERR_PRIVATE_KEY_PASSPHRASE', {
    message: 'the passphrase does not open the private key',
    hint: 'Try it with `openssl pkey -in <file> -noout` (for PKCS#12 `openssl pkcs12 -in <file> -noout`).',
    causes: [
      'the passphrase is another one, or a space or line break came with it',
      'the encrypted key is damaged',
    ],
  });
}

/** ERR_PRIVATE_KEY for a public key that belongs to another private key. `origin` is where it was given. */
export function publicKeyMismatch(origin: string): SgidError {
  return keyError('ERR_PRIVATE_KEY', {
    message: `the public key of ${origin} does not belong to the private key`,
    hint: 'Compare with the public half of the private key, `sgid key public <file>`: that is what must be registered in the developer portal.',
    causes: ['one of the two is from another client or an older pair'],
  });
}

function keyError(code: SgidErrorCode, { message, hint, causes = [] }: Advice): SgidError {
  return new SgidError(code, message, { step: 'config', hint, causes });
}
