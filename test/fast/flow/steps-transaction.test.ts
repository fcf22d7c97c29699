import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import type { RunResult } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { type StepFlow, startSteps } from '../../helpers/step-flow.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const MINUTE = 60_000;
const AGAIN = 'sgid authorize-url';

/** Finishes a login with another transaction than its own, and expects that nothing was sent. */
async function finishWith(
  flow: StepFlow,
  change: (transaction: Readonly<Record<string, string>>) => unknown,
  args: readonly string[] = [],
): Promise<RunResult> {
  const { transaction, url } = await flow.start();
  const result = await flow.run(['callback', '--transaction', '-', url.href, ...args], {
    stdin: JSON.stringify(change(transaction)),
  });
  expect(flow.provider.countTo('token')).toBe(0);
  expect(result.stdout).toBe('');
  return result;
}

describe('sgid callback refuses a transaction', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'of another client',
      { clientId: 'OTHER-1a2b3c4d' },
      'of the client OTHER-1a2b3c4d, not of MOCK-7e57c11e',
      '--client-id OTHER-1a2b3c4d',
    ],
    [
      'of another provider',
      { hostname: 'https://elsewhere.test' },
      'of the provider https://elsewhere.test, not of http://127.0.0.1:',
      '--hostname https://elsewhere.test',
    ],
    [
      'whose provider is none',
      { hostname: 'https://elsewhere.test/v2' },
      "standard input: the provider's hostname must be an origin alone",
      'https://elsewhere.test',
    ],
    [
      'whose redirect URI is none',
      { redirectUri: 'nowhere' },
      'standard input: the redirect URI is not an absolute http or https URL',
      'Use one',
    ],
    ['without a state', { state: undefined }, '$.state is missing', AGAIN],
    ['with an empty nonce', { nonce: '' }, '$.nonce must not be empty', AGAIN],
    ['with a number for a nonce', { nonce: 7 }, '$.nonce must be text, got a number', AGAIN],
    ['without its time', { createdAt: undefined }, '$.createdAt is missing', AGAIN],
    ['whose time is none', { createdAt: 'today' }, '$.createdAt must be a time such as 2026', AGAIN],
    ['with an empty verifier', { codeVerifier: '' }, '$.codeVerifier must not be empty', AGAIN],
    [
      'with the verifier of another',
      { codeVerifier: 'x'.repeat(43) },
      'the code verifier does not belong to the code challenge',
      'Use the verifier',
    ],
    [
      'with several problems',
      { state: 1, nonce: null },
      '2 problems:\n    $.state must be text, got a number\n    $.nonce must be text, got null',
      'sgid',
    ],
  ])('%s', async (_name, changes, words, hint) => {
    const result = await finishWith(await startSteps(), (transaction) => ({ ...transaction, ...changes }));
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain(words);
    expect(result.stderr.split('next: ')[1]).toContain(hint);
  });

  it.each([
    ['a list', [], '$ must be an object, got a list'],
    ['null', null, '$ must be an object, got null'],
    ['text', 'transaction', '$ must be an object, got text'],
  ])('that is %s', async (_name, transaction, words) => {
    const result = await finishWith(await startSteps(), () => transaction);
    expect(result).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(words) });
    expect(errorCodeOf(result)).toBe('ERR_FILE');
  });

  it.each([
    [61 * MINUTE, 3, 'the transaction was made 61 minutes ago, and is valid for 60'],
    [60 * MINUTE + 1000, 3, 'the transaction was made 61 minutes ago, and is valid for 60'],
    [-2 * MINUTE, 3, 'the transaction was made in the future'],
    // The clock of this test is right for a transaction, but not for the ID token: that is verified last.
    [59 * MINUTE, 7, 'the ID token has expired'],
    [-30_000, 0, ''],
  ])('by its age: after %i ms, exit %i', async (age, exitCode, words) => {
    const flow = await startSteps();
    const { transaction, url } = await flow.start();
    const clock = createFakeClock(Date.parse(transaction['createdAt'] ?? '') + age);
    const stdin = JSON.stringify(transaction);
    const result = await flow.run(['callback', '--transaction', '-', url.href], { stdin, clock });
    expect(result).toMatchObject({ exitCode, stderr: expect.stringContaining(words) });
    expect(flow.provider.countTo('token')).toBe(exitCode === 3 ? 0 : 1);
  });

  it('without a verifier, unless one that fits is passed', async () => {
    const flow = await startSteps();
    const change = ({ codeVerifier: _left, ...transaction }: Readonly<Record<string, string>>) => transaction;
    const results = [
      await finishWith(flow, change),
      await finishWith(flow, change, ['--code-verifier', 'x'.repeat(43)]),
      await finishWith(flow, (transaction) => transaction, ['--code-verifier', 'x'.repeat(43)]),
    ];
    expect(results.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2]);
    const [none, another, two] = results.map(({ stderr }) => stderr);
    expect(none).toContain('holds no verifier, because it was made with --code-challenge');
    expect(another).toContain('does not belong to the code challenge of the transaction');
    expect(two).toContain('--transaction and --code-verifier contradict each other');
  });

  it('file that is not there, and warns of one that others can read', async () => {
    const { run, start } = await startSteps();
    const { text, url } = await start();
    const absent = await run(['callback', '--transaction', '/nonexistent/tx.json', url.href]);
    expect(absent).toMatchObject({ exitCode: 3, stdout: '' });
    expect(absent.stderr).toContain('--transaction: the file /nonexistent/tx.json does not exist');
    const open = await writeTemporaryFile('transaction.json', text, 0o644);
    const result = await run(['callback', '--transaction', open, url.href]);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain(
      `warning: ${open} holds secrets and other users can access it; run: chmod 600`,
    );
  });
});

describe('a command line of sgid callback that cannot be meant', () => {
  const VERIFIER = 'v'.repeat(43);
  const BOTH = 'the transaction and the callback URL cannot both come from standard input';

  it.each([
    [[], 'there is no callback: neither --transaction nor --code nor a URL was given'],
    [['--transaction', '-'], BOTH],
    [['--transaction', '-', '-'], BOTH],
    [['--transaction', 't.json', '--code', 'x', 'URL'], '--transaction and --code contradict each other'],
    [['--transaction', 't.json', '--state', 'x', 'URL'], '--transaction and --state contradict each other'],
    [['--transaction', 't.json', '--nonce', 'x', 'URL'], '--transaction and --nonce contradict each other'],
    [['--transaction', 't', '--redirect-uri', 'x'], '--transaction and --redirect-uri contradict each other'],
    [['--code', 'x', '--code-verifier', VERIFIER, 'URL'], '--code and [callback-url] contradict each other'],
    [['--code', 'x'], '--code-verifier is missing'],
    [['URL'], '--code-verifier is missing'],
    [['--code', 'x', '--code-verifier', 'too-short'], '--code-verifier is not a code verifier'],
    [['--code', 'x', '--code-verifier', `${VERIFIER}=`], '--code-verifier is not a code verifier'],
    [['--code', 'x', '--code-verifier', 'v'.repeat(129)], '--code-verifier is not a code verifier'],
    [['--code', 'x'.repeat(20_000), '--code-verifier', VERIFIER], '--code is over 16 kB'],
    [['--transaction', 't.json', '--http-timeout', '0', 'URL'], '--http-timeout takes a duration'],
  ])('%j', async (args, words) => {
    const { run, provider } = await startSteps();
    const result = await run(['callback', ...args]);
    expect(result).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect(errorCodeOf(result)).toBe('ERR_USAGE');
    expect(provider.requests).toEqual([]);
  });

  it('misses the client secret, and not the private key', async () => {
    const flow = await startSteps();
    const { text, url } = await flow.start();
    const env = { SGID_CLIENT_SECRET: undefined, SGID_PRIVATE_KEY: undefined, SGID_REDIRECT_URI: undefined };
    const result = await flow.run(['callback', '--transaction', '-', url.href], { stdin: text, env });
    expect(result.stderr).toContain('missing: client secret (');
    expect(result.stderr).not.toMatch(/private key|redirect URI/);
    expect(result.exitCode).toBe(3);
  });

  it('has standard input for one of both only', async () => {
    const flow = await startSteps();
    const { text, url } = await flow.start();
    const args = ['callback', '--transaction', '-', url.href, '--client-secret-file', '-'];
    const { exitCode, stderr } = await flow.run(args, { stdin: text });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--transaction and --client-secret-file cannot both read standard input');
  });
});
