import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createStreams, type Descriptors, isTerminal } from '../../../src/system/streams.ts';

/** Standard output and error of an invented system. Whatever it is not told to have fails when it is used. */
function makeSystem(options: Partial<Descriptors> & { readonly columns?: number } = {}) {
  const written = { direct: '', stream: '' };
  const stream = (): NodeJS.WriteStream =>
    Object.assign(
      new Writable({
        write: (chunk, _encoding, done) => {
          written.stream += String(chunk);
          done();
        },
      }),
      { columns: options.columns },
    ) as unknown as NodeJS.WriteStream;
  const unexpected = (): never => {
    throw new Error('this was not to be asked');
  };
  const system: Descriptors = {
    platform: 'linux',
    fstat: unexpected,
    isatty: unexpected,
    write: (_descriptor, bytes) => {
      written.direct += Buffer.from(bytes).toString();
      return bytes.length;
    },
    stdout: stream,
    stderr: stream,
    ...options,
  };
  return { system, written };
}

const CONSOLE = { isCharacterDevice: () => true, rdev: -1 };
const PIPE = { isCharacterDevice: () => false, rdev: 0 };

describe('isTerminal', () => {
  it('asks nothing more about a pipe', () => {
    expect(isTerminal(1, makeSystem({ fstat: () => PIPE }).system)).toBe(false);
  });

  it('takes a closed descriptor for none', () => {
    const fstat = () => {
      throw Object.assign(new Error('EBADF'), { code: 'EBADF' });
    };
    expect(isTerminal(1, makeSystem({ fstat }).system)).toBe(false);
  });

  it.each([true, false])('asks whether a device is one: %s', (answer) => {
    expect(isTerminal(1, makeSystem({ fstat: () => CONSOLE, isatty: () => answer }).system)).toBe(answer);
  });

  it.each([true, false])('asks Windows at once, which may not tell what a console is: %s', (answer) => {
    expect(isTerminal(1, makeSystem({ platform: 'win32', isatty: () => answer }).system)).toBe(answer);
  });
});

describe('output streams', () => {
  it('write to files and pipes without setting up a stream', async () => {
    const { system, written } = makeSystem();
    const streams = createStreams(system);
    await streams.writeOut('陳美玲');
    streams.writeError('!');
    expect(written).toEqual({ direct: '陳美玲!', stream: '' });
  });

  it('leave to the stream what a full pipe does not take', async () => {
    let room = 3;
    const { system, written } = makeSystem({
      write: (_descriptor, bytes) => {
        if (room === 0) throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
        const taken = Math.min(room, bytes.length);
        room -= taken;
        return taken;
      },
    });
    await createStreams(system).writeOut('abcdef');
    expect(written.stream).toBe('def');
  });

  it('write to a console of Windows through its stream, which knows its encoding', async () => {
    const { system, written } = makeSystem({ platform: 'win32', isatty: () => true });
    const streams = createStreams(system);
    await streams.writeOut('陳美玲');
    streams.writeError('ZOË');
    expect(written).toEqual({ direct: '', stream: '陳美玲ZOË' });
  });

  it('write to files and pipes of Windows as elsewhere', async () => {
    const { system, written } = makeSystem({ platform: 'win32', isatty: () => false });
    await createStreams(system).writeOut('陳美玲');
    expect(written).toEqual({ direct: '陳美玲', stream: '' });
  });

  it('know how wide each terminal is', () => {
    const { system } = makeSystem({
      fstat: (descriptor) => (descriptor === 1 ? CONSOLE : PIPE),
      isatty: () => true,
      columns: 132,
    });
    const { stdoutColumns, stderrColumns } = createStreams(system);
    expect({ stdoutColumns, stderrColumns }).toEqual({ stdoutColumns: 132, stderrColumns: undefined });
  });
});
