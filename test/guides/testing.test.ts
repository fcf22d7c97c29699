import { once } from 'node:events';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../helpers/chromium.ts';
import { commandOf, runGuide } from '../helpers/guide-process.ts';
import { startProgram } from '../helpers/sgid-process.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../helpers/temporary-folder.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/testing', import.meta.url));

let installed: Awaited<ReturnType<typeof runGuide>>;
beforeAll(async () => {
  installed = await runGuide(commandOf('testing'));
});

it('passes its tests of the login', () => {
  expect(installed.output).toMatch(/Tests +\d+ passed \(\d+\)/);
  expect(installed.status).toBe(0);
});

it('passes its tests in a browser', async () => {
  const { executablePath, env } = await findChromium();
  const variables = Object.entries(env).map(([name, value]) => `${name}='${value}' `);
  const script = `#!/bin/sh\n${variables.join('')}exec '${executablePath}' "$@"\n`;
  const { status, output } = await runGuide('npm run test:browser --prefix examples/testing', {
    CHROME_PATH: await writeTemporaryFile('chromium', script, 0o700),
  });
  expect(output).toMatch(/Tests +4 passed \(4\)/);
  expect(status).toBe(0);
});

it('says what to do where no browser starts', async () => {
  const { status, output } = await runGuide('npm run test:browser --prefix examples/testing', {
    CHROME_PATH: '/nowhere',
  });
  expect(output).toContain('No browser starts: install Google Chrome, or name a Chromium in CHROME_PATH.');
  expect(status).toBe(1);
});

it('serves the application by hand', async () => {
  const { child } = await startProgram([process.execPath, join(EXAMPLE, 'serve.js')]);
  const [printed] = await once(child.stdout ?? child, 'data');
  const [url = ''] = /http:\S+/.exec(String(printed)) ?? [];
  expect(await (await fetch(url)).text()).toContain('<h1>Welcome</h1>');
});

describe('an application with a fault of its own fails the tests', () => {
  it.each([
    [
      'it compares no state',
      'attempts.get(state)',
      '[...attempts.values()].find(({ sessionID }) => sessionID === req.sessionID)',
      'another state|somebody else',
    ],
    [
      'it compares no browser',
      'attempt?.sessionID === req.sessionID',
      'attempt !== undefined',
      'somebody else',
    ],
    [
      'it sends the code again',
      'await client.callback({ code, nonce, codeVerifier })',
      'await client.callback({ code, nonce, codeVerifier }).catch(() => client.callback({ code, nonce, codeVerifier }))',
      'token-500',
    ],
    ['it escapes nothing', '[&<>"\']', '[]', 'markup'],
    ['it asks for more', 'openid myinfo.name', 'openid myinfo.name myinfo.email', 'no more than it needs'],
    ['it takes a refusal for a failure', "error === 'access_denied'", 'false', 'refuses'],
    ['it forgets no attempt', 'Date.now() - attempt.when < TEN_MINUTES', 'true', 'forgets an attempt'],
    ['it sends what is no code', 'error !== undefined || !code', 'false', 'exchanges nothing'],
    ['it takes one of two codes', '!isPlain || ', '', 'exchanges nothing'],
    ['it takes a callback that nobody visits', "req.method !== 'GET'", 'false', 'nobody visits'],
    ['it logs out for another site', "req.get('origin') !== origin", 'false', 'logs out'],
    ['it keeps the session', "settle(req.session, 'destroy')", 'undefined', 'logs out'],
  ])('%s', async (_fault, part, change, test) => {
    const folder = await makeTemporaryFolder();
    await cp(EXAMPLE, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
    await symlink(join(EXAMPLE, 'node_modules'), join(folder, 'node_modules'));
    const file = join(folder, 'app.js');
    const text = await readFile(file, 'utf8');
    expect(text).toContain(part);
    await writeFile(file, text.replace(part, change));
    const { status, output } = await runGuide(`npx vitest run login.test.js -t '${test}' --root '${folder}'`);
    expect(output).toMatch(/Tests +\d+ failed/);
    expect(status).toBe(1);
  });
});
