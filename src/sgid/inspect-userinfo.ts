import { SgidError } from '../errors/sgid-error.ts';
import { decodeCompact, isCompact } from '../oidc/compact.ts';
import { CONTENT_ENCRYPTIONS } from '../oidc/jwe.ts';
import { fail, pass, type Verdict } from '../oidc/verdict.ts';
import { toPrintable } from '../text/printable.ts';
import { type EncryptedUserinfo, FIELD_ALGORITHMS, KEY_ALGORITHMS } from './userinfo.ts';

type Header = Readonly<Record<string, unknown>>;

export interface InspectedUserinfo {
  readonly key?: { readonly header: Header };
  readonly data?: Readonly<Record<string, { readonly header: Header }>>;
  readonly verdicts: readonly Verdict[];
}

export function inspectJwe(header: Header): readonly Verdict[] {
  return checkHeader(header, '', [...KEY_ALGORITHMS, ...FIELD_ALGORITHMS]);
}

export function inspectUserinfo({ encrypted }: EncryptedUserinfo): InspectedUserinfo {
  if (encrypted === undefined) return { verdicts: [] };
  const key = { header: decodeHeader('key', encrypted.key) };
  const fields = encrypted.fields.map(
    ([name, jwe]) => [name, { header: decodeHeader(`data.${name}`, jwe) }] as const,
  );
  return {
    key,
    data: Object.fromEntries(fields),
    verdicts: [
      ...checkHeader(key.header, 'key.', KEY_ALGORITHMS),
      ...fields.flatMap(([name, { header }]) => checkHeader(header, `data.${name}.`, FIELD_ALGORITHMS)),
    ],
  };
}

function decodeHeader(name: string, jwe: string): Header {
  const token = isCompact(jwe) ? decodeCompact(jwe) : undefined;
  if (token?.kind === 'jwe') return token.header;
  throw new SgidError('ERR_JWE_INVALID', `${toPrintable(name, 100)} is not a well-formed compact JWE`, {
    hint: 'Check that the reply was saved whole.',
  });
}

function checkHeader(
  { alg, enc }: Header,
  prefix: string,
  algorithms: readonly string[],
): readonly Verdict[] {
  return [
    checkName(`${prefix}algorithm`, alg, algorithms),
    checkName(`${prefix}encryption`, enc, CONTENT_ENCRYPTIONS),
  ];
}

function checkName(check: string, name: unknown, allowed: readonly string[]): Verdict {
  if (typeof name === 'string' && allowed.includes(name)) return pass(check, name);
  const found = name === undefined ? 'none' : toPrintable(JSON.stringify(name), 200);
  const hint = `Accepted: ${allowed.join(', ')}.`;
  const error = new SgidError('ERR_JWE_ALGORITHM', `the ${check} is not accepted`, { hint });
  return fail(error, `${found}; accepted: ${allowed.join(', ')}`, check);
}
