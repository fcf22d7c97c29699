import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';

/** The check letter of an NRIC or FIN: a weighted sum, moved on by four for T and G and three for M, modulo 11. */
function checkLetter(prefix: string, digits: string): string | undefined {
  const weights = [2, 7, 6, 5, 4, 3, 2];
  const offset = prefix === 'M' ? 3 : 'TG'.includes(prefix) ? 4 : 0;
  const sum = [...digits].reduce(
    (total, digit, index) => total + Number(digit) * (weights[index] ?? 0),
    offset,
  );
  const letters = 'ST'.includes(prefix) ? 'JZIHGFEDCBA' : prefix === 'M' ? 'XWUTRQPNJLK' : 'XWUTRQPNMLK';
  return letters[sum % 11];
}

const values = PERSONAS.flatMap((persona) => Object.entries(persona.data));
const numbers = values.flatMap(([, value]) => value.match(/\b[STFGM]\d{7}[A-Z]\b/g) ?? []);

function valuesOf(scope: string): string[] {
  return values.filter(([name]) => name === scope).map(([, value]) => value);
}

describe('checkLetter', () => {
  // The number in MockPass's documentation, and the usual examples of each series.
  it.each(['S9812379B', 'S1234567D', 'T1234567J', 'F1234567N', 'G1234567X', 'M1234567K', 'M0000002N'])(
    'agrees with the known number %s',
    (number) => {
      expect(checkLetter(number.slice(0, 1), number.slice(1, 8))).toBe(number.slice(-1));
    },
  );
});

describe('PERSONAS', () => {
  it('has at least twelve people, each with an id that is easy to type', () => {
    expect(PERSONAS.length).toBeGreaterThanOrEqual(12);
    expect(PERSONAS.map((persona) => persona.id).filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
  });

  it('carries the name in myinfo.name', () => {
    for (const persona of PERSONAS) expect(persona.data['myinfo.name']).toBe(persona.name);
  });

  it('tells everybody apart in a line that can be scanned', () => {
    const descriptions = PERSONAS.map((persona) => persona.description ?? '');
    expect(descriptions.filter((text) => text === '' || text.length > 45)).toEqual([]);
    expect(new Set(descriptions).size).toBe(PERSONAS.length);
  });

  it.each(numbers)('%s is marked as invented and has a valid check letter', (number) => {
    expect(number).toMatch(/^[STFGM]00000/);
    expect(number.slice(-1)).toBe(checkLetter(number.slice(0, 1), number.slice(1, 8)));
  });

  it.each(['S', 'T', 'F', 'G', 'M'])('has somebody with a number of the %s series', (series) => {
    expect(valuesOf('myinfo.nric_number').map((number) => number.slice(0, 1))).toContain(series);
  });

  it('marks every other number and address as invented', () => {
    for (const phone of valuesOf('myinfo.mobile_number')) expect(phone).toMatch(/^(8000\d{4}|NA)$/);
    for (const passport of valuesOf('myinfo.passport_number')) expect(passport).toMatch(/^([KX]00000|NA$)/);
    for (const email of valuesOf('myinfo.email')) {
      expect(email).toMatch(/^(NA|[^@]+@([^@]+\.)?example\.(com|net|org))$/);
    }
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
    expect(valuesOf('myinfo.date_of_birth')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\d{4}$/),
        expect.stringMatching(/^\d{4}-\d\d$/),
        expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      ]),
    );
    expect(valuesOf('myinfo.registered_address').every((address) => address.includes('\n'))).toBe(true);
    expect(valuesOf('myinfo.name')).toContainEqual(
      expect.stringMatching(/\p{Script=Han}.*\p{Script=Tamil}/u),
    );
    expect(valuesOf('myinfo.email')).toContain('NA');
    const [details] = valuesOf('pocdex.public_officer_details');
    expect(JSON.parse(details ?? '')).toContainEqual(expect.objectContaining({ department_name: 'NA' }));
    expect(valuesOf('myinfo.country_of_marriage')).toContain('JAPAN');
    expect(valuesOf('myinfo.name')).toContainEqual(
      expect.stringMatching(/\p{Script=Arabic}.*\p{Emoji}\u200d/u),
    );
    expect(valuesOf('myinfo.name').some((name) => name.length > 150)).toBe(true);
    expect(valuesOf('myinfo.registered_address').some((address) => address.split('\n').length > 8)).toBe(
      true,
    );
    expect(valuesOf('myinfo.housingtype')).toContainEqual(expect.stringContaining('<script>'));
  });

  it('has a permanent resident with a FIN', () => {
    const residents = PERSONAS.filter(({ data }) => data['myinfo.residentialstatus'] === 'PR');
    expect(residents.map(({ data }) => data['myinfo.nric_number'])).toContainEqual(
      expect.stringMatching(/^G/),
    );
  });
});
