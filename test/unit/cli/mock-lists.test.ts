import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../../src/mock/faults.ts';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

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

describe('sgid mock faults', () => {
  it('prints name, effect and what a correct client does, as JSON', async () => {
    const { exitCode, stdout, stderr } = await runSgid(['mock', 'faults']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(Object.entries(FAULTS).map(([name, fault]) => ({ name, ...fault })));
    expect(Object.keys(JSON.parse(stdout)[0])).toEqual(['name', 'effect', 'correctClient']);
  });

  it('prints a line for each as a table', async () => {
    const { stdout } = await runSgid(['mock', 'faults', '--format', 'table']);
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
