import { readMembers } from '../../config/json-file.ts';
import { SgidError } from '../../protocol/errors.ts';
import { isTooLong } from '../../protocol/guards.ts';
import { readJsonObject } from '../input/json-input.ts';
import type { TextInput } from '../input/text-input.ts';

/** An access token and what came with it. */
export interface AccessToken {
  readonly accessToken: string;
  /** Absent for a token alone. */
  readonly sub?: string;
  readonly idToken?: string;
  /** Who issued it, where that is known. */
  readonly issuer?: string;
}

const HINT = 'Expected is what "sgid callback" prints: {"sub": "...", "accessToken": "...", ...}';

/**
 * Reads what `sgid callback` printed, or an access token that stands alone.
 *
 * @throws SgidError `ERR_FILE` when it is neither.
 */
export function readAccessToken(input: TextInput): AccessToken {
  const text = input.text.trim();
  const token = /^[[{"]/.test(text) ? readTokens(input) : { accessToken: text };
  // What a header can hold (RFC 6750 section 2.1), and what fits into one. "null" is what jq says of a member that is
  // not there.
  const isToken = /^[\w.~+/-]+=*$/.test(token.accessToken) && token.accessToken !== 'null';
  if (isToken && !isTooLong(token.accessToken)) return token;
  throw new SgidError('ERR_FILE', `${input.name} holds no access token`, { step: 'config', hint: HINT });
}

function readTokens(input: TextInput): AccessToken {
  return readJsonObject(input, HINT, ({ node, text, optionalText }) => {
    const idToken = optionalText('idToken');
    const claims = node('claims').value === undefined ? undefined : readMembers(node('claims'));
    const issuer = claims?.get('iss')?.value;
    return {
      accessToken: text('accessToken'),
      sub: text('sub'),
      ...(idToken === undefined ? {} : { idToken }),
      ...(typeof issuer === 'string' ? { issuer } : {}),
    };
  });
}
