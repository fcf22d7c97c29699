import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../../src/commands/option-values.ts';

describe('parseDuration', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['30', 30_000],
    ['0.5s', 500],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text, '--timeout')).toBe(milliseconds);
  });

  it.each(['', '0', '0s', '-5s', '5 m', '5d', 'five', '1e9', 'Infinity', '600h', '5m30s', '٣s'])(
    'refuses %j and names the option',
    (text) => {
      expect(() => parseDuration(text, '--timeout')).toThrow(
        expect.objectContaining({ code: 'ERR_USAGE', message: expect.stringContaining('--timeout') }),
      );
    },
  );
});
