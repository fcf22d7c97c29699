import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { openConfigFolder, type PrivateFolder } from '../../../src/system/private-folder.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import { createFakeBrowser, withParameters } from '../../helpers/fake-browser.ts';
import { createGate } from '../../helpers/gate.ts';
import { type FlowOptions, startFlow } from '../../helpers/login-flow.ts';
import { get, logInOverHttp } from '../../helpers/mock-http.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { makeTwoProfiles } from '../../helpers/profile-folder.ts';
import { exchangeRaw, rawRequest } from '../../helpers/raw-http.ts';
import { type ScreenOptions, screenOf } from '../../helpers/screen.ts';
import { startCallback } from '../../helpers/step-flow.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { keyText } from '../keys/key-fixtures.ts';

type Replacements = Readonly<Record<string, string | number>>;

/** Puts fixed words of the same width in the place of what differs from run to run, so that lines break alike. */
function steady(screen: string, changing: Replacements = {}): string {
  let text = screen;
  for (const [word, found] of Object.entries(changing)) text = text.replaceAll(String(found), word);
  return text
    .replace(/\\(?=[\w.])/g, '/')
    .replace(/\b(state|nonce|code_challenge)=[\w-]+/g, '$1=...')
    .replace(/(?:[0-9A-F]{2}:\s*){31}[0-9A-F]{2}/g, (digest) => digest.replace(/\w\w/g, 'AB'));
}

const PORT = '50010';
const PROVIDER_PORT = '50020';
const CALLBACK = `http://localhost:${PORT}/callback`;

function replacementsOf(hostname: string, redirectUri: string): Replacements {
  return { [PORT]: new URL(redirectUri).port, [PROVIDER_PORT]: new URL(hostname).port };
}

/** A login with a fake browser, at the loopback provider. */
async function showLogin(
  args: readonly string[] = [],
  { screen = {}, ...options }: FlowOptions & { readonly screen?: ScreenOptions } = {},
): Promise<string> {
  const flow = await startFlow(options);
  const env = { ...flow.env, ...screen.env };
  const shown = await screenOf(['login', ...args], { browser: flow.browser.open, ...screen, env });
  await flow.browser.idle();
  return steady(shown, replacementsOf(flow.provider.hostname, flow.redirectUri));
}

/** A login to which only this request comes until its time is over. */
async function showTimeout(path?: string): Promise<string> {
  const over = createGate();
  const flow = await startFlow();
  const { browser } = flow;
  const open = createFakeBrowser(async (_browser, url) => {
    if (path === undefined) await browser.visit(url);
    else await exchangeRaw(flow.port, rawRequest(path, `localhost:${flow.port}`));
    over.open();
  }).open;
  const wrong = { SGID_REDIRECT_URI: flow.redirectUri.replace('callback', 'wrong') };
  const env = { ...flow.env, ...(path === undefined && wrong) };
  const clock = { now: Date.now, sleep: () => over.passed };
  const shown = await screenOf(['login'], { browser: open, env, clock });
  return steady(shown, replacementsOf(flow.provider.hostname, flow.redirectUri));
}

/** A login with https to which nothing comes. */
async function showHttps(): Promise<string> {
  const home = await makeTemporaryFolder();
  const over = createGate();
  const clock = { now: Date.now, sleep: () => over.passed };
  const visit = async (): Promise<void> => over.open();
  return showLogin([], { scheme: 'https', visit, screen: { clock, configFolder: folderOf(home) } });
}

/** A login at a provider that nobody serves, until the person has been told so. */
async function showUnreachable(): Promise<string> {
  const { env, redirectUri } = await startFlow();
  const told = createGate();
  const hostname = `http://127.0.0.1:${await takePort()}`;
  const shown = await screenOf(['login'], {
    env: { ...env, SGID_HOSTNAME: hostname },
    browser: createFakeBrowser(async () => {}).open,
    onError: (text) => /likely to fail/.test(text) && told.open(),
    clock: {
      now: Date.now,
      sleep: (milliseconds) => (milliseconds < 60_000 ? Promise.resolve() : told.passed),
    },
  });
  return steady(shown, replacementsOf(hostname, redirectUri));
}

async function showPortInUse(): Promise<string> {
  const flow = await startFlow();
  const stranger = await occupyPort('127.0.0.1', flow.port);
  onTestFinished(() => stranger.close());
  // Which names the command that shows who uses a port.
  const { platform } = process;
  onTestFinished(() => void Object.defineProperty(process, 'platform', { value: platform }));
  Object.defineProperty(process, 'platform', { value: 'linux' });
  const shown = await screenOf(['login'], { env: flow.env });
  return steady(shown, replacementsOf(flow.provider.hostname, flow.redirectUri));
}

async function showStateMismatch(): Promise<string> {
  const { env, url, text, provider } = await startCallback();
  const file = await writeTemporaryFile('transaction.json', text);
  const args = ['callback', '--transaction', file, withParameters(url, { state: 'another' })];
  const shown = await screenOf(args, { env });
  const code = url.searchParams.get('code') ?? '';
  return steady(shown, {
    'transaction.json': file,
    CODE: code,
    [PROVIDER_PORT]: new URL(provider.hostname).port,
  });
}

async function showCheck(
  args: readonly string[],
  change: Readonly<Record<string, string>> = {},
  screen: ScreenOptions = {},
): Promise<string> {
  const flow = await startChecks();
  const shown = await screenOf(['check', ...args], { ...screen, env: { ...flow.env, ...change } });
  return steady(shown, replacementsOf(flow.provider.hostname, flow.redirectUri)).replace(
    /\d+ s (ahead|behind)/g,
    '0 s $1',
  );
}

/** The folder of a home, under a name of fixed width. */
function folderOf(home: string): PrivateFolder {
  const folder = openConfigFolder({ HOME: home, APPDATA: home });
  if (folder === undefined) throw new Error('this machine keeps settings elsewhere');
  return { ...folder, path: '/home/you/.config/sgid' };
}

async function showInit(answers: readonly (string | boolean)[]): Promise<string> {
  const port = await takePort();
  const key = { bytes: Buffer.from(TEST_PRIVATE_KEY), readableByOthers: false };
  const shown = await screenOf(['init'], {
    configFolder: folderOf(await makeTemporaryFolder()),
    files: { readSecretFile: async () => key },
    answers: answers.map((answer) => (answer === CALLBACK ? CALLBACK.replace(PORT, String(port)) : answer)),
  });
  return steady(shown, { [PORT]: port });
}

/** `sgid mock` while somebody uses it. */
async function showMock(use: (hostname: string) => Promise<unknown>): Promise<string> {
  const ending = new AbortController();
  let port = '';
  const shown = await screenOf(['mock', '--port', '0'], {
    signal: ending.signal,
    onError: (text) => {
      const [, hostname] = /listens at (\S+?)\. /.exec(text) ?? [];
      if (port !== '' || hostname === undefined) return;
      port = new URL(hostname).port;
      void use(hostname).finally(() => ending.abort());
    },
  });
  return steady(shown, { [PROVIDER_PORT]: port });
}

const SCREENS: Readonly<Record<string, () => Promise<string>>> = {
  sgid: () => screenOf([]),
  'sgid-120': () => screenOf([], { columns: 120 }),
  'login-help': () => screenOf(['login', '--help']),
  'key-generate-help': () => screenOf(['key', 'generate', '--help']),
  login: () => showLogin(),
  'login-attended': () => showLogin([], { screen: { answers: [], colour: true } }),
  'login-https': showHttps,
  'error-missing-credentials': () => screenOf(['login']),
  'error-missing-credentials-120': () => screenOf(['login'], { columns: 120 }),
  'error-redirect-uri': () => showTimeout(),
  'error-port-in-use': showPortInUse,
  'error-timeout': () => showTimeout('/other?code=1'),
  'error-state-mismatch': showStateMismatch,
  'error-client-secret': () => showLogin([], { screen: { env: { SGID_CLIENT_SECRET: 'another-secret' } } }),
  'error-client-secret-colour': () =>
    showLogin([], { screen: { env: { SGID_CLIENT_SECRET: 'another-secret' }, colour: true, columns: 120 } }),
  'error-private-key': () =>
    showLogin([], { screen: { env: { SGID_PRIVATE_KEY: keyText('rsa-2048.pkcs8.pem') } } }),
  'error-unreachable': showUnreachable,
  'error-placeholder': () =>
    showLogin([], { screen: { env: { SGID_CLIENT_SECRET: '$SGID_CLIENT_SECRET' } } }),
  'error-unknown-option': () => screenOf(['login', '--scop', 'openid']),
  'check-good': () => showCheck([]),
  'check-good-120': () => showCheck([], {}, { columns: 120, colour: true }),
  'check-bad': () =>
    showCheck([], {
      SGID_CLIENT_SECRET: 'another-secret',
      SGID_REDIRECT_URI: 'http://localhost:50011/wrong',
    }),
  'login-table': () => {
    const scope = 'openid myinfo.name myinfo.vehicles';
    return screenOf(['login', '--mock', '--persona', 'wei-ming', '--scope', scope, '--format', 'table']);
  },
  explain: () => screenOf(['explain', 'ERR_CALLBACK_TIMEOUT']),
  'profile-list-empty': () => screenOf(['profile', 'list']),
  'profile-list': async () => screenOf(['profile', 'list'], { env: (await makeTwoProfiles()).env }),
  'mock-personas': () => screenOf(['mock', 'personas']),
  'mock-personas-120': () => screenOf(['mock', 'personas'], { columns: 120 }),
  mock: () => showMock((hostname) => logInOverHttp(hostname)),
  'mock-refused': () =>
    showMock((hostname) =>
      get(`${hostname}/v2/oauth/authorize?client_id=TEST&redirect_uri=http://localhost:1/x`),
    ),
  init: () =>
    showInit(['type', 'MYAPP-1a2b3c4d', 'a-secret-of-the-test', 'key.pem', CALLBACK, '', '', 'default']),
};

describe('what a person sees', () => {
  it.each(Object.entries(SCREENS))('%s', async (name, show) => {
    await expect(await show()).toMatchFileSnapshot(join(import.meta.dirname, `${name}.txt`));
  });
});
