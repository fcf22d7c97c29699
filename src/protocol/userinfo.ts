import { SgidError } from './errors.ts';
import type { ProviderRequest, ProviderResponse } from './exchange.ts';
import { isNonEmptyString, isRecord } from './guards.ts';
import { judgeJsonResponse } from './provider-reply.ts';

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
