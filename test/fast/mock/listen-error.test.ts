import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../src/errors/codes.ts';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { mockListenError } from '../../../src/mock/server.ts';

function nodeError(code: string): Error {
  return Object.assign(new Error(`listen ${code}`), { code, syscall: 'listen' });
}

describe('mockListenError', () => {
  it.each([
    ['EADDRINUSE', '127.0.0.1', 5157, 'ERR_LISTEN_PORT_IN_USE', '127.0.0.1:5157: the port is in use'],
    ['EADDRINUSE', '::1', 5157, 'ERR_LISTEN_PORT_IN_USE', '[::1]:5157: the port is in use'],
    ['EACCES', '127.0.0.1', 80, 'ERR_LISTEN_NOT_PERMITTED', '127.0.0.1:80: that is not permitted'],
    ['EADDRNOTAVAIL', '192.0.2.1', 5157, 'ERR_LISTEN_NOT_PERMITTED', '192.0.2.1:5157: EADDRNOTAVAIL'],
    ['ENOTFOUND', 'nowhere', 5157, 'ERR_LISTEN_NOT_PERMITTED', 'nowhere:5157: ENOTFOUND'],
  ] as const)('turns %s on %s port %i into %s, exit 10', (code, host, port, expected, words) => {
    const cause = nodeError(code);
    const error = mockListenError(cause, host, port);
    if (!(error instanceof SgidError)) throw new Error('no SgidError');
    expect(error).toMatchObject({ code: expected, step: 'listen', cause });
    expect(error.message).toContain(words);
    expect(error.hint).toMatch(/\.$/);
    expect(ERRORS[error.code].exit).toBe(10);
  });

  it.each([new Error('another'), 'no error', new SgidError('ERR_USAGE', 'x', { step: 'usage' })])(
    'leaves %s as it is',
    (error) => {
      expect(mockListenError(error, '127.0.0.1', 5157)).toBe(error);
    },
  );
});
