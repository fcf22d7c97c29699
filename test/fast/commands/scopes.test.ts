import { describe, expect, it } from 'vitest';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

describe('sgid scopes', () => {
  it('prints the catalogue as JSON', async () => {
    const { exitCode, stdout, stderr } = await runSgid(['scopes']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(SCOPES);
    expect(stdout.endsWith(']\n')).toBe(true);
  });

  it('prints a line for each as a table', async () => {
    const { stdout } = await runSgid(['scopes', '--format', 'table']);
    const [headings, , ...rows] = stdout.trimEnd().split('\n');
    expect(headings).toMatch(/^name +description$/);
    expect(rows.map((row) => row.split(' ')[0])).toEqual(SCOPES.map(({ name }) => name));
  });

  it.each([
    ['marriage', ['country_of_marriage', 'marriage_certificate_number', 'marriage_date']],
    ['MARRIAGE_D', ['marriage_date']],
    ['8 digits', ['mobile_number']],
  ])('finds %j in name or description', async (filter, names) => {
    const { stdout } = await runSgid(['scopes', filter]);
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual(
      names.map((name) => `myinfo.${name}`),
    );
  });

  it('says on stderr that nothing was found, with the nearest name, exit 0', async () => {
    const { exitCode, stdout, stderr } = await runSgid(['scopes', 'emaill']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '[]\n' });
    expect(stderr).toBe('No scope has "emaill" in its name or description. Did you mean myinfo.email?\n');
    expect((await runSgid(['-q', 'scopes', 'emaill'])).stderr).toBe('');
  });

  it('takes the filter for text, not for a pattern, and shows it harmless', async () => {
    expect((await runSgid(['scopes', '.*'])).stdout).toBe('[]\n');
    const { stderr } = await runSgid(['scopes', '\u001b[2J\u202e']);
    for (const character of '\u001b\u202e') expect(stderr).not.toContain(character);
  });
});
