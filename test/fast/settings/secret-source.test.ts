import { describe, expect, it } from 'vitest';
import { parseSecretSource } from '../../../src/settings/secret-source.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';

describe('parseSecretSource', () => {
  it.each<[text: string, kind: string, words: readonly string[], platform?: NodeJS.Platform]>([
    ['keyring', 'keyring', ['keyring']],
    ['env:STAGING_SECRET', 'env', ['STAGING_SECRET']],
    ['file:/run/secrets/sgid', 'file', ['/run/secrets/sgid']],
    ['file:~/sgid key.pem', 'file', ['~/sgid key.pem']],
    ['command:/opt/a=b/pass show', 'command', ['/opt/a=b/pass', 'show']],
    ['command:pass show sgid', 'command', ['pass', 'show', 'sgid']],
    ['command: op read "op://dev/sgid key/s"', 'command', ['op', 'read', 'op://dev/sgid key/s']],
    ['command:C:\\a.exe x', 'command', ['C:\\a.exe', 'x'], 'win32'],
    ['command:sh -c \'echo "$X"\'', 'command', ['sh', '-c', 'echo "$X"']],
  ])('parses %s', (text, kind, words, platform = 'linux') => {
    pretendPlatform(platform);
    expect(parseSecretSource(text)).toEqual({ kind, words });
  });

  it.each([
    ['linux', 'C:\\key.pem', false],
    ['win32', 'C:\\key.pem', true],
    ['win32', 'c:/key.pem', true],
    ['win32', '\\\\host\\share\\key.pem', true],
    ['win32', '~\\key.pem', true],
    ['win32', 'C:key.pem', false],
    ['win32', '\\key.pem', false],
    ['win32', '/key.pem', false],
    ['win32', 'a/C:/key.pem', false],
    ['win32', 'a//key.pem', false],
    ['linux', 'a~/key.pem', false],
    ['linux', '/key.pem', true],
  ] as const)('on %s takes the path %s: %s', (platform, path, taken) => {
    pretendPlatform(platform);
    expect('words' in parseSecretSource(`file:${path}`)).toBe(taken);
  });

  it.each([
    ['linux', ['C:key.exe', 'x']],
    ['win32', ['C:\\key.exe', 'x']],
  ] as const)('on %s takes the words %j', (platform, words) => {
    pretendPlatform(platform);
    expect(parseSecretSource('command:C:\\key.exe x')).toEqual({ kind: 'command', words });
  });

  it.each([
    ['canary', 'must be env:NAME, file:/path, command:program or keyring'],
    ['', 'must be env:NAME'],
    ['keyring:canary', 'must be env:NAME'],
    ['KEYRING', 'must be env:NAME'],
    ['canary env:A', 'must be env:NAME'],
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
    ['command:TOKEN=canary get', 'has a command that begins with a variable; put "env" before it'],
  ])('refuses %j and does not repeat it', (text, problem) => {
    pretendPlatform('linux');
    const parsed = parseSecretSource(text);
    expect(parsed).toEqual({ problem: expect.stringContaining(problem) });
    expect(JSON.stringify(parsed).toLowerCase()).not.toContain('canary');
  });
});
