import * as v from 'valibot';
import { type EncryptedUserinfo, validateUserinfo } from '../sgid/userinfo.ts';
import { filledText, members, namedTexts, parseJsonFile } from '../text/json.ts';
import { inputError, type TextInput } from './text-input.ts';

const HINT =
  'Expected: a reply of the userinfo endpoint: {"sub": "...", "key": "...", "data": {"myinfo.name": "..."}}';

/** A provider may spell what is missing as null. */
const REPLY = members({
  sub: filledText,
  key: v.nullish(v.string()),
  data: v.nullish(namedTexts(filledText)),
  accessToken: v.optional(v.unknown()),
});

/**
 * Parses a saved userinfo reply. `data` may be missing or empty, as for the scope `openid` alone.
 *
 * @throws SgidError `ERR_FILE` for another shape, `ERR_JWE_KEY_MISSING` for data without its key.
 */
export function parseUserinfoReply({ text, name }: TextInput): EncryptedUserinfo {
  const { accessToken, ...reply } = parseJsonFile(REPLY, { text, path: name, hint: HINT });
  if (accessToken !== undefined) {
    throw inputError(
      `${name} is what "sgid callback" printed, and holds no data yet`,
      'Fetch the data with it: sgid userinfo --token <file>',
    );
  }
  const values = Object.values(reply.data ?? {});
  const isClear = values.length > 0 && !values.some((value) => value.split('.').length === 5);
  if (!reply.key && isClear)
    throw inputError(`${name} holds data in the clear: there is nothing to decrypt`, HINT);
  return validateUserinfo(reply, undefined);
}
