import { describe, expect, it } from 'vitest';
import { interceptedError, listenError } from '../../../src/login/listen-errors.ts';
import { planListener } from '../../../src/login/listen-plan.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';

const PLAN = planListener(new URL('http://localhost:5001/callback'), {});

/** What is made of what Node says when it cannot listen. */
const errorFor = (code: string, address: object = { address: '127.0.0.1' }) =>
  listenError(Object.assign(new Error(code), { code, syscall: 'listen', ...address }), PLAN);

describe('a port that cannot be had', () => {
  it.each([
    ['linux', 'lsof -i :5001'],
    ['darwin', 'lsof -i :5001'],
    ['win32', 'netstat -ano | findstr :5001'],
  ] as const)('because it is in use: on %s, says how to find the program', (platform, command) => {
    pretendPlatform(platform);
    const hint = expect.stringContaining(`(${command} names it)`);
    const causes = [expect.stringContaining('another sgid login'), expect.any(String)];
    expect(errorFor('EADDRINUSE')).toMatchObject({ code: 'ERR_LISTEN_PORT_IN_USE', hint, causes });
    expect(interceptedError('::1', PLAN)).toMatchObject({ hint });
  });

  it.each([
    ['linux', ['below 1024']],
    ['win32', ['netsh interface ipv4 show excludedportrange protocol=tcp', 'netstat -ano | findstr :5001']],
  ] as const)('because it is refused: on %s, says why', (platform, words) => {
    pretendPlatform(platform);
    const causes = words.map((cause) => expect.stringContaining(cause));
    expect(errorFor('EACCES')).toMatchObject({ code: 'ERR_LISTEN_NOT_PERMITTED', causes });
  });

  it.each([
    ['EADDRNOTAVAIL', 'this machine has no address 127.0.0.1', '--listen 127.0.0.1:5001'],
    ['EAFNOSUPPORT', 'this machine has no address 127.0.0.1', '--listen 127.0.0.1:5001'],
    ['EINVAL', 'port 5001 on 127.0.0.1 failed with EINVAL', '--manual'],
    ['EMFILE', 'too many files are open (EMFILE)', 'ulimit -n'],
  ])('because of %s is explained', (code, reason, hint) => {
    expect(errorFor(code)).toMatchObject({
      code: 'ERR_LISTEN_NOT_PERMITTED',
      message: `cannot listen for the callback: ${reason}`,
      hint: expect.stringContaining(hint),
      causes: [],
    });
  });

  it('on an address that Node does not name is each of them, and other errors stay as they are', () => {
    const message = expect.stringContaining(PLAN.addresses.join(' and '));
    expect(errorFor('EADDRINUSE', {})).toMatchObject({ message });
    const ofOpenSsl = Object.assign(new Error('ee key too small'), { code: 'ERR_SSL_EE_KEY_TOO_SMALL' });
    for (const other of [new TypeError('a bug'), ofOpenSsl]) expect(listenError(other, PLAN)).toBe(other);
  });
});
