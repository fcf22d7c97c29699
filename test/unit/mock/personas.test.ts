import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { SCOPES } from '../../../src/protocol/scopes.ts';

/** The check letter of an NRIC or FIN: weights 2 7 6 5 4 3 2, four more for T and G, modulo 11. */
function checkLetter(prefix: string, digits: string): string | undefined {
  const weights = [2, 7, 6, 5, 4, 3, 2];
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (weights[index] ?? 0), 0);
  const letters = 'ST'.includes(prefix) ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK';
  return letters[(sum + ('TG'.includes(prefix) ? 4 : 0)) % 11];
}

const values = PERSONAS.flatMap((persona) => Object.entries(persona.data));
const numbers = values.flatMap(([, value]) => value.match(/\b[STFG]\d{7}[A-Z]\b/g) ?? []);

describe('checkLetter', () => {
  // The number in MockPass's documentation is the yardstick.
  it('agrees with a known number', () => {
    expect(checkLetter('S', '9812379')).toBe('B');
  });
});

describe('PERSONAS', () => {
  it('has at least six people, each with an id that is easy to type', () => {
    expect(PERSONAS.length).toBeGreaterThanOrEqual(6);
    expect(PERSONAS.map((persona) => persona.id).filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
  });

  it('carries the name in myinfo.name', () => {
    for (const persona of PERSONAS) expect(persona.data['myinfo.name']).toBe(persona.name);
  });

  it.each(numbers)('%s is marked as invented and has a valid check letter', (number) => {
    expect(number).toMatch(/^[STFG]00000/);
    expect(number.slice(-1)).toBe(checkLetter(number.slice(0, 1), number.slice(1, 8)));
  });

  it('has no number twice, and one for everybody who has more than a name', () => {
    expect(new Set(numbers).size).toBe(numbers.length);
    const numbered = PERSONAS.filter((persona) => persona.data['myinfo.nric_number'] !== undefined);
    expect(numbered).toHaveLength(PERSONAS.length - 1);
  });

  it.each(SCOPES.map((entry) => entry.name).filter((name) => name !== 'openid'))(
    '%s has a value for somebody',
    (scope) => {
      expect(values.some(([name, value]) => name === scope && value !== 'NA')).toBe(true);
    },
  );

  it('knows no scope that the catalogue lacks', () => {
    const known = SCOPES.map((entry) => entry.name);
    expect(values.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(['myinfo.vehicles', 'myinfo.children_birth_records', 'myinfo.sponsored_children_records'])(
    '%s is JSON text of an array, empty for somebody and filled for somebody else',
    (scope) => {
      const arrays = values.filter(([name]) => name === scope).map(([, value]): unknown => JSON.parse(value));
      expect(arrays).toContainEqual([]);
      expect(arrays).toContainEqual(expect.arrayContaining([expect.any(Object)]));
    },
  );

  it('has the hard values that clients get wrong', () => {
    const of = (scope: string): string[] =>
      values.filter(([name]) => name === scope).map(([, value]) => value);
    expect(of('myinfo.date_of_birth')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\d{4}$/),
        expect.stringMatching(/^\d{4}-\d\d$/),
        expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      ]),
    );
    expect(of('myinfo.registered_address').every((address) => address.includes('\n'))).toBe(true);
    expect(of('myinfo.name')).toContainEqual(expect.stringMatching(/\p{Script=Han}.*\p{Script=Tamil}/u));
    expect(of('myinfo.email')).toContain('NA');
    const [details] = of('pocdex.public_officer_details');
    expect(JSON.parse(details ?? '')).toContainEqual(expect.objectContaining({ department_name: 'NA' }));
  });
});
