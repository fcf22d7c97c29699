import { createPublicKey, KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { MINIMUM_BITS } from '../keys/private-key.ts';
import { OPENID_SCOPE, SCOPES } from '../sgid/scopes.ts';
import {
  checkUnique,
  type JsonNode,
  readEntries,
  readFields,
  readFilledText,
  readList,
  readText,
  report,
} from '../text/json-file.ts';

/** A client as one registers it in the developer portal. */
export interface MockClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Compared character by character, port included. */
  readonly redirectUris: readonly string[];
  /** The scopes that it may ask for; must hold `openid`. */
  readonly scopes: readonly string[];
  /** RSA of 2048 bits or more, PEM text or a key object. Personal data is encrypted to it. */
  readonly publicKey: KeyObject | string;
}

/** A client whose registration was checked and whose key is parsed. */
export interface RegisteredClient extends MockClient {
  readonly publicKey: KeyObject;
}

/**
 * Checks a client's registration.
 *
 * @throws SgidError `ERR_CREDENTIALS_FILE` for an empty id or secret, an unusable scope or public key;
 *   `ERR_REDIRECT_URI` for a redirect URI that is relative, has a fragment (RFC 6749 section 3.1.2) or
 *   characters that do not belong in a URI.
 */
export function registerClient(client: MockClient): RegisteredClient {
  if (client.clientId === '') throw registrationError('has an empty client id', 'Give it an id.');
  if (client.clientSecret === '') {
    throw registrationError(`${client.clientId} has an empty client secret`, 'Give it a secret.');
  }
  checkRedirectUris(client);
  checkScopes(client);
  return { ...client, publicKey: registeredKey(client) };
}

/**
 * Whether a text can be a redirect URI: absolute, without a fragment (RFC 6749 section 3.1.2), and of characters
 * that belong in a URI.
 */
export function isRedirectUri(text: string): boolean {
  return /^[\x21-\x7E]+$/.test(text) && URL.canParse(text) && !text.includes('#');
}

/**
 * Whether a text can be a scope's name. It becomes a member name of the userinfo answer: to begin with a letter
 * rules `__proto__` out.
 */
export function isScopeName(text: string): boolean {
  return /^[A-Za-z][\w.:/-]*$/.test(text);
}

/** A usable key, or what is wrong with it. */
export type PublicKeyReading =
  | { readonly ok: true; readonly key: KeyObject }
  | { readonly ok: false; readonly problem: string; readonly cause?: unknown };

/** Reads an RSA public key of 2048 bits or more. A private key, as text or object, gives its public half. */
export function readPublicKey(publicKey: KeyObject | string): PublicKeyReading {
  let key: KeyObject;
  try {
    key =
      publicKey instanceof KeyObject && publicKey.type === 'public' ? publicKey : createPublicKey(publicKey);
  } catch (cause) {
    return { ok: false, problem: 'is not a public key in PEM', cause };
  }
  return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MINIMUM_BITS
    ? { ok: true, key }
    : { ok: false, problem: `is not an RSA key of at least ${MINIMUM_BITS} bits` };
}

function checkRedirectUris({ clientId, redirectUris }: MockClient): void {
  const unusable = redirectUris.find((uri) => !isRedirectUri(uri));
  if (unusable === undefined && redirectUris.length > 0) return;
  throw new SgidError(
    'ERR_REDIRECT_URI',
    unusable === undefined
      ? `the mock client ${clientId} has no redirect URI`
      : `the mock client ${clientId} has an unusable redirect URI: ${JSON.stringify(unusable)}`,
    {
      step: 'config',
      hint: 'Use an absolute URI without a fragment, for example http://localhost:5001/api/redirect.',
    },
  );
}

function checkScopes({ clientId, scopes }: MockClient): void {
  const unusable = scopes.find((scope) => !isScopeName(scope));
  if (unusable !== undefined) {
    throw registrationError(
      `${clientId} has an unusable scope: ${JSON.stringify(unusable)}`,
      'Give each scope by its own name, for example myinfo.name.',
    );
  }
  if (!scopes.includes(OPENID_SCOPE)) {
    throw registrationError(`${clientId} lacks the scope openid`, 'Add openid to its scopes.');
  }
}

function registeredKey({ clientId, publicKey }: MockClient): KeyObject {
  const reading = readPublicKey(publicKey);
  if (reading.ok) return reading.key;
  throw registrationError(
    `${clientId} has a public key that ${reading.problem}`,
    'Make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048',
    reading.cause,
  );
}

function registrationError(what: string, hint: string, cause?: unknown): SgidError {
  return new SgidError('ERR_CREDENTIALS_FILE', `the mock client ${what}`, { step: 'config', hint, cause });
}

const SHAPE =
  '[{"clientId": "...", "clientSecret": "a text", "redirectUris": ["http://localhost:5001/api/redirect"], ' +
  '"scopes": ["openid", "myinfo.name"], "publicKey": "-----BEGIN PUBLIC KEY-----\\n..."}]; ' +
  'without scopes a client may ask for all of them.';

/**
 * Reads a client file: a JSON list of `{clientId, clientSecret, redirectUris, scopes?, publicKey}`, or one such
 * object. Without `scopes` a client may ask for the whole catalogue.
 *
 * @param path For messages.
 * @throws SgidError `ERR_FILE` with the place of each problem, never a value.
 */
export function readClients(text: string, path: string): readonly MockClient[] {
  const places = new Map<string, string>();
  return readEntries({ text, path, shape: SHAPE }, (node) => {
    const field = readFields(node, ['clientId', 'clientSecret', 'redirectUris', 'scopes', 'publicKey']);
    if (field === undefined) return undefined;
    const clientId = readFilledText(field('clientId'));
    const clientSecret = readFilledText(field('clientSecret'));
    const redirectUris = readRedirectUris(field('redirectUris'));
    const scopes = readScopes(field('scopes'));
    const publicKey = readKey(field('publicKey'));
    if (clientId !== undefined) checkUnique(field('clientId'), clientId, places);
    if (clientId === undefined || clientSecret === undefined || publicKey === undefined) return undefined;
    return { clientId, clientSecret, redirectUris, scopes, publicKey };
  });
}

function readRedirectUris(node: JsonNode): readonly string[] {
  return readTexts(node, isRedirectUri, 'must be an absolute URI without a fragment');
}

function readScopes(node: JsonNode): readonly string[] {
  if (node.value === undefined) return SCOPES.map(({ name }) => name);
  const scopes = readTexts(node, isScopeName, 'must be the name of one scope, for example myinfo.name');
  if (scopes.length > 0 && !scopes.includes(OPENID_SCOPE)) report(node, 'must hold openid');
  return scopes;
}

function readKey(node: JsonNode): string | undefined {
  const pem = readText(node);
  if (pem === undefined) return undefined;
  const reading = readPublicKey(pem);
  if (!reading.ok) report(node, reading.problem);
  return pem;
}

/** The texts of a list, each of them judged. */
function readTexts(node: JsonNode, isUsable: (text: string) => boolean, rule: string): readonly string[] {
  return (readList(node) ?? []).flatMap((item) => {
    const text = readText(item);
    if (text === undefined) return [];
    if (!isUsable(text)) report(item, rule);
    return [text];
  });
}
