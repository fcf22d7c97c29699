import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { parseReply, sendRepeatable } from '../oidc/exchange.ts';
import { type CallOptions, requirePassed, runStep, type Step } from '../oidc/journal.ts';
import { decryptJwe } from '../oidc/jwe.ts';
import { getRequest, type Transport } from '../oidc/transport.ts';
import { BROKEN, DO_NOT_TRUST, fail, pass, type Verdict } from '../oidc/verdict.ts';
import { attempt, isNonEmptyString, isRecord, parseJson } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';

// What sgID and its mocks use, and the stronger variants; never RSA1_5 (RFC 8725 section 3.2).

/** How the payload key of a userinfo reply may be encrypted to the client (RFC 7518 section 4). */
export const KEY_ALGORITHMS: readonly string[] = ['RSA-OAEP-256', 'RSA-OAEP'];

/** How a field may be encrypted with the payload key (RFC 7518 section 4). */
export const FIELD_ALGORITHMS: readonly string[] = ['dir', 'A128GCMKW', 'A192GCMKW', 'A256GCMKW'];

export interface EncryptedUserinfo {
  readonly sub: string;
  /** Absent where there is nothing to decrypt, as when only `openid` was asked for. */
  readonly encrypted?: EncryptedData;
}

export interface PersonData {
  readonly sub: string;
  readonly data: Record<string, string>;
}

export interface DataReader {
  readonly privateKey: KeyObject;
  readonly endpoints: { readonly userinfo: string };
  readonly transport: Transport;
  readonly onReply?: ((reply: EncryptedUserinfo) => void) | undefined;
}

/**
 * Fetches the person's data and decrypts it.
 *
 * @param tokens `sub` is that of the ID token; without it, that of the answer is not compared with any.
 * @throws SgidError of the steps `userinfo` and `decrypt`.
 */
export async function fetchData(
  { privateKey, endpoints, transport, onReply }: DataReader,
  { accessToken, sub }: { readonly accessToken: string; readonly sub: string | undefined },
  { journal, signal }: CallOptions = {},
): Promise<PersonData> {
  const request = getRequest('userinfo', endpoints.userinfo, accessToken);
  const reply = await runStep(journal, 'userinfo', async (step) => {
    const response = await sendRepeatable(transport, request, { step, signal });
    const json = parseReply(response, request, 'ERR_USERINFO_REFUSED');
    step?.verdicts([pass('response')]);
    return validateUserinfo(json, sub, step);
  });
  onReply?.(reply);
  if (reply.encrypted === undefined) return { sub: reply.sub, data: {} };
  return runStep(journal, 'decrypt', async (step) => {
    const person = decryptUserinfo(reply, privateKey);
    const summary = `${Object.keys(person.data).length} decrypted`;
    step?.verdicts([pass('payload-key'), { ...pass('fields'), summary }]);
    return person;
  });
}

/**
 * Validates a parsed userinfo reply. Its `sub` must be that of the ID token (OpenID Connect Core section 5.3.4),
 * where that is known.
 *
 * @throws SgidError `ERR_SUB_MISMATCH`, `ERR_JWE_KEY_MISSING`, `ERR_JWE_INVALID`.
 */
export function validateUserinfo(
  { sub, key, data }: Readonly<Record<string, unknown>>,
  expectedSub: string | undefined,
  step?: Step,
): EncryptedUserinfo {
  const fields = isRecord(data) ? Object.entries(data) : [];
  requirePassed(step, [checkSubject(sub, expectedSub), ...checkEncryption(key, data, fields)]);
  const reply = { sub: sub as string };
  if (isAbsent(key) || isAbsent(data)) return reply;
  return { ...reply, encrypted: { key: key as string, fields: fields as [string, string][] } };
}

function checkSubject(sub: unknown, expected: string | undefined): Verdict {
  if (isNonEmptyString(sub) && (expected === undefined || sub === expected)) return pass('subject');
  const message = isNonEmptyString(sub)
    ? 'userinfo is about another person than the ID token'
    : 'userinfo names no subject';
  return fail(new SgidError('ERR_SUB_MISMATCH', message, { hint: DO_NOT_TRUST }));
}

function checkEncryption(
  key: unknown,
  data: unknown,
  fields: readonly (readonly [string, unknown])[],
): readonly Verdict[] {
  if (isAbsent(data)) return [];
  if (isAbsent(key)) {
    if (isRecord(data) && fields.length === 0) return [];
    const message = 'userinfo holds data but not the key to decrypt it';
    const error = new SgidError('ERR_JWE_KEY_MISSING', message, {
      causes: ['the client has no public key registered at the provider', 'a provider fault'],
      hint: 'Check which public key is registered for this client.',
    });
    return [fail(error)];
  }
  const at = fields.findIndex(([, jwe]) => !isNonEmptyString(jwe));
  const faults = [
    ...(typeof key === 'string' ? [] : ['"key" is not a JWE']),
    ...(isRecord(data) ? [] : ['"data" is not an object']),
    ...(at === -1 ? [] : [`entry ${at + 1} of "data" is not a JWE`]),
  ];
  if (faults[0] === undefined) return [pass('form')];
  const error = new SgidError('ERR_JWE_INVALID', `userinfo is malformed: ${faults[0]}`, {
    step: 'userinfo',
    hint: BROKEN,
  });
  return [fail(error)];
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** The payload key, encrypted to the client, and the fields, encrypted with the payload key. */
interface EncryptedData {
  readonly key: string;
  readonly fields: readonly (readonly [name: string, jwe: string])[];
}

/**
 * Decrypts a userinfo reply: the private key opens the payload key, which opens each field. Claim names become own
 * properties whatever they are, `__proto__` included.
 *
 * @throws SgidError `ERR_DECRYPT_KEY` (the private key does not fit), `ERR_DECRYPT_FIELD`,
 *   `ERR_JWE_ALGORITHM` or `ERR_JWE_INVALID`.
 */
export function decryptUserinfo({ sub, encrypted }: EncryptedUserinfo, privateKey: KeyObject): PersonData {
  if (encrypted === undefined) return { sub, data: {} };
  const payloadKey = decryptPayloadKey(encrypted.key, privateKey);
  const data = encrypted.fields.map(([name, jwe]) => [name, decryptField(name, jwe, payloadKey)]);
  return { sub, data: Object.fromEntries(data) };
}

export function decryptPayloadKey(jwe: string, privateKey: KeyObject): Uint8Array {
  const plaintext = decryptJwe('the payload key', jwe, privateKey, KEY_ALGORITHMS);
  if (plaintext === undefined) {
    throw new SgidError('ERR_DECRYPT_KEY', 'the private key cannot decrypt the data', {
      causes: [
        'the private key is that of another client or environment, or of an older pair',
        'the reply was changed on its way',
      ],
      hint: 'Use the private key whose public half is registered for this client.',
    });
  }
  const jwk = parseJson(new TextDecoder().decode(plaintext));
  if (isRecord(jwk) && jwk['kty'] === 'oct' && isNonEmptyString(jwk['k']))
    return Buffer.from(jwk['k'], 'base64url');
  throw new SgidError('ERR_JWE_INVALID', 'the payload key is not a symmetric JWK', { hint: BROKEN });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decryptField(name: string, jwe: string, payloadKey: Uint8Array): string {
  const what = `the claim ${toPrintable(name, 100)}`;
  const plaintext = decryptJwe(what, jwe, payloadKey, FIELD_ALGORITHMS);
  const text = plaintext && attempt(() => UTF8.decode(plaintext));
  if (text !== undefined) return text;
  const fault = plaintext === undefined ? 'could not be decrypted' : 'is not UTF-8 text';
  throw new SgidError('ERR_DECRYPT_FIELD', `${what} ${fault}`, {
    hint: 'The provider sent a broken field. Log in again, or omit this scope.',
  });
}
