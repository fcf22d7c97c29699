import { describe, expect, it } from 'vitest';
import { generateCodeChallenge } from '../../../src/oidc/pkce.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';

describe('sgid pkce', () => {
  it('prints a pair that belongs together', async () => {
    const { exitCode, stdout, stderr } = await runSgid(['pkce']);
    const pair = JSON.parse(stdout);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`${JSON.stringify(pair, null, 2)}\n`);
    expect(Object.keys(pair)).toEqual(['codeVerifier', 'codeChallenge', 'codeChallengeMethod']);
    expect(pair.codeVerifier).toMatch(/^[\w-]{43}$/);
    expect(pair.codeChallenge).toBe(generateCodeChallenge(pair.codeVerifier));
    expect(pair.codeChallengeMethod).toBe('S256');
  });

  it('prints another one each time', async () => {
    const [one, other] = await Promise.all([runSgid(['pkce']), runSgid(['pkce'])]);
    expect(one.stdout).not.toBe(other.stdout);
  });

  it.each([43, 44, 64, 127, 128])('makes a verifier of %i characters', async (length) => {
    const { stdout } = await runSgid(['pkce', '--length', String(length)]);
    expect(JSON.parse(stdout).codeVerifier).toMatch(new RegExp(`^[\\w-]{${length}}$`));
  });

  it.each(['42', '129', '0', '-43', '4e1', '43.5', ' 43', '0x30', '043x', 'many', '9'.repeat(400)])(
    'refuses a length of %j',
    async (length) => {
      const run = await runSgid(['pkce', '--length', length]);
      expect(run).toMatchObject({ exitCode: 2, stdout: '' });
      expect(run.stderr).toContain('--length takes a number of characters from 43 to 128');
      expect(errorCodeOf(run)).toBe('ERR_USAGE');
    },
  );
});
