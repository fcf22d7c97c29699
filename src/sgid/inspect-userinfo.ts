import { SgidError } from '../errors/sgid-error.ts';
import { decodeCompact, isCompact } from '../oidc/compact.ts';
import { CONTENT_ENCRYPTIONS, FIELD_ALGORITHMS, KEY_ALGORITHMS } from '../oidc/jwe.ts';
import { fail, pass, type TokenVerdict } from '../oidc/verdict.ts';
import { toPrintable } from '../text/printable.ts';
import type { EncryptedUserinfo } from './userinfo.ts';

/** What is known of a JWE without its key. */
export interface InspectedJwe {
  readonly header: Readonly<Record<string, unknown>>;
  readonly verdicts: readonly TokenVerdict[];
}

/** What is known of a userinfo reply without the private key: the headers of its JWEs. */
export interface InspectedUserinfo {
  readonly key?: { readonly header: InspectedJwe['header'] };
  readonly data?: Readonly<Record<string, { readonly header: InspectedJwe['header'] }>>;
  readonly verdicts: readonly TokenVerdict[];
}

/** Judges the algorithms of a JWE that may be either, a payload key or a field. */
export function inspectJwe(header: InspectedJwe['header']): readonly TokenVerdict[] {
  return judgeHeader(header, '', [...KEY_ALGORITHMS, ...FIELD_ALGORITHMS]);
}

/**
 * Judges the algorithms of every JWE in a userinfo reply.
 *
 * @throws SgidError `ERR_JWE_INVALID` when one is malformed.
 */
export function inspectUserinfo({ encrypted }: EncryptedUserinfo): InspectedUserinfo {
  if (encrypted === undefined) return { verdicts: [] };
  const key = inspectPart('key', encrypted.key, KEY_ALGORITHMS);
  const fields = encrypted.fields.map(
    ([name, jwe]) => [name, inspectPart(`data.${name}`, jwe, FIELD_ALGORITHMS)] as const,
  );
  return {
    key: { header: key.header },
    data: Object.fromEntries(fields.map(([name, { header }]) => [name, { header }])),
    verdicts: [...key.verdicts, ...fields.flatMap(([, { verdicts }]) => verdicts)],
  };
}

function inspectPart(name: string, jwe: string, algorithms: readonly string[]): InspectedJwe {
  const token = isCompact(jwe) ? decodeCompact(jwe) : undefined;
  if (token?.kind !== 'jwe') {
    throw new SgidError('ERR_JWE_INVALID', `${toPrintable(name, 100)} is not a well-formed compact JWE`, {
      step: 'decrypt',
      hint: 'Check that the reply was saved whole.',
    });
  }
  const { header } = token;
  return { header, verdicts: judgeHeader(header, `${name}.`, algorithms) };
}

function judgeHeader(
  { alg, enc }: InspectedJwe['header'],
  prefix: string,
  algorithms: readonly string[],
): readonly TokenVerdict[] {
  return [
    judgeName(`${prefix}algorithm`, alg, algorithms),
    judgeName(`${prefix}encryption`, enc, CONTENT_ENCRYPTIONS),
  ];
}

function judgeName(check: string, name: unknown, allowed: readonly string[]): TokenVerdict {
  if (typeof name === 'string' && allowed.includes(name)) return pass(check, name);
  const found = name === undefined ? 'none' : toPrintable(JSON.stringify(name), 200);
  return fail(check, `${found}; accepted are ${allowed.join(', ')}`, 'ERR_JWE_ALGORITHM');
}
