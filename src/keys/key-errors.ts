import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { endsLikeFileName } from '../text/key-or-path.ts';

type Advice = readonly [message: string, hint: string, ...causes: string[]];

const MAKE_KEY = 'sgid key generate --out private.pem';
const NEW_KEY = `Make one with \`${MAKE_KEY}\` and register its public half for the client.`;
const NEW_PAIR = `If it is lost, make a new one with \`${MAKE_KEY}\` and register its public half (\`sgid key public private.pem\`) for the client.`;
const GIVE_IT = `Give the file that begins with -----BEGIN PRIVATE KEY-----. ${NEW_PAIR}`;
const COPY_AGAIN =
  'Copy the whole key again; in PEM it goes from the -----BEGIN line to the -----END line, in JWK from { to }.';

const ADVICE = {
  empty: [
    'the private key is empty',
    'Name its file with --private-key-file <path>, or put its PEM text into SGID_PRIVATE_KEY.',
    'the file is empty',
    'the variable is set from another one that is not set',
  ],
  path: [
    'the private key is the path of a file, not the key itself',
    'Name the file with --private-key-file <path> or SGID_PRIVATE_KEY_PATH; in code, pass what the file holds: readFileSync(path).',
  ],
  html: [
    'the private key is a web page (HTML), not a key',
    'Download the key again while logged in, and look at the file before you use it.',
  ],
  putty: [
    'the private key is in the format of PuTTY',
    'Convert it with `puttygen <file>.ppk -O private-openssh -o <file>.pem`.',
  ],
  openssh: [
    'the private key is in the format of OpenSSH',
    'Convert a copy of it in place with `ssh-keygen -p -m PKCS8 -f <copy>`.',
  ],
  'ssh-public-key': ['this is an SSH public key, not an RSA private key', GIVE_IT],
  'public-key': ['this is a public key, not the private key that belongs to it', GIVE_IT],
  certificate: ['this is a certificate, not the private key that belongs to it', GIVE_IT],
  'certificate-request': [
    'this is a certificate request, not the private key that it was made with',
    GIVE_IT,
  ],
  truncated: [
    'the private key is cut off: a part of it is missing',
    COPY_AGAIN,
    'an environment file or secret store kept only its first line; write "\\n" for each line end and quote the whole',
    'the -----BEGIN or -----END line is missing',
  ],
  damaged: [
    'the private key is damaged: it cannot be decoded',
    `${COPY_AGAIN} \`openssl pkey -in <file> -noout -check\` shows whether a file in PEM or DER is whole.`,
    'characters were lost or added on the way, for example the backslashes of its \\n',
    'it is not a key, or one in an unknown format',
  ],
  inconsistent: ['the private key is damaged: its numbers do not belong together', COPY_AGAIN],
  'exponent-one': ['the private key has the public exponent 1, with which nothing is encrypted', NEW_KEY],
  'binary-text': [
    'the private key is binary data that was read as text',
    'Name its file with --private-key-file <path>; in code, pass the bytes: readFileSync(path) without an encoding.',
  ],
  json: [
    'the private key is a JSON file, but not a JWK or JWKS',
    'If it is the download of the developer portal, give it with --credentials <file>.',
  ],
  'jwk-incomplete': [
    'the JWK lacks p, q, dp, dq or qi, or one of its numbers is not base64url',
    'Export the key again with all the parameters of RFC 7518 section 6.3.2.',
  ],
  'jwks-without-key': [
    'the JWKS holds no private RSA key',
    'Give the private JWK, the one with a "d"; what a JWKS URL publishes has public keys only.',
  ],
  'symmetric-key': ['this is a symmetric key (JWK of type oct); sgID needs an RSA private key', GIVE_IT],
  'several-keys': [
    'there is more than one private key here, and it is not clear which one is meant',
    'Give a file with only the key whose public half is registered for the client.',
  ],
  'many-blocks': [
    'there are too many PEM blocks here for a key and its certificates',
    'Give a file with only the key, or with the key and its own certificates.',
  ],
  'not-pkcs1': [
    'this is not an unencrypted PKCS#1 private key',
    'Give a PEM that begins with -----BEGIN RSA PRIVATE KEY----- and is not encrypted; a key that begins with -----BEGIN PRIVATE KEY----- is PKCS#8 already.',
  ],
  'java-keystore': [
    'the private key is in a Java keystore (JKS)',
    'Convert it with `keytool -importkeystore -srckeystore <file> -destkeystore key.p12 -deststoretype pkcs12`.',
  ],
  pkcs12: [
    'the private key is in a PKCS#12 file, which cannot be read here',
    'In code, open it with `await loadPrivateKey(bytes, { passphrase })`; or convert it with `sgid key convert --to pkcs8 --out private.pem <file>`.',
  ],
  'pkcs12-without-key': [
    'the PKCS#12 file holds no private key',
    'Export it again with its private key: `openssl pkcs12 -export -inkey <key> -in <certificate> -out key.p12`.',
    'only certificates were exported',
    'the key lies in a part that is encrypted as a whole',
  ],
  'costly-encryption': [
    'the private key is encrypted with too many rounds of key derivation, or with a number that cannot be read',
    'Encrypt it again with the customary number: `openssl pkcs8 -topk8 -in <file> -out <new file>`.',
    'the encrypted key is damaged',
    'it was made to exhaust the processor',
  ],
  'old-encryption': [
    'the private key is encrypted with a cipher too old to be supported',
    'Convert it with `openssl pkey -provider legacy -provider default -in <file> -aes256 -out <new file>`.',
  ],
  'too-large': [
    'the private key is larger than one of 16384 bits, which is the most that can be used',
    `Give the RSA key whose public half is registered for the client. ${NEW_PAIR}`,
  ],
  unknown: [
    'this is not a private key in any known format',
    `Give an RSA private key as PEM, DER, JWK or PKCS#12. ${NEW_PAIR}`,
  ],
} satisfies Readonly<Record<string, Advice>>;

export type KeyProblem = keyof typeof ADVICE;

/** What a text without a key may be. */
export function guessFromText(text: string): KeyProblem {
  if (text === '') return 'empty';
  if (/^<(!doctype|html|\?xml)/i.test(text)) return 'html';
  if (text.startsWith('PuTTY-User-Key-File-')) return 'putty';
  if (/^ssh-[a-z0-9-]+ AAAA/.test(text)) return 'ssh-public-key';
  if (/[^\P{Cc}\s]|\ufffd/u.test(text)) return 'binary-text';
  if (text.length > 1024 || /[\r\n]/.test(text)) return 'unknown';
  if (endsLikeFileName(text)) return 'path';
  return /^(~|\.{0,2}[\\/]|[A-Za-z]:[\\/]|file:)/.test(text) ? 'path' : 'unknown';
}

export function privateKeyError(reason: KeyProblem): SgidError {
  return keyError('ERR_PRIVATE_KEY', ADVICE[reason]);
}

export function wrongKeyType(type: string): SgidError {
  const message = `the private key is of type ${type}; sgID needs plain RSA`;
  return keyError('ERR_PRIVATE_KEY_TYPE', [message, NEW_KEY]);
}

export function keyTooSmall(bits: number, minimum: number): SgidError {
  const message = `the private key has ${bits} bits; the minimum is ${minimum}`;
  return keyError('ERR_PRIVATE_KEY_SIZE', [message, NEW_KEY]);
}

const NO_PASSPHRASE: Advice = [
  'the private key is encrypted, and no passphrase was given',
  'Set SGID_PRIVATE_KEY_PASSPHRASE, or run on a terminal to be asked; in code, pass { passphrase }.',
];
const WRONG_PASSPHRASE: Advice = [
  'the passphrase does not open the private key',
  'Try it with `openssl pkey -in <file> -noout` (for PKCS#12 `openssl pkcs12 -in <file> -noout`).',
  'the passphrase is another one, or a space or line break came with it',
  'the encrypted key is damaged',
];

export function cannotUnlock(passphrase: string | undefined): SgidError {
  return keyError('ERR_PRIVATE_KEY_PASSPHRASE', passphrase === undefined ? NO_PASSPHRASE : WRONG_PASSPHRASE);
}

export function publicKeyMismatch(origin: string): SgidError {
  return keyError('ERR_PRIVATE_KEY', [
    `the public key of ${origin} does not belong to the private key`,
    'Compare with the public half of the private key, `sgid key public <file>`: that is what must be registered for the client.',
    'one of the two is from another client or an older pair',
  ]);
}

function keyError(code: SgidErrorCode, [message, hint, ...causes]: Advice): SgidError {
  return new SgidError(code, message, { hint, causes });
}
