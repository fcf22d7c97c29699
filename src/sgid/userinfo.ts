import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { getRequest, sendRepeatable, type Transport } from '../oidc/http-exchange.ts';
import { type CallOptions, noteVerdicts, runStep, type Step } from '../oidc/journal.ts';
import { parseReply } from '../oidc/provider-reply.ts';
import { fail, pass, type Verdict } from '../oidc/verdict.ts';
import { isNonEmptyString, isRecord } from '../text/guards.ts';
import { decryptData, type EncryptedData } from './decrypt.ts';

export interface EncryptedUserinfo {
  readonly sub: string;
  /** Absent when only `openid` was asked for. */
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
  /** Sees the reply as it came, before anything of it is decrypted. */
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
    const person = await decryptUserinfo(reply, privateKey);
    step?.verdicts([pass('payload-key'), pass('fields', `${Object.keys(person.data).length} decrypted`)]);
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
  noteVerdicts(step, [checkSubject(sub, expectedSub), ...checkEncryption(key, data, fields)]);
  const reply = { sub: sub as string };
  if (isAbsent(key)) return reply;
  return { ...reply, encrypted: { key: key as string, fields: fields as [string, string][] } };
}

function checkSubject(sub: unknown, expected: string | undefined): Verdict {
  if (isNonEmptyString(sub) && (expected === undefined || sub === expected)) return pass('subject');
  const message = isNonEmptyString(sub)
    ? 'userinfo is about another person than the ID token'
    : 'userinfo names no subject';
  const hint = 'Do not trust this login; report it to the provider.';
  return fail('subject', new SgidError('ERR_SUB_MISMATCH', message, { hint }));
}

function checkEncryption(
  key: unknown,
  data: unknown,
  fields: readonly (readonly [string, unknown])[],
): readonly Verdict[] {
  if (isAbsent(key) && isAbsent(data)) return [];
  if (isAbsent(key)) {
    const message = 'userinfo holds data but not the key to decrypt it';
    const error = new SgidError('ERR_JWE_KEY_MISSING', message, {
      causes: ['the client has no public key registered at the provider', 'a provider fault'],
      hint: 'Check the public key of this client in the developer portal.',
    });
    return [fail('payload-key', error)];
  }
  const at = fields.findIndex(([, jwe]) => !isNonEmptyString(jwe));
  const faults = [
    ...(isNonEmptyString(key) ? [] : ['"key" is not a JWE']),
    ...(isRecord(data) ? [] : ['"data" is not an object']),
    ...(at === -1 ? [] : [`entry ${at + 1} of "data" is not a JWE`]),
  ];
  if (faults[0] === undefined) return [pass('form')];
  const error = new SgidError('ERR_JWE_INVALID', `userinfo is malformed: ${faults[0]}`, {
    step: 'userinfo',
    hint: 'The reply breaks the protocol; report it to the provider.',
  });
  return [fail('form', error)];
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

export async function decryptUserinfo(
  { sub, encrypted }: EncryptedUserinfo,
  privateKey: KeyObject,
): Promise<PersonData> {
  return { sub, data: encrypted === undefined ? {} : await decryptData(encrypted, privateKey) };
}
