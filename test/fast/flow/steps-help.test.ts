import { describe, expect, it } from 'vitest';
import { runSgid } from '../../helpers/fake-platform.ts';

const ANYWHERE = ['--credentials', '--dotenv', '--profile'];
const RESULT = ['--field', '--format', '--raw', '--out', '--expect'];

/** The options of each step, and nothing else that says where a value comes from. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  pkce: ['--length'],
  'authorize-url': [
    ...['--state', '--nonce', '--code-challenge'],
    ...['--scope', '--client-id', '--redirect-uri', '--hostname', ...ANYWHERE, '--out'],
  ],
  callback: [
    ...['--transaction', '--code', '--code-verifier', '--nonce', '--state'],
    ...['--client-id', '--client-secret-file', '--redirect-uri', '--hostname', ...ANYWHERE],
    ...['--out', '--http-timeout', '--trace'],
  ],
  userinfo: [
    ...['--token', '--private-key-file', '--hostname', ...ANYWHERE],
    ...[...RESULT, '--save-canary', '--http-timeout', '--trace'],
  ],
  decrypt: ['--private-key-file', ...ANYWHERE, ...RESULT],
  inspect: ['--nonce', '--verify', '--client-id', '--hostname', ...ANYWHERE, '--http-timeout'],
};

/** The options that every command has. */
const GLOBAL = ['--help', '--quiet', '--verbose', '--no-color', '--json-errors', '--version'];

describe.each(Object.keys(OPTIONS))('the help of sgid %s', (name) => {
  it('has the options of the contract, and examples', async () => {
    const { exitCode, stdout, stderr } = await runSgid([name, '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const declared = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option);
    expect(declared.filter((option) => !GLOBAL.includes(String(option)))).toEqual(OPTIONS[name]);
    expect(stdout).toMatch(/\nExamples:\n {2}\$ sgid /);
  });

  it('is in the list of the program', async () => {
    expect((await runSgid(['--help'])).stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
  });

  it('is suggested for what is nearly its name', async () => {
    const { exitCode, stderr } = await runSgid([`${name}s`]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`(Did you mean ${name}?)`);
  });
});
