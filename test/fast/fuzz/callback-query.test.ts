import fc from 'fast-check';
import { expect } from 'vitest';
import { type ExpectedCallback, validateCallback } from '../../../src/oidc/callback.ts';
import { findFailure } from '../../../src/oidc/verdict.ts';
import { fuzz } from './fuzz.ts';

const STATE = 'state-of-this-login';
const ISSUER = 'https://provider.test/v2';
const CODE = 'c0de/of+this=login';

type Pair = readonly [name: string, value: string];

const GENUINE: readonly Pair[] = [
  ['code', CODE],
  ['state', STATE],
  ['iss', ISSUER],
];

const anyName = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('code', 'state', 'iss', 'error', 'error_description') },
  fc.constantFrom('__proto__', 'constructor', 'toString', 'Code', 'state ', 'code[]', 'code\0', ''),
  fc.string({ unit: 'binary' }),
);

const anyValue = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(STATE, ISSUER, CODE, 'access_denied', '') },
  fc.constantFrom(`${STATE} `, `${STATE}\0`, STATE.toUpperCase(), STATE.slice(1), `${ISSUER}/`),
  fc.string({ unit: 'binary' }),
  fc.integer({ min: 16_380, max: 16_390 }).map((length) => 'x'.repeat(length)),
);

const anyPlace = fc.nat(3);

type Change = (pairs: readonly Pair[]) => readonly Pair[];

const anyChange = fc.oneof(
  fc.tuple(anyPlace, anyName, anyValue).map(
    ([at, ...pair]): Change =>
      (pairs) =>
        pairs.toSpliced(at, 0, pair),
  ),
  anyPlace.map(
    (at): Change =>
      (pairs) =>
        pairs.toSpliced(at, 1),
  ),
  fc.tuple(anyPlace, anyValue).map(
    ([at, value]): Change =>
      (pairs) =>
        pairs.map(([name, old], place) => [name, place === at ? value : old]),
  ),
);

const anyPairs = fc
  .array(anyChange, { maxLength: 3 })
  .map((changes) => changes.reduce((pairs, change) => change(pairs), GENUINE));

/** Writes each character in one of the ways in which a query may have it. */
function encode(text: string, ways: readonly number[]): string {
  if (text.length > 1000) return text;
  return Array.from(text, (character, at) => {
    const way = ways[at % ways.length];
    if (way === 3) return Buffer.from(character).toString('hex').replace(/../g, '%$&');
    if (way === 1 && character === ' ') return '+';
    return way === 2 && /[^%&+=#\s]/u.test(character) ? character : encodeURIComponent(character);
  }).join('');
}

const anyQuery = fc
  .tuple(anyPairs, fc.array(fc.nat(3), { minLength: 1 }), fc.constantFrom('&', '&&'))
  .map(([pairs, ways, separator]) => ({
    pairs,
    query: pairs.map((pair) => pair.map((text) => encode(text, ways)).join('=')).join(separator),
  }));

/** The rules once more, from what was written: what comes of a callback, and whether it ends the login. */
function foresee(pairs: readonly Pair[], { state, issuer }: ExpectedCallback): string {
  const first = (wanted: string) => pairs.find(([name]) => name === wanted)?.[1];
  const [code = '', error, iss = issuer] = [first('code'), first('error'), first('iss')];
  if (pairs.some(([name], at) => pairs.findIndex(([other]) => other === name) !== at))
    return 'ERR_CALLBACK_INVALID, goes on';
  if (iss !== issuer) return 'ERR_CALLBACK_ISSUER, goes on';
  if (first('state') !== state) return 'ERR_STATE_MISMATCH, goes on';
  if (error !== undefined) return error === 'access_denied' ? 'ERR_ACCESS_DENIED' : 'ERR_AUTHORIZATION';
  return code === '' || Buffer.byteLength(code) > 16_384 ? 'ERR_CALLBACK_INVALID' : `the code ${code}`;
}

fuzz(
  'a callback gives its code, or the error of the first rule that it breaks',
  { short: 500, long: 1_000_000 },
  fc.property(anyQuery, fc.constantFrom(STATE, undefined), ({ pairs, query }, state) => {
    const expected = { state, issuer: ISSUER };
    const callback = validateCallback(new URLSearchParams(query), expected);
    const error = findFailure(callback.verdicts);
    const outcome = error === undefined ? `the code ${callback.code}` : error.code;
    expect(callback.isExpected ? outcome : `${outcome}, goes on`).toBe(foresee(pairs, expected));
    if (callback.code === CODE) expect(`${error?.message} ${error?.hint}`).not.toContain(CODE);
  }),
);
