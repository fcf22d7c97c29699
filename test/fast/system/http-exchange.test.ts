import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../../src/system/http-exchange.ts';

describe('readBody', () => {
  it('reads characters that are split between chunks', async () => {
    const stream = new PassThrough();
    const body = readBody(stream, 10);
    const bytes = Buffer.from('\u{1f600}');
    stream.write(bytes.subarray(0, 1));
    stream.end(bytes.subarray(1));
    expect(await body).toBe('\u{1f600}');
  });

  it.each([
    [5, 'abcde'],
    [4, undefined],
  ])('with a limit of %i bytes takes %j of five', async (limitBytes, expected) => {
    const stream = new PassThrough();
    const body = readBody(stream, limitBytes);
    stream.end('abcde');
    expect(await body).toBe(expected);
  });

  it('gives up when the client does', async () => {
    const stream = new PassThrough();
    const body = readBody(stream, 10);
    stream.write('abc');
    stream.destroy();
    expect(await body).toBeUndefined();
  });
});
