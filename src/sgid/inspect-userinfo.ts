import { SgidError } from '../errors/sgid-error.ts';
import { decodeCompact, isCompact, type Members } from '../oidc/compact.ts';
import { checkJweHeader } from '../oidc/jwe.ts';
import type { Verdict } from '../oidc/verdict.ts';
import { toPrintable } from '../text/printable.ts';
import { type EncryptedUserinfo, FIELD_ALGORITHMS, KEY_ALGORITHMS } from './userinfo.ts';

export function inspectJwe(header: Members): readonly Verdict[] {
  return checkJweHeader('the JWE', header, [...KEY_ALGORITHMS, ...FIELD_ALGORITHMS]);
}

export function inspectUserinfo({ encrypted }: EncryptedUserinfo) {
  if (encrypted === undefined) return { verdicts: [] };
  const key = { header: decodeHeader('key', encrypted.key) };
  const fields = encrypted.fields.map(
    ([name, jwe]) => [name, { header: decodeHeader(`data.${name}`, jwe) }] as const,
  );
  return {
    key,
    data: Object.fromEntries(fields),
    verdicts: [
      ...checkNamed('key', key.header, KEY_ALGORITHMS),
      ...fields.flatMap(([name, { header }]) => checkNamed(`data.${name}`, header, FIELD_ALGORITHMS)),
    ],
  };
}

function decodeHeader(name: string, jwe: string): Members {
  if (isCompact(jwe) && jwe.split('.').length === 5) return decodeCompact(jwe).header;
  throw new SgidError('ERR_JWE_INVALID', `${toPrintable(name, 100)} is not a well-formed compact JWE`, {
    hint: 'Check that the reply was saved whole.',
  });
}

function checkNamed(name: string, header: Members, algorithms: readonly string[]): readonly Verdict[] {
  const verdicts = checkJweHeader(toPrintable(name, 100), header, algorithms);
  return verdicts.map((verdict) => ({ ...verdict, check: `${name}.${verdict.check}` }));
}
