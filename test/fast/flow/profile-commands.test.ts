import { chmod, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import {
  makeProfileHome,
  memoryKeyring,
  runProfile as profile,
  makeTwoProfiles as setUp,
} from '../../helpers/profile-folder.ts';

/** A person at the terminal who answers so. */
function answering(answer: string, asked: string[] = []): RunOptions {
  return {
    terminal: {
      stdinIsTerminal: true,
      stderrIsTerminal: true,
      openPrompt: () => ({
        redraw: (text) => void asked.push(text),
        printAbove: () => {},
        lines: (async function* () {
          yield answer;
        })(),
        close: () => void asked.push('closed'),
      }),
    },
  };
}

describe('sgid profile list', () => {
  it('prints names, client ids and providers, and which one is current', async () => {
    const home = await setUp();
    await home.store.use('production');
    const { exitCode, stdout, stderr } = await profile(home, ['list']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual([
      {
        name: 'production',
        current: true,
        clientId: 'PRODUCTION-5e6f7a8b',
        hostname: 'https://api.id.gov.sg',
      },
      { name: 'staging', current: false, clientId: 'STAGING-1a2b3c4d', hostname: 'http://localhost:5157' },
    ]);
  });

  it('prints a table', async () => {
    const home = await setUp();
    await home.store.use('staging');
    const { stdout } = await profile(home, ['list', '--format', 'table']);
    expect(stdout).toMatch(/^\s+production +PRODUCTION-5e6f7a8b +https:\/\/api\.id\.gov\.sg$/m);
    expect(stdout).toMatch(/^\* +staging +STAGING-1a2b3c4d +http:\/\/localhost:5157$/m);
  });

  it('is empty where there are none, with a home and without', async () => {
    expect(await profile(await makeProfileHome(), ['list'])).toEqual({
      exitCode: 0,
      stdout: '[]\n',
      stderr: '',
    });
    expect(await runSgid(['profile', 'list'])).toEqual({ exitCode: 0, stdout: '[]\n', stderr: '' });
  });

  it('lists one that is broken all the same, with a warning, and warns of one that others can read', async () => {
    const home = await setUp();
    await writeFile(home.fileOf('staging'), '{"version": 1, "clientSecret": {"value": "canary"');
    await chmod(home.fileOf('production'), 0o644);
    const { exitCode, stdout, stderr } = await profile(home, ['list']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)[1]).toEqual({
      name: 'staging',
      current: false,
      clientId: null,
      hostname: null,
    });
    expect(stderr).toContain(`warning: ${home.fileOf('staging')} is not valid JSON`);
    expect(stderr).toContain(`run: chmod 600 ${home.fileOf('production')}`);
    expect(stderr).not.toContain('canary');
  });
});

describe('sgid profile use', () => {
  it('chooses the current profile, and unsets it', async () => {
    const home = await setUp();
    const chosen = await profile(home, ['use', 'staging']);
    expect(chosen).toEqual({ exitCode: 0, stdout: '', stderr: 'The current profile is staging now.\n' });
    expect(await home.store.current()).toBe('staging');
    expect(await profile(home, ['use', '--none'])).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await home.store.current()).toBeUndefined();
  });

  it('says that SGID_PROFILE overrides it', async () => {
    const { stderr } = await profile(await setUp(), ['use', 'staging'], {
      env: { SGID_PROFILE: 'production' },
    });
    expect(stderr).toContain('warning: SGID_PROFILE is set to production, which overrides it');
  });

  it.each([
    [['use'], 2, 'ERR_USAGE'],
    [['use', 'staging', '--none'], 2, 'ERR_USAGE'],
    [['use', 'stagin'], 3, 'ERR_PROFILE'],
    [['use', '../staging'], 3, 'ERR_PROFILE'],
  ])('%j exits %i', async (args, exit, code) => {
    const run = await profile(await setUp(), args);
    expect(run).toMatchObject({ exitCode: exit, stdout: '' });
    expect(errorCodeOf(run)).toBe(code);
  });
});

describe('sgid profile remove', () => {
  it('takes the file away, what the keyring has for it, and that it is current', async () => {
    const home = await setUp();
    await home.store.use('production');
    const keyring = memoryKeyring({ 'production/clientSecret': 'canary', 'staging/clientSecret': 'stays' });
    const run = await profile(home, ['remove', 'production', '--yes'], { keyring });
    expect(run).toEqual({ exitCode: 0, stdout: '', stderr: 'The profile production is removed.\n' });
    expect(await home.store.list()).toEqual(['staging']);
    expect(await home.store.current()).toBeUndefined();
    expect([...keyring.kept.keys()]).toEqual(['staging/clientSecret']);
  });

  it('asks no keyring that it does not use', async () => {
    const home = await setUp();
    expect(await profile(home, ['remove', 'staging', '-y'])).toMatchObject({ exitCode: 0 });
  });

  it('goes on when the keyring refuses, and says what stays in it', async () => {
    const home = await setUp();
    const remove = (): Promise<never> => Promise.reject(new Error('\u001b[31mlocked'));
    const keyring = { ...memoryKeyring({}), remove };
    const { exitCode, stderr } = await profile(home, ['remove', 'production', '--yes'], { keyring });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      'warning: the keyring keeps what is under service sgid, account production/clientSecret: locked\n',
    );
    expect(await home.store.list()).toEqual(['staging']);
  });

  it.each(['y', 'yes', ' Y '])('asks on a terminal, and does it when the answer is %j', async (answer) => {
    const home = await setUp();
    const asked: string[] = [];
    expect(await profile(home, ['remove', 'staging'], answering(answer, asked))).toMatchObject({
      exitCode: 0,
    });
    expect(asked).toEqual(['Remove the profile staging? [y/N] ', 'closed']);
    expect(await home.store.list()).toEqual(['production']);
  });

  it.each(['', 'n', 'no', 'yesterday', 'staging'])('does nothing when the answer is %j', async (answer) => {
    const home = await setUp();
    const run = await profile(home, ['remove', 'staging'], answering(answer));
    expect(run).toEqual({ exitCode: 0, stdout: '', stderr: 'Nothing was removed.\n' });
    expect(await home.store.list()).toEqual(['production', 'staging']);
  });

  it('does nothing where nobody can be asked', async () => {
    const home = await setUp();
    const run = await profile(home, ['remove', 'staging'], { stdin: 'y\n' });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('sgid profile remove staging --yes');
    expect(await home.store.list()).toEqual(['production', 'staging']);
  });

  it('removes what is broken', async () => {
    const home = await setUp();
    await writeFile(home.fileOf('staging'), 'broken');
    expect(await profile(home, ['remove', 'staging', '--yes'])).toMatchObject({ exitCode: 0 });
    await expect(stat(home.fileOf('staging'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says that there is none of that name before it asks', async () => {
    const run = await profile(await setUp(), ['remove', 'stagin']);
    expect(run).toMatchObject({ exitCode: 3 });
    expect(run.stderr).toContain('Did you mean staging?');
  });
});
