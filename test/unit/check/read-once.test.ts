import { describe, expect, it } from 'vitest';
import { readEachOnce } from '../../../src/check/read-once.ts';
import type { SecretFile } from '../../../src/platform/files.ts';
import { errorOf } from '../../helpers/error-of.ts';

describe('places that are read once', () => {
  it('give a pipe’s content again and again', async () => {
    const reads: string[] = [];
    const { files } = readEachOnce({
      files: {
        readSecretFile: async (path, only): Promise<SecretFile> => {
          reads.push(`${path} ${only}`);
          return { bytes: Buffer.from(`content ${reads.length}`), readableByOthers: false };
        },
      },
      readStdin: async () => Buffer.from(''),
    });
    const read = async (path: string, only?: 'regular'): Promise<string> =>
      Buffer.from((await files.readSecretFile(path, only)).bytes).toString();
    expect([await read('/dev/fd/63'), await read('/dev/fd/63')]).toEqual(['content 1', 'content 1']);
    expect(await read('other')).toBe('content 2');
    expect(await read('other', 'regular')).toBe('content 3');
    expect(reads).toEqual(['/dev/fd/63 undefined', 'other undefined', 'other regular']);
  });

  it('fail again as they failed', async () => {
    let reads = 0;
    const failure = new Error('ENOENT');
    const { files } = readEachOnce({
      files: {
        readSecretFile: () => {
          reads += 1;
          return Promise.reject(failure);
        },
      },
      readStdin: async () => Buffer.from(''),
    });
    await expect(files.readSecretFile('x')).rejects.toBe(failure);
    await expect(files.readSecretFile('x')).rejects.toBe(failure);
    expect(reads).toBe(1);
  });

  it('do not give standard input to two values', async () => {
    const { readStdin } = readEachOnce({
      files: { readSecretFile: () => Promise.reject(new Error('unexpected')) },
      readStdin: async () => Buffer.from('a secret'),
    });
    expect(Buffer.from(await readStdin()).toString()).toBe('a secret');
    expect(await errorOf(readStdin)).toMatchObject({ code: 'ERR_USAGE', step: 'usage' });
  });
});
