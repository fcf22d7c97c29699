import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { makeProfileHome, makeTwoProfiles, STAGING } from '../../helpers/profile-folder.ts';

const LISTS = [
  ['profile list', /^ +name +client id +provider$/m],
  ['profile show staging', /^ +value +from$/m],
  ['profile show staging --resolved', /^ +value +from +overrides$/m],
  ['scopes', /^name +description$/m],
  ['mock personas', /^id +name +description$/m],
  ['mock faults', /^name +what the provider does +what a correct client does$/m],
] as const;

async function run(line: string, terminal: NonNullable<RunOptions['terminal']> = {}) {
  const { env } = await makeTwoProfiles();
  const { exitCode, stdout } = await runSgid(line.split(' '), { env, terminal });
  expect(exitCode).toBe(0);
  return stdout;
}

describe('a list', () => {
  it.each(LISTS)(
    'is a table on a terminal and JSON in a pipe, and --format forces either: %s',
    async (line, headings) => {
      const onTerminal = { stdoutIsTerminal: true };
      expect(await run(line, onTerminal)).toMatch(headings);
      expect(await run(`${line} --format table`)).toMatch(headings);
      for (const json of [await run(line), await run(`${line} --format json`, onTerminal)])
        expect(JSON.parse(json)).toBeInstanceOf(Object);
    },
  );

  it.each(LISTS)('fits the terminal: %s', async (line) => {
    const stdout = await run(line, { stdoutIsTerminal: true, stdoutColumns: 80 });
    expect(stdout.split('\n').filter((text) => stringWidth(text) > 80)).toEqual([]);
  });
});

it('profile show is a table without secrets, in which nothing is cut off or obeyed', async () => {
  const uri = `http://localhost:5001/${'long/'.repeat(20)}callback`;
  const home = await makeProfileHome({
    odd: { ...STAGING, redirectUri: uri, clientId: 'A\u001b[2J\u202eB' },
  });
  const { stdout } = await runSgid(['profile', 'show', 'odd', '--format', 'table'], { env: home.env });
  for (const row of [
    /^name +odd$/m,
    /^client id +AB +profile$/m,
    new RegExp(`^redirect URI +${uri} +profile$`, 'm'),
    /^client secret +\(hidden\)$/m,
    /^private key +\(hidden\) SHA-256 [\da-f]{64}$/m,
    /^key passphrase +command:get \(arguments hidden\)$/m,
    /^scope +openid myinfo\.name +default$/m,
  ])
    expect(stdout).toMatch(row);
  for (const hidden of ['canary-secret', '\u001b', '\u202e']) expect(stdout).not.toContain(hidden);
  const args = ['profile', 'show', 'odd', '--resolved', '--format', 'table'];
  const resolved = await runSgid(args, { env: { ...home.env, SGID_CLIENT_SECRET: 'canary-other' } });
  expect(resolved.stdout).toMatch(/^client secret +\(hidden\) +SGID_CLIENT_SECRET +profile odd$/m);
  expect(resolved.stdout).not.toContain('canary-');
});
