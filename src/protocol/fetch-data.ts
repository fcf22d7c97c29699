import type { KeyObject } from 'node:crypto';
import { decryptData } from './decrypt.ts';
import type { Endpoints } from './endpoints.ts';
import { sendRepeatable, type Transport } from './exchange.ts';
import { type EncryptedUserinfo, readUserinfoResponse, userinfoRequest } from './userinfo.ts';

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
