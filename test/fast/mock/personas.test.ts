import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { parsePersonas } from '../../../src/mock/registration-files.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

/** The check letter of an NRIC or FIN: a weighted sum, moved on by four for T and G and three for M, modulo 11. */
function checkLetter(prefix: string, digits: string): string | undefined {
  let sum = prefix === 'M' ? 3 : 'TG'.includes(prefix) ? 4 : 0;
  for (const [index, weight] of [2, 7, 6, 5, 4, 3, 2].entries()) sum += Number(digits[index]) * weight;
  const letters = 'ST'.includes(prefix) ? 'JZIHGFEDCBA' : prefix === 'M' ? 'XWUTRQPNJLK' : 'XWUTRQPNMLK';
  return letters[sum % 11];
}

const values = PERSONAS.flatMap((persona) => Object.entries(persona.data));
const numbers = values.flatMap(([, value]) => value.match(/\b[STFGM]\d{7}[A-Z]\b/g) ?? []);

function valuesOf(scope: string): string[] {
  return values.filter(([name]) => name === scope).map(([, value]) => value);
}

describe('the built-in personas', () => {
  it('are at least twelve, each with an id that is easy to type and a line that can be scanned', () => {
    expect(PERSONAS.length).toBeGreaterThanOrEqual(12);
    expect(PERSONAS.map(({ id }) => id).filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
    const descriptions = PERSONAS.map(({ description = '' }) => description);
    expect(descriptions.filter((text) => text === '' || text.length > 45)).toEqual([]);
    expect(new Set(descriptions).size).toBe(PERSONAS.length);
    for (const { name, data } of PERSONAS) expect(data['myinfo.name']).toBe(name);
  });

  it('are what a personas file may hold, and say that they are invented', () => {
    const file = readFileSync(new URL('../../../src/mock/personas.json', import.meta.url), 'utf8');
    const { about, personas } = JSON.parse(file);
    expect(about).toMatch(/^Everybody here is invented\./);
    const parsed = parsePersonas(JSON.stringify(personas), 'personas.json');
    expect(parsed).toEqual({ personas: PERSONAS, notices: [] });
  });

  it('are marked where the Python SDK cannot decode them, as are those of a file', async () => {
    const own = ['É', 'E\n~'].map((name, at) => ({
      id: `own-${at}`,
      name: 'X',
      data: { 'myinfo.name': name },
    }));
    const readSecretFile = async () => ({ bytes: Buffer.from(JSON.stringify(own)), readableByOthers: false });
    const args = ['mock', 'personas', '--personas', 'own.json', '--format', 'table'];
    const { stdout } = await runSgid(args, { files: { readSecretFile } });
    const marked = stdout.split('\n').filter((line) => line.endsWith('; not ASCII'));
    expect(marked.map((line) => line.split(' ')[0])).toEqual(['zoe', 'jose', 'yusuf']);
    expect(stdout).toMatch(/^own-0 +X +not ASCII\nown-1 +X\n/m);
  });

  it('have numbers that are marked as invented, no two alike, with valid check letters', () => {
    // The number in MockPass's documentation, and the usual examples of each series.
    const known = ['S9812379B', 'S1234567D', 'T1234567J', 'F1234567N', 'G1234567X', 'M1234567K', 'M0000002N'];
    for (const number of [...known, ...numbers]) {
      expect(number.slice(-1)).toBe(checkLetter(number.slice(0, 1), number.slice(1, 8)));
    }
    expect(numbers.filter((number) => !/^[STFGM]00000/.test(number))).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
    const numbered = valuesOf('myinfo.nric_number');
    expect(numbered).toHaveLength(PERSONAS.length - 1);
    expect([...new Set(numbered.map((number) => number.charAt(0)))].sort().join('')).toBe('FGMST');
    const residents = PERSONAS.filter(({ data }) => data['myinfo.residentialstatus'] === 'PR');
    expect(residents.map(({ data }) => data['myinfo.nric_number']?.charAt(0))).toContain('G');
  });

  it.each([
    ['myinfo.mobile_number', /^(8000\d{4}|NA)$/],
    ['myinfo.passport_number', /^([KX]00000|NA$)/],
    ['myinfo.email', /^(NA|[^@]+@([^@]+\.)?example\.(com|net|org))$/],
    ['myinfo.registered_address', /\n/],
  ])('have a %s that is nobody real', (scope, pattern) => {
    for (const value of valuesOf(scope)) expect(value).toMatch(pattern);
  });

  it('have a value of every scope for somebody, and of no other', () => {
    const known = SCOPES.map(({ name }) => name).filter((name) => name !== 'openid');
    const served = new Set(values.filter(([, value]) => value !== 'NA').map(([name]) => name));
    expect([...served].sort()).toEqual(known.sort());
  });

  it.each(['myinfo.vehicles', 'myinfo.children_birth_records', 'myinfo.sponsored_children_records'])(
    'have %s as JSON text of an array, empty for somebody and filled for somebody else',
    (scope) => {
      const arrays = valuesOf(scope).map((value): unknown => JSON.parse(value));
      expect(arrays).toContainEqual([]);
      expect(arrays).toContainEqual(expect.arrayContaining([expect.any(Object)]));
    },
  );

  it.each([
    ['myinfo.date_of_birth', /^\d{4}$/],
    ['myinfo.date_of_birth', /^\d{4}-\d\d$/],
    ['myinfo.date_of_birth', /^\d{4}-\d\d-\d\d$/],
    ['myinfo.name', /\p{Script=Han}.*\p{Script=Tamil}/u],
    ['myinfo.name', /\p{Script=Arabic}.*\p{Emoji}\u200d/u],
    ['myinfo.name', /^.{151,}$/],
    ['myinfo.email', /^NA$/],
    ['pocdex.public_officer_details', /"department_name":"NA"/],
    ['myinfo.country_of_marriage', /^JAPAN$/],
    ['myinfo.registered_address', /^(.*\n){8}/],
    ['myinfo.housingtype', /<script>/],
  ])('have a %s that clients get wrong: %s', (scope, pattern) => {
    expect(valuesOf(scope)).toContainEqual(expect.stringMatching(pattern));
  });
});
