import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { interceptedError, listenError } from '../../../src/login/listen-errors.ts';
import { planListener } from '../../../src/login/listen-plan.ts';

const PLAN = planListener(new URL('http://localhost:5001/callback'), {});

/** What Node says when it cannot listen. */
const failure = (code: string): Error =>
  Object.assign(new Error(code), { code, syscall: 'listen', address: '127.0.0.1' });

function errorFor(code: string, platform: NodeJS.Platform): SgidError {
  const error = listenError(failure(code), PLAN, platform);
  if (!(error instanceof SgidError)) throw new Error('that is no SgidError');
  return error;
}

describe('a port that is in use', () => {
  it.each([
    ['linux', 'lsof -i :5001'],
    ['darwin', 'lsof -i :5001'],
    ['win32', 'netstat -ano | findstr :5001'],
  ] as const)('on %s, says how to find the program', (platform, command) => {
    expect(errorFor('EADDRINUSE', platform)).toMatchObject({ code: 'ERR_LISTEN_PORT_IN_USE' });
    expect(errorFor('EADDRINUSE', platform).hint).toContain(`(${command} names it)`);
    expect(interceptedError('::1', PLAN, platform).hint).toContain(`(${command} names it)`);
  });
});

describe('a port that is refused', () => {
  it.each([
    ['linux', 'below 1024'],
    ['win32', 'netsh interface ipv4 show excludedportrange protocol=tcp'],
  ] as const)('on %s, says why', (platform, cause) => {
    const { code, causes } = errorFor('EACCES', platform);
    expect(code).toBe('ERR_LISTEN_NOT_PERMITTED');
    expect(causes.join()).toContain(cause);
  });
});

describe('an address', () => {
  it.each([
    ['EADDRNOTAVAIL', 'has no address 127.0.0.1', '--listen 127.0.0.1:5001'],
    ['EMFILE', 'failed with EMFILE', '--manual'],
  ])('that fails with %s is explained', (code, message, hint) => {
    expect(listenError(failure(code), PLAN)).toMatchObject({
      code: 'ERR_LISTEN_NOT_PERMITTED',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it('that Node does not name is each of them, and other errors stay as they are', () => {
    const error = Object.assign(new Error('listen'), { code: 'EADDRINUSE', syscall: 'listen' });
    expect(listenError(error, PLAN)).toMatchObject({
      message: expect.stringContaining(PLAN.addresses.join(' and ')),
    });
    const bug = new TypeError('a bug');
    expect(listenError(bug, PLAN)).toBe(bug);
  });
});
