import { describe, expect, it } from 'vitest';
import { looksLikeDer, outlineDer } from '../../../src/keys/der.ts';

describe('outlineDer', () => {
  it.each([
    ['', 'unknown'],
    ['30', 'unknown'],
    ['3000', 'unknown'],
    ['0201', 'unknown'],
    ['0403020103', 'unknown'],
    ['3005020103', 'truncated'],
    ['3082ffff020103', 'truncated'],
    ['3085010000000002', 'unknown'],
    ['308201', 'unknown'],
    ['3003020103', 'pkcs12'],
    ['30800201030000', 'pkcs12'],
    ['3003020104', 'unknown'],
    ['3006020101020101', 'public-key'],
    ['30050201010209', 'unknown'],
    ['3009020100300004000000', 'pkcs8'],
    ['30150201000201000201000201000201000201000201000201', 'unknown'],
    ['301b020100020100020100020100020100020100020100020100020100', 'pkcs1'],
    ['30063000300003000000', 'certificate'],
    ['300f300902010030003000a00030000300', 'certificate-request'],
  ])('%s is %s', (hex, shape) => {
    expect(outlineDer(Buffer.from(hex, 'hex')).shape).toBe(shape);
  });

  it('tells the algorithm and how many bytes the structure takes', () => {
    const spki = Buffer.from('300a300606042a0304053000', 'hex');
    expect(outlineDer(Buffer.concat([spki, Buffer.from('0a0a', 'hex')]))).toMatchObject({
      algorithm: '2a030405',
      length: 12,
    });
  });
});

describe('looksLikeDer', () => {
  it.each([
    ['a structure that fits', Buffer.from('3003020103', 'hex'), true],
    ['a long one that was cut off', Buffer.from('308204bd0201', 'hex'), true],
    ['text that begins with the digit 0', Buffer.from('0123456789'), false],
    ['a single digit 0', Buffer.from('0'), false],
    ['text', Buffer.from('-----BEGIN PRIVATE KEY-----'), false],
    ['nothing', Buffer.alloc(0), false],
  ])('%s: %#', (_name, bytes, expected) => {
    expect(looksLikeDer(bytes)).toBe(expected);
  });
});
