import { describe, expect, it } from 'vitest';
import {
  encodeInteger,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeTagged0,
} from '../../../src/keys/write-key.ts';

describe('DER is written as X.690 has it', () => {
  it.each([
    [0, '020100'],
    [3, '020103'],
    [0x7f, '02017f'],
    [0x80, '02020080'],
    [0x0927c0, '02030927c0'],
    [0xffffff, '020400ffffff'],
  ])('the number %i', (value, hex) => {
    expect(encodeInteger(value).toString('hex')).toBe(hex);
  });

  it.each([
    [0, '0400'],
    [0x7f, '047f'],
    [0x80, '048180'],
    [0xff, '0481ff'],
    [0x100, '04820100'],
    [0x12345, '0483012345'],
  ])('a length of %i', (length, hex) => {
    const encoded = encodeOctets(Buffer.alloc(length, 1));
    expect(encoded.subarray(0, hex.length / 2).toString('hex')).toBe(hex);
    expect(encoded.length).toBe(hex.length / 2 + length);
  });

  it('nested elements', () => {
    const encoded = encodeSequence(encodeOid('2a03'), encodeTagged0(encodeInteger(1)));
    expect(encoded.toString('hex')).toBe('300906022a03a003020101');
  });
});
