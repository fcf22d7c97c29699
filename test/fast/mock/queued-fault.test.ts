import { describe, expect, it } from 'vitest';
import { validateFault, validateFaultLine } from '../../../src/mock/faults.ts';
import { errorOf } from '../../helpers/error-of.ts';

const FOREVER = Number.POSITIVE_INFINITY;

describe('validateFault', () => {
  it.each([1, 2, Number.MAX_SAFE_INTEGER, FOREVER])('takes a fault %d times', (times) => {
    expect(validateFault('slow', times)).toEqual({ name: 'slow', times });
  });

  // Beyond the safe integers one less is the same number, so that it would never count down.
  it.each([0, -1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1, 1e300])(
    'refuses a fault %d times',
    async (times) => {
      const error = await errorOf(() => validateFault('slow', times));
      expect(error).toMatchObject({ code: 'ERR_USAGE', step: 'usage' });
      expect(error.message).toContain('the fault slow is asked for a whole number of times');
      expect(error.hint).toContain('Infinity');
    },
  );

  it.each(['', 'nothing', 'constructor', '__proto__', 'SLOW', 'slow '])(
    'refuses the name %j',
    async (name) => {
      const error = await errorOf(() => validateFault(name, 1));
      expect(error).toMatchObject({
        code: 'ERR_USAGE',
        message: `there is no fault ${JSON.stringify(name)}`,
      });
    },
  );

  it('suggests the nearest name, or else lists them all', async () => {
    expect((await errorOf(() => validateFault('expired-tokens', 1))).hint).toMatch(/^Use expired-token, if/);
    expect((await errorOf(() => validateFault('nonsense', 1))).hint).toMatch(/^Use one of: access-denied, /);
  });

  it('shows how whoever asks writes it', async () => {
    const spell = (name: string, times: number): string => `<${name} ${times}>`;
    expect((await errorOf(() => validateFault('slow', 0, spell))).hint).toBe('For example: <slow 2>');
  });
});

describe('validateFaultLine', () => {
  it.each([[[]], [['slow']], [['alg-none:2', 'slow']]])('takes %j', (line) => {
    expect(() => validateFaultLine(lineOf(line))).not.toThrow();
  });

  it.each([[['slow', 'alg-none:1']], [['alg-none:1', 'slow', 'slow']]])(
    'refuses %j, whose last would never come',
    async (line) => {
      const error = await errorOf(() => validateFaultLine(lineOf(line), (name) => `<${name}>`));
      expect(error.code).toBe('ERR_USAGE');
      expect(error.message).toContain('the fault slow is for every login');
      expect(error.hint).toBe('Say how many times, for example <slow>, or put it last.');
    },
  );

  function lineOf(line: readonly string[]): ReturnType<typeof validateFault>[] {
    return line.map((text) => {
      const [name = '', times = FOREVER] = text.split(':');
      return validateFault(name, Number(times));
    });
  }
});
