// Times whole processes: the built program, that of the base, and a script on the official SDK. Where a login goes to a
// provider in another process, the browser is played by this one: it goes to the URL that is printed and follows its
// redirects.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../end-with-us.mjs';
import { findFreePort, OPTIONS, sgidOf, startSgidMock } from './programs.mjs';
import { describeRow, takeTurns } from './rows.mjs';
import { visit } from './visits.mjs';

const SDK_LOGIN = [fileURLToPath(new URL('sdk-login.mjs', import.meta.url))];
const BARE = ['-e', '0'];

/** Rows on commands and on whole logins. */
export async function benchCommands(builds, runs) {
  const redirectUri = `http://localhost:${await findFreePort()}/callback`;
  const provider = await startSgidMock(builds.own, redirectUri);
  const env = { ...OPTIONS.env, SGID_REDIRECT_URI: redirectUri, SGID_HOSTNAME: provider.hostname };
  const logIn = (args) => timeLogin(args, { ...OPTIONS, env });
  const run = (args) => (args === SDK_LOGIN ? logIn(args) : timeRun(args));
  try {
    return [
      ...(await timeCommand('sgid pkce', ['pkce'], { base: 1.1, bare: BARE }, builds, runs, run)),
      ...(await timeCommand(
        'sgid login --mock --persona',
        ['login', '-q', '--mock', '--persona', 'zoe'],
        { base: 1.15, sdk: 0.8, bare: BARE },
        builds,
        runs,
        run,
      )),
      ...(await timeCommand(
        'sgid login, provider in another process',
        ['login', '--no-browser'],
        { base: 1.15, sdk: 0.8 },
        builds,
        runs,
        logIn,
      )),
    ];
  } finally {
    await provider.stop();
  }
}

/** @param {{ base: number, sdk?: number, bare?: string[] }} limits What the ratios may be at most, and who takes part. */
async function timeCommand(name, args, { base, sdk, bare }, builds, runs, run) {
  const programs = Object.fromEntries(
    Object.entries(builds).map(([key, build]) => [key, [sgidOf(build), ...args]]),
  );
  const subjects = { ...programs, ...(sdk && { sdk: SDK_LOGIN }), ...(bare && { bare }) };
  const times = await takeTurns(subjects, runs, run);
  const row = (against, other, aim) =>
    other ? [describeRow({ name, unit: 'ms', own: times.own, against, other, aim })] : [];
  return [
    ...row('the base', times.base, { atMost: base }),
    ...row('script on the SDK', times.sdk, { atMost: sdk }),
    ...row('node -e 0', times.bare),
  ];
}

/** Milliseconds. */
async function timeRun(args) {
  const started = performance.now();
  const child = endWithUs(spawn(process.execPath, args, { ...OPTIONS, stdio: 'ignore' }));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${args.join(' ')} failed with ${status}`);
  return performance.now() - started;
}

async function timeLogin(args, options) {
  const started = performance.now();
  const child = endWithUs(spawn(process.execPath, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] }));
  const closed = once(child, 'close');
  await visit(await readUrl(child));
  const [status] = await closed;
  if (status !== 0) throw new Error(`${args.join(' ')} failed with ${status}`);
  return performance.now() - started;
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
