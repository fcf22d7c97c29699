import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { setUpProcessLogin } from '../../helpers/process-login.ts';
import { savedUserinfo } from '../../helpers/saved-userinfo.ts';
import { type EndedProcess, runInShell } from '../../helpers/sgid-process.ts';
import {
  FIVE_STEPS,
  INSPECTED,
  NO_FILES,
  OFFLINE,
  ONE_PIPE,
  STEP_FILES,
  stepScript,
} from '../../helpers/step-scripts.ts';

const SCOPE = 'openid myinfo.name myinfo.vehicles';

/** Runs a script with a registered client, at a provider where Tan Wei Ming consents at once. */
async function runSteps(script: string): Promise<EndedProcess & { readonly exchanges: number }> {
  const { env, provider } = await setUpProcessLogin();
  const ended = await runInShell(script, {
    env: { ...env, SGID_SCOPE: SCOPE, NODE: process.execPath },
    files: STEP_FILES,
  });
  return { ...ended, exchanges: provider.countTo('token') };
}

describe('a login step by step, in a shell', () => {
  it.each([
    ['in five steps', FIVE_STEPS],
    ['in one pipe', ONE_PIPE],
    ['without files', NO_FILES],
    ['with the reply decrypted offline', OFFLINE],
  ])('%s', async (_name, script) => {
    const { status, stdout, stderr, exchanges } = await runSteps(script);
    expect({ status, stderr, exchanges }).toEqual({ status: 0, stderr: '', exchanges: 1 });
    expect(JSON.parse(stdout)).toEqual({
      sub: expect.stringMatching(/^u=[\da-f-]{36}$/),
      data: {
        'myinfo.name': 'TAN WEI MING',
        'myinfo.vehicles': [{ vehicle_number: 'SAA0011A' }, { vehicle_number: 'FAA0011B' }],
      },
    });
  });

  it('with the ID token inspected', async () => {
    const { status, stdout, stderr } = await runSteps(INSPECTED);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { verdicts } = JSON.parse(stdout);
    expect(verdicts.map(({ verdict }: { verdict: string }) => verdict)).not.toContain('skip');
    expect(verdicts.map(({ check }: { check: string }) => check)).toContain('signature');
  });

  it('ends every step with a code of its own when the first fails', async () => {
    const { status, stdout, stderr, exchanges } = await runSteps(
      stepScript(`
        set +e
        $SGID authorize-url --out transaction.json
        url=$(location "$(member transaction.json url)")
        { $SGID callback --transaction transaction.json "$url&state=another"; echo "callback $?" >&3; } 3>&1 >pipe |
          cat; $SGID userinfo < pipe; echo "userinfo $?"
      `),
    );
    expect({ status, stdout, exchanges }).toEqual({
      status: 0,
      stdout: 'callback 7\nuserinfo 3\n',
      exchanges: 0,
    });
    expect(stderr).toContain('the callback repeats a parameter');
    // The error of the first command stays the last one on the screen.
    expect(stderr).toMatch(
      /\nMore: sgid explain \w+\nsgid userinfo: standard input is empty, nothing was done\n$/,
    );
  });

  it('fails as a pipe when the last step fails', async () => {
    const { status, stdout, stderr } = await runSteps(
      ONE_PIPE.replace(/userinfo\n$/, 'userinfo --field myinfo.sex\n'),
    );
    expect({ status, stdout }).toEqual({ status: 9, stdout: '' });
    expect(stderr).toContain('ERR_CLAIM_ABSENT');
  });

  it('does not write over what standard input is redirected from', async () => {
    const { status, stdout, stderr } = await runInShell(
      '$SGID decrypt ui.json --private-key-file - --out k.pem < k.pem; cat k.pem; exec ls -A',
      { files: { 'k.pem': TEST_PRIVATE_KEY, 'ui.json': savedUserinfo() } },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${TEST_PRIVATE_KEY}k.pem\nui.json\n` });
    expect(stderr).toContain('k.pem is an input of this command, and is not overwritten');
  });
});
