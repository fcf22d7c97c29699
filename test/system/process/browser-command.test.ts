import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_SECRET } from '../../../src/mock/test-credentials.ts';
import { setUpProcessLogin } from '../../helpers/process-login.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const node = process.execPath;

describe.runIf(process.platform === 'linux')('without a --browser command', () => {
  it('the system’s opener is started', async () => {
    const login = await setUpProcessLogin();
    const folder = await makeTemporaryFolder();
    const note = join(folder, 'note');
    const opener = `#!/bin/sh\nenv > '${note}'\nexec '${node}' -e 'fetch(process.argv[1])' "$1"\n`;
    await writeFile(join(folder, 'xdg-open'), opener, { mode: 0o755 });
    const run = await login.start([], {
      env: { DISPLAY: ':0', PATH: `${folder}:${process.env['PATH']}` },
    });
    const { status, stderr } = await run.ended;
    expect(stderr).not.toContain('warning');
    expect(status).toBe(0);
    const variables = await readFile(note, 'utf8');
    expect(variables).toContain('SGID_CLIENT_ID=');
    expect(variables).not.toMatch(/^SGID_(CLIENT_SECRET|PRIVATE_KEY|PRIVATE_KEY_PASSPHRASE)=/m);
  });
});

describe('a --browser command of the built program', () => {
  it('has no way to write into the output', async () => {
    const login = await setUpProcessLogin();
    const chatty = `console.log("chatter"); console.error("chatter"); fetch(process.argv[2]);`;
    const run = await login.start(['--browser', `${node} chatty.js`], { files: { 'chatty.js': chatty } });
    const { status, stdout, stderr } = await run.ended;
    expect(status).toBe(0);
    expect(stdout + stderr).not.toContain('chatter');
  });

  it('gets the URL as its last argument, and no secret on its command line or ours', async () => {
    const login = await setUpProcessLogin();
    const folder = await makeTemporaryFolder();
    const look = `
      const { readFileSync, writeFileSync } = require('node:fs');
      const commandLine = (pid) => readFileSync('/proc/' + pid + '/cmdline', 'utf8').split('\\0').slice(0, -1);
      const seen = { mine: commandLine('self'), parent: commandLine(process.ppid) };
      writeFileSync('seen.json', JSON.stringify(seen));
      fetch(process.argv.at(-1));`;
    const args = ['--browser', `${node} look.js --flag "two words"`];
    const run = await login.start(args, { cwd: folder, files: { 'look.js': look } });
    expect(await run.ended).toMatchObject({ status: 0 });
    const { mine, parent } = JSON.parse(await readFile(join(folder, 'seen.json'), 'utf8'));
    expect(mine).toEqual([node, 'look.js', '--flag', 'two words', await run.authorizationUrl()]);
    expect(parent.slice(2)).toEqual(['login', ...args]);
    expect([...mine, ...parent].join(' ')).not.toContain(TEST_CLIENT_SECRET);
  });
});
