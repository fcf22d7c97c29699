import { describe, expect, it } from 'vitest';
import { listFaults } from '../../../../src/mock/faults.ts';
import { PERSONAS } from '../../../../src/mock/personas.ts';
import { expectError } from '../../../helpers/expect-error.ts';
import { runSgid } from '../../../helpers/fake-platform.ts';

describe('the lists of sgid mock', () => {
  const own = [
    { id: 'zoe', name: 'MY ZOE', data: {} },
    { id: 'odd', name: 'ODD \u009b31m\u202e##[x', description: 'two\nlines', data: { 'other.scope': 'x' } },
  ];
  const files = {
    // UTF-16, as some editors on Windows save it.
    readSecretFile: async () => ({
      bytes: Buffer.from(`\ufeff${JSON.stringify(own)}`, 'utf16le'),
      readableByOthers: false,
    }),
  };

  it.each([
    ['personas', PERSONAS.map(({ id, name, data }) => ({ id, name, data }))],
    ['faults', listFaults()],
  ])('%s are JSON, or one line each in a table', async (list, items) => {
    const json = await runSgid(['mock', list]);
    expect(json).toEqual({ exitCode: 0, stdout: expect.stringMatching(/\]\n$/), stderr: '' });
    expect(JSON.parse(json.stdout)).toEqual(items);
    const table = await runSgid(['mock', list, '--format', 'table']);
    const [, , ...rows] = table.stdout.trimEnd().split('\n');
    expect(rows.map((row) => row.split(' ')[0])).toEqual(items.map((item) => Object.values(item)[0]));
    for (const { effect } of list === 'faults' ? listFaults() : []) expect(table.stdout).toContain(effect);
  });

  it.each(['personas', 'faults'])('%s refuse another format', async (list) => {
    const { exitCode, stdout, stderr } = await runSgid(['mock', list, '--format', 'yaml']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Allowed choices are json, table');
  });

  it.each(['personas', 'faults'])('%s run no command, and say so', async (list) => {
    for (const words of [[], ['touch', 'ran']]) {
      const run = await runSgid(['mock', list, '--', ...words]);
      expectError(run, 2, 'ERR_USAGE', `"sgid mock ${list}" runs no command`, 'sgid mock --approve -- npm');
    }
  });

  it.each([
    ['mock', '--personas', 'own.json', 'personas'],
    ['mock', 'personas', '--personas', 'own.json'],
  ])('put the own people first, and let them take the place of built-in ones: %j', async (...args) => {
    const { stdout, stderr } = await runSgid(args, { files });
    const listed: { id: string; name: string }[] = JSON.parse(stdout);
    expect(listed).toHaveLength(PERSONAS.length + 1);
    expect(listed.slice(0, 2).map(({ name }) => name)).toEqual(['MY ZOE', own[1]?.name]);
    expect(stderr).toContain('warning: own.json: $[1].data["other.scope"] is not in the catalogue\n');
  });

  it.each(['json', 'table'])('let nothing reach the terminal that it would obey: %s', async (format) => {
    const { stdout } = await runSgid(['mock', 'personas', '--personas', 'p', '--format', format], { files });
    expect(stdout).not.toMatch(/[\u0080-\u009f\u202e]|##\[/);
    expect(stdout).toContain('MY ZOE');
  });
});
