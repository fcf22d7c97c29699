import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import type { Endpoints } from '../oidc/endpoints.ts';
import {
  type ProviderRequest,
  type ProviderResponse,
  sendRepeatable,
  type Transport,
} from '../oidc/http-exchange.ts';
import { judgeJsonResponse } from '../oidc/provider-reply.ts';
import { isNonEmptyString, isRecord } from '../text/guards.ts';
import { decryptData } from './decrypt.ts';

/** A userinfo reply as it came: the payload key and the fields still encrypted. */
export interface EncryptedUserinfo {
  readonly sub: string;
  /** Absent when only `openid` was asked for. */
  readonly encrypted?: EncryptedData;
}

/** The payload key, encrypted to the client, and the fields, encrypted with the payload key. */
export interface EncryptedData {
  /** A compact JWE. */
  readonly key: string;
  /** Scope name and compact JWE. */
  readonly fields: readonly (readonly [name: string, jwe: string])[];
}

/** The request for the person's data (OpenID Connect Core section 5.3.1; RFC 6750 section 2.1). */
export function userinfoRequest(userinfoEndpoint: string, accessToken: string): ProviderRequest {
  return {
    step: 'userinfo',
    url: userinfoEndpoint,
    init: {
      method: 'GET',
      headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
      redirect: 'manual',
    },
    secrets: [accessToken],
  };
}

/**
 * Judges the answer of the userinfo endpoint. Its `sub` must be that of the ID token (OpenID Connect Core
 * section 5.3.4), where that is known.
 *
 * @throws SgidError `ERR_SUB_MISMATCH`, `ERR_JWE_KEY_MISSING`, `ERR_JWE_INVALID`, and as
 *   {@link judgeJsonResponse} does with `ERR_USERINFO_REFUSED`.
 */
export function readUserinfoResponse(
  response: ProviderResponse,
  request: ProviderRequest,
  expectedSub: string | undefined,
): EncryptedUserinfo {
  return readUserinfo(judgeJsonResponse(response, request, 'ERR_USERINFO_REFUSED'), expectedSub);
}

/**
 * Judges a parsed userinfo reply.
 *
 * @throws SgidError `ERR_SUB_MISMATCH`, `ERR_JWE_KEY_MISSING`, `ERR_JWE_INVALID`.
 */
export function readUserinfo(
  reply: Record<string, unknown>,
  expectedSub: string | undefined,
): EncryptedUserinfo {
  const { sub, key, data } = reply;
  if (!isNonEmptyString(sub)) throw subError('userinfo names no subject');
  if (expectedSub !== undefined && sub !== expectedSub) {
    throw subError('userinfo is about another person than the ID token');
  }
  if (isAbsent(key) && isAbsent(data)) return { sub };
  if (isAbsent(key)) {
    throw new SgidError('ERR_JWE_KEY_MISSING', 'userinfo holds data but not the key to decrypt it', {
      step: 'userinfo',
      causes: ['the client has no public key registered at the provider', 'a provider fault'],
      hint: 'Check the public key of this client in the developer portal.',
    });
  }
  if (!isNonEmptyString(key)) throw jweError('"key" is not a JWE');
  if (!isRecord(data)) throw jweError('"data" is not an object');
  return { sub, encrypted: { key, fields: Object.entries(data).map(readField) } };
}

function readField([name, jwe]: [string, unknown], index: number): readonly [string, string] {
  if (!isNonEmptyString(jwe)) throw jweError(`entry ${index + 1} of "data" is not a JWE`);
  return [name, jwe];
}

function subError(message: string): SgidError {
  return new SgidError('ERR_SUB_MISMATCH', message, {
    step: 'userinfo',
    hint: 'Do not trust this login; tell the operators of the provider.',
  });
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function jweError(message: string): SgidError {
  return new SgidError('ERR_JWE_INVALID', `userinfo is malformed: ${message}`, {
    step: 'userinfo',
    hint: 'The provider broke the protocol; tell its operators.',
  });
}

/** Whoever may read a person's data: the key that opens it, and the way to the provider. */
export interface DataReader {
  readonly privateKey: KeyObject;
  readonly endpoints: Pick<Endpoints, 'userinfo'>;
  readonly transport: Transport;
  /** Sees the reply as it came, before anything of it is decrypted. */
  readonly onReply?: ((reply: EncryptedUserinfo) => void) | undefined;
}

/** A person and their data in the clear. */
export interface PersonData {
  readonly sub: string;
  /** Scope name and value as text. */
  readonly data: Record<string, string>;
}

/**
 * Fetches the person's data and decrypts it.
 *
 * @param login `sub` is that of the ID token; without it, that of the answer is not compared with any.
 * @throws SgidError of the steps `userinfo` and `decrypt`.
 */
export async function fetchData(
  { privateKey, endpoints, transport, onReply }: DataReader,
  login: { readonly sub: string | undefined; readonly accessToken: string },
  signal?: AbortSignal,
): Promise<PersonData> {
  const request = userinfoRequest(endpoints.userinfo, login.accessToken);
  const response = await sendRepeatable(transport, request, signal);
  const reply = readUserinfoResponse(response, request, login.sub);
  onReply?.(reply);
  return decryptUserinfo(reply, privateKey);
}

/**
 * Decrypts a userinfo reply. One without data, as for the scope `openid` alone, gives none.
 *
 * @throws SgidError of the step `decrypt`.
 */
export async function decryptUserinfo(
  { sub, encrypted }: EncryptedUserinfo,
  privateKey: KeyObject,
): Promise<PersonData> {
  return { sub, data: encrypted === undefined ? {} : await decryptData(encrypted, privateKey) };
}
