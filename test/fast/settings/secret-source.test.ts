import { describe, expect, it } from 'vitest';
import { readSecretSource } from '../../../src/settings/secrets.ts';

describe('readSecretSource', () => {
  it.each([
    ['keyring', { kind: 'keyring' }],
    ['env:STAGING_SECRET', { kind: 'env', name: 'STAGING_SECRET' }],
    ['file:/run/secrets/sgid', { kind: 'file', path: '/run/secrets/sgid' }],
    ['file:~/sgid key.pem', { kind: 'file', path: '~/sgid key.pem' }],
    ['command:pass show sgid', { kind: 'command', words: ['pass', 'show', 'sgid'] }],
    [
      'command: op read "op://dev/sgid key/secret"',
      { kind: 'command', words: ['op', 'read', 'op://dev/sgid key/secret'] },
    ],
    ['command:sh -c \'echo "$X"\'', { kind: 'command', words: ['sh', '-c', 'echo "$X"'] }],
  ])('reads %s', (text, source) => {
    expect(readSecretSource(text, 'linux')).toEqual({ ok: true, source });
  });

  it.each([
    ['linux', 'C:\\key.pem', false],
    ['win32', 'C:\\key.pem', true],
    ['win32', '~\\key.pem', true],
  ] as const)('on %s takes the path %s: %s', (platform, path, taken) => {
    expect(readSecretSource(`file:${path}`, platform).ok).toBe(taken);
  });

  it.each([
    ['canary', 'must be env:NAME, file:/path, command:program or keyring'],
    ['', 'must be env:NAME'],
    ['keyring:canary', 'must be env:NAME'],
    ['KEYRING', 'must be env:NAME'],
    ['https://canary.test', 'must be env:NAME'],
    ['env:', 'must name a variable'],
    ['env:$CANARY', 'must name a variable'],
    ['env:CANARY=1', 'must name a variable'],
    ['file:', 'must have an absolute path'],
    ['file:canary.pem', 'must have an absolute path'],
    ['file:../canary.pem', 'must have an absolute path'],
    ['file:~', 'must have an absolute path'],
    ['file:~canary/key.pem', 'must have an absolute path'],
    ['file:/a\0canary', 'must have an absolute path'],
    ['command:', 'has a command that names no program'],
    ['command:""', 'has a command that names no program'],
    ["command:canary 'x", "has a command that has no closing '"],
    ['command:canary \\', 'has a command that ends in a backslash'],
  ])('refuses %j and does not repeat it', (text, problem) => {
    const reading = readSecretSource(text, 'linux');
    expect(reading).toEqual({ ok: false, problem: expect.stringContaining(problem) });
    expect(JSON.stringify(reading).toLowerCase()).not.toContain('canary');
  });
});
