import { SgidError } from '../errors/sgid-error.ts';
import { type EncryptedUserinfo, readUserinfo } from '../sgid/userinfo.ts';
import { type JsonNode, readFilledText, readMembers } from '../text/json-file.ts';
import { readJsonObject, type TextInput } from './text-input.ts';

const HINT =
  'Expected is a reply of the userinfo endpoint: {"sub": "...", "key": "...", "data": {"myinfo.name": "..."}}';

/**
 * Reads a saved userinfo reply. `key` and `data` may both be missing, as for the scope `openid` alone.
 *
 * @throws SgidError `ERR_FILE` for another shape, `ERR_JWE_KEY_MISSING` or `ERR_JWE_INVALID` when one of them is missing.
 */
export function readUserinfoReply(input: TextInput): EncryptedUserinfo {
  const reply = readJsonObject(input, HINT, ({ node, text }) => ({
    sub: text('sub'),
    key: readUnlessAbsent(node('key'), readFilledText),
    data: readUnlessAbsent(node('data'), readTexts),
    isTokens: node('accessToken').value !== undefined,
  }));
  if (reply.isTokens) {
    throw otherFile(
      `${input.name} is what "sgid callback" printed, and holds no data yet`,
      'Fetch the data with it: sgid userinfo --token <file>',
    );
  }
  if (
    reply.key === undefined &&
    reply.data !== undefined &&
    !Object.values(reply.data).some(looksEncrypted)
  ) {
    throw otherFile(`${input.name} holds data in the clear: there is nothing to decrypt`, HINT);
  }
  return readUserinfo(reply, undefined);
}

function otherFile(message: string, hint: string): SgidError {
  return new SgidError('ERR_FILE', message, { step: 'config', hint });
}

function looksEncrypted(value: unknown): boolean {
  return typeof value === 'string' && value.split('.').length === 5;
}

/** A provider may spell what is missing as null. */
function readUnlessAbsent<T>(node: JsonNode, read: (node: JsonNode) => T): T | undefined {
  return node.value === undefined || node.value === null ? undefined : read(node);
}

/** Claim names become own properties whatever they are, `__proto__` included. */
function readTexts(node: JsonNode): Record<string, unknown> {
  const members = [...(readMembers(node) ?? [])];
  return Object.fromEntries(members.map(([name, member]) => [name, readFilledText(member)]));
}
