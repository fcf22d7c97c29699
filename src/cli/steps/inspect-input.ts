import { type CompactToken, decodeCompact, isCompact } from '../../protocol/compact.ts';
import { SgidError } from '../../protocol/errors.ts';
import { isRecord, parseJson } from '../../protocol/guards.ts';
import type { EncryptedUserinfo } from '../../protocol/userinfo.ts';
import { readJsonObject } from '../input/json-input.ts';
import type { TextInput } from '../input/text-input.ts';
import { readUserinfoReply } from './userinfo-reply.ts';

/** What there is to inspect. */
export type InspectInput =
  | {
      readonly kind: 'id-token';
      readonly compact: string;
      readonly token: Extract<CompactToken, { kind: 'jws' }>;
      /** The access token that came with it. */
      readonly accessToken: string | undefined;
    }
  | { readonly kind: 'jwe'; readonly token: Extract<CompactToken, { kind: 'jwe' }> }
  | { readonly kind: 'userinfo'; readonly reply: EncryptedUserinfo };

/** The names of an ID token and the access token beside it: in our JSON, and in that of a token endpoint. */
const TOKEN_NAMES = [
  ['idToken', 'accessToken'],
  ['id_token', 'access_token'],
] as const;

/**
 * Tells by its content what an input is.
 *
 * @throws SgidError `ERR_FILE` when it is none of these; `ERR_ID_TOKEN_INVALID`, `ERR_JWE_*` when it is malformed.
 */
export function readInspectInput(input: TextInput): InspectInput {
  const text = input.text.trim();
  // A token in quotes, as jq prints it, is JSON as well.
  const json = /^[{"]/.test(text) ? parseJson(text) : undefined;
  if (typeof json === 'string') return readToken(json, undefined, input);
  if (isRecord(json)) {
    const names = TOKEN_NAMES.find(([idToken]) => Object.hasOwn(json, idToken));
    return names === undefined
      ? { kind: 'userinfo', reply: readUserinfoReply(input) }
      : readTokens(names, input);
  }
  if (text.startsWith('{')) return { kind: 'userinfo', reply: readUserinfoReply(input) };
  return readToken(text, undefined, input);
}

function readTokens([idToken, accessToken]: (typeof TOKEN_NAMES)[number], input: TextInput): InspectInput {
  const hint = 'Expected is what "sgid callback" prints, or the reply of a token endpoint.';
  const tokens = readJsonObject(input, hint, ({ text, optionalText }) => ({
    idToken: text(idToken),
    accessToken: optionalText(accessToken),
  }));
  return readToken(tokens.idToken, tokens.accessToken, input);
}

function readToken(compact: string, accessToken: string | undefined, { name }: TextInput): InspectInput {
  if (!isCompact(compact)) {
    throw new SgidError('ERR_FILE', `${name} holds neither an ID token nor a JWE nor a userinfo reply`, {
      step: 'config',
      causes: ['it was not copied whole: an ID token has three parts with dots between, a JWE five'],
      hint: 'Expected is one of these, or what "sgid callback" prints.',
    });
  }
  const token = decodeCompact(compact);
  return token.kind === 'jwe' ? { kind: 'jwe', token } : { kind: 'id-token', compact, token, accessToken };
}
