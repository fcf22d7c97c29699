import { describe, expect, it } from 'vitest';
import { listPersonas } from '../../../../src/commands/mock.ts';
import { FAULTS, listFaults } from '../../../../src/mock/faults.ts';
import { PERSONAS } from '../../../../src/mock/personas.ts';
import { createDiagnostics } from '../../../../src/output/diagnostics.ts';
import { Journal } from '../../../../src/trace/journal.ts';
import { createFakePlatform, runSgid } from '../../../helpers/fake-platform.ts';

describe('sgid mock personas', () => {
  it('prints id, name and data of each as JSON', async () => {
    const { exitCode, stdout, stderr } = await runSgid(['mock', 'personas']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(PERSONAS.map(({ id, name, data }) => ({ id, name, data })));
    expect(stdout.endsWith(']\n')).toBe(true);
  });

  it('prints a line for each as a table', async () => {
    const { stdout } = await runSgid(['mock', 'personas', '--format', 'table']);
    const [headings, , ...rows] = stdout.trimEnd().split('\n');
    expect(headings).toMatch(/^id +name +description$/);
    expect(rows.map((row) => row.split(' ')[0])).toEqual(PERSONAS.map(({ id }) => id));
  });
});

describe('listPersonas with a personas file', () => {
  const own = [
    { id: 'zoe', name: 'MY ZOE', data: {} },
    { id: 'odd', name: 'ODD \u009b31m\u202e##[x', description: 'two\nlines', data: { 'other.scope': 'x' } },
  ];
  const list = async (format: 'json' | 'table') => {
    const { platform, written } = createFakePlatform({
      files: {
        readSecretFile: async () => ({ bytes: Buffer.from(JSON.stringify(own)), readableByOthers: false }),
      },
    });
    const write = platform.terminal.writeError;
    const diagnostics = createDiagnostics({ write, verbosity: 'normal', colour: false });
    await listPersonas(format, { platform, diagnostics, journal: new Journal(0) }, 'own.json');
    return written;
  };

  it('lists the merged people, and warns as sgid mock does', async () => {
    const { stdout, stderr } = await list('json');
    const listed: { id: string; name: string }[] = JSON.parse(stdout);
    expect(listed).toHaveLength(PERSONAS.length + 1);
    expect(listed.slice(0, 2).map(({ id, name }) => [id, name])).toEqual([
      ['zoe', 'MY ZOE'],
      ['odd', own[1]?.name],
    ]);
    expect(stderr).toContain('warning: own.json: $[1].data["other.scope"] is not in the catalogue\n');
  });

  it.each(['json', 'table'] as const)(
    'lets nothing reach the terminal that it would obey: %s',
    async (format) => {
      const { stdout } = await list(format);
      expect(stdout).not.toMatch(/[\u0080-\u009f\u202e]|##\[/);
      expect(stdout).toContain('MY ZOE');
    },
  );

  it('prints a line for each as a table', async () => {
    const rows = (await list('table')).stdout.trimEnd().split('\n').slice(2);
    expect(rows.map((row) => row.split(' ')[0])).toEqual([
      'zoe',
      'odd',
      ...PERSONAS.map(({ id }) => id).filter((id) => id !== 'zoe'),
    ]);
  });
});

describe('sgid mock faults', () => {
  it('prints name, effect and what a correct client does, as JSON', async () => {
    const { exitCode, stdout, stderr } = await runSgid(['mock', 'faults']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(Object.entries(FAULTS).map(([name, fault]) => ({ name, ...fault })));
    expect(Object.keys(JSON.parse(stdout)[0])).toEqual(['name', 'effect', 'correctClient']);
  });

  it('prints a line for each as a table', async () => {
    const { stdout } = await runSgid(['mock', 'faults', '--format', 'table']);
    for (const { effect } of listFaults()) expect(stdout).toContain(effect);
    const [headings, , ...rows] = stdout.trimEnd().split('\n');
    expect(headings).toMatch(/^name +what the provider does +what a correct client does$/);
    expect(rows.map((row) => row.split(' ')[0])).toEqual(Object.keys(FAULTS));
  });
});

describe('the lists of sgid mock', () => {
  it.each(['personas', 'faults'])('%s refuse another format', async (list) => {
    const { exitCode, stdout, stderr } = await runSgid(['mock', list, '--format', 'yaml']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Allowed choices are json, table');
  });
});
