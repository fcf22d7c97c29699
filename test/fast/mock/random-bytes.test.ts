import { describe, expect, it } from 'vitest';
import { takeRandomBytes } from '../../../src/mock/test-credentials.ts';

describe('takeRandomBytes', () => {
  it('hands out no byte twice, however many are taken', () => {
    // Far more than are drawn at once. Two of 16 bytes are never the same by chance.
    const taken = Array.from({ length: 2_000 }, () => takeRandomBytes(16).toString('hex'));
    expect(new Set(taken).size).toBe(taken.length);
  });

  it('hands out pieces that do not overlap', () => {
    const [one, two] = [takeRandomBytes(16), takeRandomBytes(16)];
    const before = two.toString('hex');
    one.fill(0);
    expect(two.toString('hex')).toBe(before);
  });

  it.each([0, 1, 12, 4_095, 4_096, 4_097, 100_000])('hands out %i bytes when asked for so many', (count) => {
    expect(takeRandomBytes(count)).toHaveLength(count);
    expect(takeRandomBytes(count)).toHaveLength(count);
  });

  it('hands out what it did not hand out before, also when the rest of a draw is too short', () => {
    const pieces = Array.from({ length: 20 }, () => takeRandomBytes(4_000).toString('hex'));
    expect(new Set(pieces).size).toBe(pieces.length);
  });
});
