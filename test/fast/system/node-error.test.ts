import { open } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { errorCode, withCode } from '../../../src/system/node-error.ts';

describe('errorCode', () => {
  it("reads Node's own errors and ours", async () => {
    expect(errorCode(await open('/absent/file').catch((error: unknown) => error))).toBe('ENOENT');
    expect(errorCode(withCode('told', 'EFBIG'))).toBe('EFBIG');
  });

  it.each([
    ['an error without one', new Error('told')],
    ['a DOMException, whose codes are numbers', new DOMException('told', 'AbortError')],
    ['text', 'ENOENT'],
    ['null', null],
    ['nothing', undefined],
  ])('finds none in %s', (_, error) => {
    expect(errorCode(error)).toBeUndefined();
  });
});
