// Times whole logins at a provider in another process, by `sgid login` and by a script on the official SDK. The browser
// is played by this process: it goes to the URL that is printed and follows its redirects.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT } from './environment.mjs';
import { findFreePort, startSgidMock } from './providers.mjs';
import { compare, state } from './rows.mjs';
import { TEST_CLIENT } from './test-client.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const COMMANDS = {
  own: [here('../../bin/sgid.js'), 'login', '--no-browser'],
  sdk: [here('sdk-login.mjs')],
  bare: [here('bare-login.cjs')],
};

/**
 * Rows on whole logins.
 *
 * @param {number} runs Of each.
 */
export async function benchLogins(runs) {
  const port = await findFreePort();
  const redirectUri = `http://localhost:${port}/callback`;
  const provider = await startSgidMock(['--redirect-uri', redirectUri]);
  const folder = mkdtempSync(join(tmpdir(), 'sgid-bench-'));
  writeFileSync(join(folder, 'key.pem'), TEST_CLIENT.privateKey, { mode: 0o600 });
  const env = {
    ...ENVIRONMENT,
    SGID_CLIENT_ID: TEST_CLIENT.clientId,
    SGID_CLIENT_SECRET: TEST_CLIENT.clientSecret,
    SGID_PRIVATE_KEY_PATH: './key.pem',
    SGID_REDIRECT_URI: redirectUri,
    SGID_HOSTNAME: provider.hostname,
  };
  const times = { own: [], sdk: [], bare: [] };
  try {
    for (let turn = 0; turn <= runs; turn += 1) {
      for (const [name, command] of Object.entries(COMMANDS)) {
        const sample = await logIn(command, { cwd: folder, env });
        if (turn > 0) times[name].push(sample);
      }
    }
  } finally {
    await provider.stop();
    rmSync(folder, { recursive: true });
  }
  const column = (name, key) => times[name].map((sample) => sample[key]);
  const against = 'script on the SDK';
  const sdk = column('sdk', 'total');
  const beside = (name, own, aim) =>
    compare({ name, unit: 'ms', own: column(own, 'total'), against, other: sdk, ...(aim && { aim }) });
  return [
    beside('sgid login, provider in another process', 'own', { atMost: 0.5 }),
    beside('  the floor: node:http and node:crypto alone', 'bare'),
    state({
      name: 'from callback to printed claims',
      unit: 'ms',
      own: column('own', 'answering'),
      aim: { atMost: 40 },
    }),
  ];
}

/** How long a login took, and how much of that came after the callback, in milliseconds. */
async function logIn(command, options) {
  const started = performance.now();
  const child = spawn(process.execPath, command, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const url = await readUrl(child);
  let printed = 0;
  child.stdout.once('data', () => {
    printed = performance.now();
  });
  const callback = (await get(url)).headers.location;
  const called = performance.now();
  await get(callback);
  const [status] = await closed;
  if (status !== 0 || printed === 0) throw new Error(`${command.join(' ')} failed with ${status}`);
  return { total: performance.now() - started, answering: printed - called };
}

/** The first URL on stderr, which goes on being read. */
async function readUrl(child) {
  let text = '';
  for await (const chunk of child.stderr.iterator({ destroyOnReturn: false })) {
    text += chunk;
    const [url] = /^https?:\S+(?=\n)/m.exec(text) ?? [];
    if (url !== undefined) {
      child.stderr.resume();
      return url;
    }
  }
  throw new Error(`no URL was printed, but: ${text}`);
}

async function get(url) {
  const sent = request(url, { agent: false }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  await once(response, 'end');
  return response;
}
