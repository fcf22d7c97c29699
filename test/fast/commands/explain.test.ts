import { describe, expect, it } from 'vitest';
import { EXPLANATIONS } from '../../../src/commands/explain/explanations.ts';
import { EXIT_CODES } from '../../../src/errors/exit-codes.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

const CODES = Object.keys(EXIT_CODES);

describe('sgid explain', () => {
  it.each(Object.entries(EXPLANATIONS))(
    'tells meaning, causes and exit code of %s',
    async (code, explanation) => {
      const { exitCode, stdout, stderr } = await runSgid(['explain', code]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toContain(code);
      expect(stdout).toContain(`(exit code ${EXIT_CODES[code as keyof typeof EXIT_CODES]})`);
      const { summary, meaning, causes } = explanation;
      for (const text of [summary, meaning, ...causes.flatMap((cause) => Object.values(cause))]) {
        expect(stdout).toContain(text);
      }
    },
  );

  it.each(['err_state_mismatch', 'STATE_MISMATCH', 'state-mismatch', ' State Mismatch '])(
    'understands %j',
    async (code) => {
      expect(await runSgid(['explain', code])).toEqual(await runSgid(['explain', 'ERR_STATE_MISMATCH']));
    },
  );

  it.each([
    ['ERR_STAT_MISMATCH', 'ERR_STATE_MISMATCH'],
    ['sub_mismatched', 'ERR_SUB_MISMATCH'],
    ['token-refuse', 'ERR_TOKEN_REFUSED'],
  ])('suggests the nearest for %s, exit 2', async (code, nearest) => {
    const { exitCode, stdout, stderr } = await runSgid(['explain', code]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`there is no error code "${code}"`);
    expect(stderr).toContain(`Did you mean ${nearest}?`);
  });

  it.each(['nothing like it', 'constructor', '__proto__', ''])('refuses %j without a guess', async (code) => {
    const { exitCode, stderr } = await runSgid(['explain', code]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Run "sgid explain" for all of them.');
    expect(stderr).not.toContain('Did you mean');
  });

  it('shows nothing of a code that a terminal would obey', async () => {
    const { stderr } = await runSgid(['explain', 'a\u001b]0;title\u0007\u202e\nERR_FAKE']);
    for (const character of '\u001b\u0007\u202e') expect(stderr).not.toContain(character);
    expect(stderr).not.toMatch(/^ERR_FAKE/m);
  });

  it('lists every code with exit code and summary', async () => {
    const { stdout } = await runSgid(['explain']);
    const rows = stdout.split('\n').filter((row) => row.startsWith('ERR_'));
    expect(rows).toHaveLength(CODES.length);
    expect(rows).toContainEqual(expect.stringMatching(/^ERR_SCOPE +3 {2}the scope lacks openid/));
  });

  it('prints JSON for one code, and for all', async () => {
    const one = JSON.parse((await runSgid(['explain', 'scope', '--format', 'json'])).stdout);
    expect(one).toEqual({ code: 'ERR_SCOPE', exitCode: 3, ...EXPLANATIONS.ERR_SCOPE });
    const all = JSON.parse((await runSgid(['explain', '--format', 'json'])).stdout);
    expect(all.map(({ code }: { code: string }) => code)).toEqual(CODES);
    expect(all[0]).toEqual({
      code: 'ERR_INTERNAL',
      exitCode: 1,
      summary: EXPLANATIONS.ERR_INTERNAL.summary,
    });
  });

  it.each([50, 80])('breaks lines between words at %i columns of a terminal', async (columns) => {
    const terminal = { stdoutIsTerminal: true, stdoutColumns: columns };
    const env = { NO_COLOR: '1' };
    const wrapped = (await runSgid(['explain', 'ERR_PROXY'], { terminal, env })).stdout;
    const longest = Math.max(...wrapped.split('\n').map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(columns);
    expect(longest).toBeGreaterThan(columns - 20);
    const plain = (await runSgid(['explain', 'ERR_PROXY'])).stdout;
    expect(wrapped.replace(/\s+/g, ' ')).toBe(plain.replace(/\s+/g, ' '));
  });

  it('is bold on a terminal alone', async () => {
    const terminal = { stdoutIsTerminal: true, stdoutColumns: 80 };
    expect((await runSgid(['explain', 'ERR_PROXY'], { terminal })).stdout).toContain(
      '\u001b[1mERR_PROXY\u001b[22m',
    );
    const piped = { stderrIsTerminal: true, stderrColumns: 80 };
    expect((await runSgid(['explain', 'ERR_PROXY'], { terminal: piped })).stdout).not.toContain('\u001b');
  });
});
