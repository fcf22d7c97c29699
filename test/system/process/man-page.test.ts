import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderManPage } from '../../../src/commands/man/man-page.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const groff = promisify(execFile);
const page = await renderManPage('1.2.3');

describe('the manual page in groff', () => {
  it.each(['utf8', 'ascii'])('gives no warning for %s', async (device) => {
    const path = await writeTemporaryFile('sgid.1', page);
    const { stderr } = await groff('groff', ['-man', `-T${device}`, '-ww', '-z', path]);
    expect(stderr).toBe('');
  });

  it('shows options, examples and special characters as they are typed', async () => {
    const path = await writeTemporaryFile('sgid.1', page);
    const { stdout } = await groff('groff', ['-man', '-Tutf8', '-P-cbou', path]);
    for (const text of [
      '--client-secret-file <path>',
      'env=$(sgid login --format env) && eval "$env"',
      'sgid completion fish > ~/.config/fish/completions/sgid.fish',
      'SGID_PRIVATE_KEY="..."',
      './.env',
      '%APPDATA%\\sgid\\profiles',
      "stderr's",
    ]) {
      expect(stdout).toContain(text);
    }
  });
});
