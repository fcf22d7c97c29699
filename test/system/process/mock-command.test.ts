import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../src/check/run-checks.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET } from '../../../src/mock/test-credentials.ts';
import { runBuiltSgid, runInShell, SGID_JS, startSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { openTerminal } from '../../helpers/terminal-session.ts';

const NODE = process.execPath;
const PRINT_ENV = 'console.log(JSON.stringify(process.env))';

describe('sgid mock -- command', () => {
  it('finds the ready client in its environment, and nothing of another', async () => {
    const env = {
      SGID_CLIENT_SECRET_FILE: '/absent',
      SGID_PROFILE: 'other',
      SGID_API_HOSTNAME: 'https://x.test',
    };
    const command = [NODE, SGID_JS, 'check', '--format', 'json'];
    const { status, stdout } = await runBuiltSgid(['mock', '--approve', '--', ...command], { env });
    const { ok, checks } = JSON.parse(stdout);
    expect({ status, ok, count: checks.length }).toEqual({ status: 0, ok: true, count: CHECK_IDS.length });
  });

  it('gives the command the variables, its own options whole, and stdout', async () => {
    const env = { SGID_HOSTNAME: 'https://real.example', OTHER: 'kept', SGID_PRIVATE_KEY_PATH: '/x' };
    const { status, stdout, stderr } = await runBuiltSgid(
      ['mock', '--', NODE, '-e', PRINT_ENV, '--', '-v', '--port'],
      {
        env,
      },
    );
    const given = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(given).toMatchObject({
      SGID_CLIENT_ID: TEST_CLIENT_ID,
      SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
      SGID_HOSTNAME: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      SGID_REDIRECT_URI: 'http://localhost:5001/api/redirect',
      SGID_PRIVATE_KEY: expect.stringContaining('-----BEGIN'),
      OTHER: 'kept',
    });
    expect(given).not.toHaveProperty('SGID_PRIVATE_KEY_PATH');
    expect(stderr).toMatch(/^Mock sgID listens at http:\S+ for: \S/);
  });

  it.each([0, 1, 7, 42])('ends with the exit code %i of the command', async (code) => {
    const { status } = await runBuiltSgid(['mock', '--', NODE, '-e', `process.exit(${code})`]);
    expect(status).toBe(code);
  });

  it('ends with 128 and the signal that ended the command', async () => {
    const { status } = await runBuiltSgid(['mock', '--', NODE, '-e', 'process.kill(process.pid, "SIGKILL")']);
    expect(status).toBe(137);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'hands %s to the command, and waits for it',
    async (signal) => {
      const script =
        `process.once("${signal}", () => setTimeout(() => { console.log("cleaned up"); process.exit(9); }, 3000));` +
        'process.stderr.write("ready\\n"); setInterval(() => {}, 1000)';
      const run = await startSgid(['mock', '--', NODE, '-e', script]);
      await run.said(/^ready/m);
      run.child.kill(signal);
      expect(await run.ended).toMatchObject({ status: 9, stdout: 'cleaned up\n' });
    },
  );

  it('lets the command have one Ctrl-C of a terminal once, and SIGTERM', async () => {
    const script =
      'let n = 0; process.on("SIGINT", () => console.log("Ctrl-C", ++n));' +
      'process.on("SIGTERM", () => { console.log("all", n); process.exit(9); });' +
      'setInterval(() => {}, 1000); console.log("child of", process.ppid)';
    const terminal = await openTerminal(`mock -- "$NODE" -e '${script}'`);
    const [, parent] = /child of (\d+)/.exec(await terminal.shows(/^child of \d+$/m)) ?? [];
    terminal.type('\u0003');
    await terminal.shows(/Ctrl-C 1$/m);
    process.kill(Number(parent), 'SIGTERM');
    expect(await terminal.ended).toMatch(/^all 1\nstatus 9, /m);
  });

  it('says beside the command only what was refused, and why', async () => {
    const script =
      'const at = process.env.SGID_HOSTNAME + "/v2/";' +
      'fetch(at + "health").then(() => fetch(at + "oauth/userinfo"))';
    const { stderr } = await runBuiltSgid(['mock', '--', NODE, '-e', script]);
    expect(stderr.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^GET \/v2\/oauth\/userinfo 401 invalid_token: /),
      '',
    ]);
  });

  it('has the standard input of sgid', async () => {
    const script = 'process.stdin.pipe(process.stdout)';
    const { stdout } = await runBuiltSgid(['mock', '--', NODE, '-e', script], { stdin: 'hello' });
    expect(stdout).toBe('hello');
  });

  it('frees its port, and two run at once', async () => {
    const script = `$SGID mock -- ${NODE} -p process.env.SGID_HOSTNAME & $SGID mock -- ${NODE} -p process.env.SGID_HOSTNAME; wait`;
    const { stdout } = await runInShell(script);
    const [one, two, ...others] = stdout.trim().split('\n');
    expect(others).toEqual([]);
    expect(one).not.toBe(two);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no command', [], /no command was given after --/],
    ['an empty command', [''], /no command was given after --/],
    ['a command that is not there', ['sgid-no-such-command'], /sgid-no-such-command was not found/],
    ['a command that may not be run', ['/etc/passwd'], /could not be started \(EACCES\)/],
  ])('refuses %s with exit code 2', async (_what, command, words) => {
    const { status, stdout, stderr } = await runBuiltSgid(['mock', '--', ...command]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(words);
  });

  it('needs the file of its certificate with --https, and hands that on', async () => {
    expect((await runBuiltSgid(['mock', '--https', '--', NODE, '-e', '0'])).status).toBe(2);
    const script =
      'const https = require("node:https");' +
      'https.get(process.env.SGID_HOSTNAME + "/v2/health", (r) => console.log(r.statusCode))';
    const certificate = join(await makeTemporaryFolder(), 'mock.pem');
    const words = ['mock', '--https', '--cert-file', certificate, '--', NODE, '-e', script];
    // The second one looks at the file of the first, before anything else has loaded TLS.
    for (const _run of ['new', 'again'])
      expect(await runBuiltSgid(words)).toMatchObject({ status: 0, stdout: '200\n' });
  });
});
