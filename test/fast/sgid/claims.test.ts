import { describe, expect, it } from 'vitest';
import { parseData } from '../../../src/sgid/claims.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

describe('parseData', () => {
  it.each([
    ['an array', '[{"vehicle_number":"SXX1234X"}]', [{ vehicle_number: 'SXX1234X' }]],
    ['an object', '{"a":{"b":1}}', { a: { b: 1 } }],
    ['an empty array', '[]', []],
    ['white space within', '{ "a":\n1 }', { a: 1 }],
  ])('parses %s', (_name, value, expected) => {
    expect(parseData({ claim: value })).toEqual({ claim: expected });
  });

  it.each(
    [
      ['', 'NA', 'TAN AH TEST', '91234567', '0123', 'true', 'null', '"quoted"', '1990-01-01'],
      [' [1]', '[1]\n', '\ufeff[1]', '[1}', '{"a":1]'],
      ['[', '{', '[1', '{a:1}', '[1] and more', '{}{}', '{"a":1', '[NaN]', '\0[]'],
    ].flat(),
  )('leaves %j as it is', (value) => {
    expect(parseData({ claim: value })).toEqual({ claim: value });
  });

  it.each([
    '[0,-0,0.0,10,1.50,-1.5e3,1E21,1e+2,123e-2,0.1,0.000000105,1050.0,9007199254740991,100000000000000000000,5e-324]',
    '{"a":0.30000000000000004,"b":[-1.7976931348623157e308]}',
    '["1e400","\\"12345678901234567890",{"9007199254740993":"\\\\"}]',
  ])('parses %s', (value) => {
    expect(parseData({ claim: value })).toEqual({ claim: JSON.parse(value) });
  });

  it.each([
    ...['[1e400]', '[-1e400]', '[1e-400]', '{"a":[9007199254740993]}', '[0.12345678901234567890]'],
    // The nearest double is printed as 100000000000000210.
    '[100000000000000201]',
  ])('leaves %s as it is: parsed, it would be another number', (value) => {
    expect(parseData({ claim: value })).toEqual({ claim: value });
  });

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('parses %s 100 deep and keeps the text of deeper ones', (_name, open, close) => {
    const nest = (depth: number): string => `${open.repeat(depth - 1)}[]${close.repeat(depth - 1)}`;
    expect(parseData({ claim: nest(100) })).toEqual({ claim: JSON.parse(nest(100)) });
    for (const depth of [101, 100_000]) {
      expect(parseData({ claim: nest(depth) })).toEqual({ claim: nest(depth) });
    }
  });

  it('keeps claims named like parts of every object as own properties', () => {
    const parsed = parseData(JSON.parse('{"__proto__":"{\\"polluted\\":true}","constructor":"x"}'));
    expect(Object.entries(parsed).flat()).toEqual(['__proto__', { polluted: true }, 'constructor', 'x']);
    expect(parsed).not.toHaveProperty('polluted');
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });

  it('does not let a value reach a prototype', () => {
    parseData({ claim: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}' });
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([undefined, null, 'text', 5, ['a'], { a: 5 }, { a: 'x', b: null }, { a: { b: 'canary' } }])(
    'refuses %j',
    async (data) => {
      const error = await errorOf(() => parseData(data));
      expect(error).toMatchObject({ code: 'ERR_USAGE', step: 'usage' });
      expect(wordsOf(error)).not.toContain('canary');
    },
  );
});
