// Times whole logins at a provider in another process, by `sgid login` and by a script on the official SDK. The browser
// is played by this process: it goes to the URL that is printed and follows its redirects.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { BARE, COMMAND_ENVIRONMENT, inFolder, SGID, takeTurns } from './commands.mjs';
import { REPORT_MEMORY, readPeak } from './memory.mjs';
import { timeBareNode } from './processes.mjs';
import { findFreePort, startSgidMock } from './providers.mjs';
import { compare, state } from './rows.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const LOGINS = {
  own: [SGID, 'login', '--no-browser'],
  sdk: [here('sdk-login.mjs')],
  floor: [here('bare-login.cjs')],
};
const NAME = 'sgid login, provider in another process';

/**
 * Rows on whole logins.
 *
 * @param {number} runs Of each.
 */
export async function benchLogins(runs) {
  const redirectUri = `http://localhost:${await findFreePort()}/callback`;
  const provider = await startSgidMock(['--redirect-uri', redirectUri]);
  const env = { ...COMMAND_ENVIRONMENT, SGID_REDIRECT_URI: redirectUri, SGID_HOSTNAME: provider.hostname };
  try {
    return await inFolder(async (folder) => [
      ...(await timeLogins({ cwd: folder, env }, runs)),
      ...(await weighLogins({ cwd: folder, env: { ...env, ...REPORT_MEMORY } }, runs)),
    ]);
  } finally {
    await provider.stop();
  }
}

async function timeLogins(options, runs) {
  const samples = await takeTurns({ ...LOGINS, bare: BARE }, runs, (command) =>
    command === BARE ? { total: timeBareNode() } : logIn(command, options),
  );
  const times = (name) => samples[name].map(({ total }) => total);
  const beside = (row) => compare({ name: NAME, unit: 'ms', own: times('own'), ...row });
  const sdk = { against: 'script on the SDK', other: times('sdk') };
  return [
    beside({ against: 'node -e 0', other: times('bare') }),
    beside({ ...sdk, aim: { atMost: 0.5 } }),
    beside({ name: '  the floor: node:http and node:crypto alone', own: times('floor'), ...sdk }),
    state({
      name: 'from callback to printed claims',
      unit: 'ms',
      own: samples.own.map(({ answering }) => answering),
      aim: { atMost: 40 },
    }),
  ];
}

async function weighLogins(options, runs) {
  const { own, sdk } = await takeTurns({ own: LOGINS.own, sdk: LOGINS.sdk }, runs, async (command) => {
    await logIn(command, options);
    return readPeak(options.cwd);
  });
  return [
    compare({ name: `${NAME}, peak memory`, unit: 'MB', own, against: 'script on the SDK', other: sdk }),
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
