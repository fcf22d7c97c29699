import { describe, expect, it } from 'vitest';
import { forwardingCommand, planBrowser } from '../../../src/login/browser-plan.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';

describe('planBrowser', () => {
  it.each([
    ['linux', {}, 'no-display'],
    ['linux', { DISPLAY: ':0' }, undefined],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, undefined],
    ['linux', { WSL_DISTRO_NAME: 'Ubuntu' }, undefined],
    ['linux', { WSL_INTEROP: '/run/WSL/8_interop' }, undefined],
    ['linux', { DISPLAY: ':10', SSH_CONNECTION: 'a 1 b 2' }, 'ssh'],
    ['linux', { SSH_TTY: '/dev/pts/0' }, 'ssh'],
    ['darwin', {}, undefined],
    ['darwin', { SSH_TTY: '/dev/ttys1' }, 'ssh'],
    ['win32', {}, undefined],
    ['win32', { SSH_CONNECTION: 'a 1 b 2' }, 'ssh'],
  ] as const)('knows whether %s has a browser with %j', (platform, env, absence) => {
    pretendPlatform(platform);
    const command = absence === undefined ? [] : undefined;
    expect(planBrowser(undefined, env)).toEqual({ command, absence });
    const told = absence === 'ssh' ? absence : 'unwanted';
    expect(planBrowser(false, env)).toEqual({ command: undefined, absence: told });
    expect(planBrowser('firefox', env)).toEqual({ command: ['firefox'], absence: undefined });
  });

  it.each([
    [':  :chromium:firefox', ['chromium']],
    [String.raw`a\ b -new`, ['a b', '-new']],
  ])('takes the first command of $BROWSER elsewhere: %s', (BROWSER, command) => {
    pretendPlatform('linux');
    expect(planBrowser(undefined, { BROWSER }).command).toEqual(command);
  });

  it('takes all of $BROWSER for one command on Windows, where a colon is part of a path', () => {
    pretendPlatform('win32');
    const env = { BROWSER: String.raw`"C:\a b\x.exe" -new` };
    expect(planBrowser(undefined, env).command).toEqual([String.raw`C:\a b\x.exe`, '-new']);
  });

  it.each([
    ['cmd /c start', true],
    [String.raw`C:\Windows\System32\CMD.EXE /c start`, true],
    ['powershell -c start', true],
    ['pwsh.exe -c start', true],
    ['"C:\\My Browser\\run.cmd"', true],
    ['run.bat.', true],
    [String.raw`C:\cmd\firefox.exe`, false],
    ['firefox cmd', false],
  ])('%s is a shell on Windows, which would read the URL: %s', (command, isShell) => {
    pretendPlatform('win32');
    const plan = (): unknown => planBrowser(command, {}).command;
    if (isShell) expect(plan).toThrow('runs a shell');
    else expect(plan()).toEqual([expect.stringMatching(/firefox/), ...command.split(' ').slice(1)]);
    pretendPlatform('linux');
    expect(planBrowser(command, {}).command).toHaveLength(
      command.includes('My') ? 1 : command.split(' ').length,
    );
  });
});

it.each([
  [['http://localhost:5001/cb'], 'ssh -L 5001:localhost:5001 user@host'],
  [['https://provider.test/v2', 'http://127.0.0.1:5001/cb'], 'ssh -L 5001:127.0.0.1:5001 user@host'],
  [
    ['http://localhost:5157/v2', 'http://[::1]:5001/cb'],
    'ssh -L 5157:localhost:5157 -L 5001:[::1]:5001 user@host',
  ],
  [['http://localhost/v2', 'http://localhost/cb'], 'ssh -L 80:localhost:80 user@host'],
  [['https://localhost/cb'], 'ssh -L 443:localhost:443 user@host'],
  [['https://provider.test/v2', 'https://localhost.example.test/cb'], undefined],
])('forwards what is on this machine of %j', (urls, command) => {
  expect(forwardingCommand(urls)).toBe(command);
});
