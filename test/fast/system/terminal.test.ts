import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_FILE_BYTES } from '../../../src/system/files.ts';
import { systemTerminal } from '../../../src/system/terminal.ts';

const realStdin = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};

afterEach(() => {
  Object.defineProperty(process, 'stdin', realStdin);
});

/** Makes `chunks` the standard input. */
function stdin(chunks: Iterable<Buffer>): Readable {
  const stream = Readable.from(chunks, { objectMode: false });
  Object.defineProperty(process, 'stdin', { value: stream, configurable: true });
  return stream;
}

function* yes(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536, 'y\n');
}

describe('readInput', () => {
  it('takes 1 MiB', async () => {
    stdin([Buffer.alloc(MAX_FILE_BYTES - 1), Buffer.of(1)]);
    expect((await systemTerminal.readInput(new AbortController().signal)).length).toBe(MAX_FILE_BYTES);
  });

  it.each<[string, Iterable<Buffer>]>([
    ['a byte more', [Buffer.alloc(MAX_FILE_BYTES), Buffer.of(1)]],
    ['input without end', yes()],
  ])('refuses %s and reads no further', async (_, chunks) => {
    const stream = stdin(chunks);
    await expect(systemTerminal.readInput(new AbortController().signal)).rejects.toMatchObject({
      code: 'EFBIG',
    });
    expect(stream.destroyed).toBe(true);
  });
});
