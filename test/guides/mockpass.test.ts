import { readFile } from 'node:fs/promises';
import { decodeProtectedHeader } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { takePort } from '../../scripts/ports.mjs';
import { type MockSgid, startMockSgid } from '../../src/mock/mock-sgid.ts';
import { generatePkcePair } from '../../src/oidc/pkce.ts';
import { launchChromium } from '../helpers/chromium.ts';
import { commandOf, type RunningGuide, runGuide, startGuide } from '../helpers/guide-process.ts';
import { startMockPass } from '../helpers/mockpass.ts';
import { occupyPort } from '../helpers/occupy-port.ts';
import { ROOT } from '../helpers/packed-package.ts';
import { openWatchedPage } from '../helpers/watched-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const DATA = expect.objectContaining({
  'myinfo.name': expect.any(String),
  'myinfo.date_of_birth': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
});
const shown = async (page: Page) => JSON.parse((await page.locator('pre').textContent()) ?? '');

describe('the application before', () => {
  let guide: RunningGuide;
  beforeAll(async () => {
    const MOCKPASS_PORT = String(await takePort());
    guide = await startGuide(commandOf('mockpass').replace('npm start', 'npm run start:mockpass'), {
      MOCKPASS_PORT,
    });
  });
  afterAll(() => guide?.stop());

  it('ends with one line where the port of MockPass is taken', async () => {
    const { port, close } = await occupyPort('127.0.0.1');
    onTestFinished(close);
    const { status, output } = await runGuide('npm run --silent start:mockpass --prefix examples/mockpass', {
      MOCKPASS_PORT: `${port}`,
    });
    expect([status, output]).toEqual([1, `Port ${port} is taken: name another in MOCKPASS_PORT.\n`]);
  });

  it('logs in at MockPass', async () => {
    const { page } = await openWatchedPage(browser);
    await page.goto(guide.origin);
    const person = page.locator('option[data-asserturl]').first();
    await page.goto((await person.getAttribute('data-asserturl')) ?? '');
    await page.waitForURL(`${guide.origin}/callback?*`);
    expect(await shown(page)).toEqual(DATA);
  });
});

describe('the application after', () => {
  let guide: RunningGuide;
  beforeAll(async () => {
    guide = await startGuide(commandOf('mockpass'));
  });
  afterAll(() => guide?.stop());

  async function visit() {
    const { page } = await openWatchedPage(browser);
    await page.goto(guide.origin);
    return page;
  }

  it('logs in at sgid mock, once', async () => {
    const page = await visit();
    await page.getByRole('link', { name: 'TAN WEI MING' }).click();
    await page.getByRole('link', { name: 'Share', exact: true }).click();
    await page.waitForURL(`${guide.origin}/callback?*`);
    expect(await shown(page)).toEqual(DATA);
    await page.reload();
    await page.getByText('This browser did not ask for this login.').waitFor();
    await page.getByRole('link', { name: 'Log in again' }).click();
    await page.getByRole('link', { name: 'TAN WEI MING' }).waitFor();
  });

  it('shows a long name in full on a phone, and markup as text', async () => {
    const page = await visit();
    await page.setViewportSize({ width: 375, height: 700 });
    const names: unknown[] = [];
    for (const name of ['SUBRAMANIAM', 'MARCUS']) {
      await page.goto(guide.origin);
      await page.getByRole('link', { name }).click();
      await page.getByRole('link', { name: 'Share', exact: true }).click();
      await page.getByRole('heading', { name: 'What sgID shared' }).waitFor();
      names.push((await shown(page))['myinfo.name']);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    }
    expect(names).toEqual([expect.stringMatching(/^SUBRAMANIAM/), expect.stringContaining('"SONS" <TEST>')]);
  });

  it('says to a person who refused that nothing was shared', async () => {
    const page = await visit();
    await page.getByRole('link', { name: 'Refuse' }).click();
    await page.getByText('You did not log in, and nothing was shared.').waitFor();
    await page.getByRole('link', { name: 'Log in again' }).click();
    await page.getByRole('link', { name: 'TAN WEI MING' }).waitFor();
  });

  it('takes no callback that it did not ask for', async () => {
    const page = await visit();
    await page.goto(`${guide.origin}/callback?code=ours&state=other`);
    await page.getByText('This browser did not ask for this login.').waitFor();
  });

  it('hides its cookie from scripts and from other sites', async () => {
    const answer = await fetch(guide.origin, { redirect: 'manual' });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^attempt=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/; Max-Age=600$/),
    ]);
  });
});

type Fields = Record<string, string>;

/** A correct login at a provider, and what can be changed in it. */
function makeClient({ hostname, client }: Pick<MockSgid, 'hostname' | 'client'>) {
  const { codeVerifier, codeChallenge } = generatePkcePair();
  // An empty text takes a parameter out.
  const changed = (right: Fields, change: Fields) =>
    new URLSearchParams(Object.entries({ ...right, ...change }).filter(([, value]) => value !== ''));
  const registered = { client_id: client.clientId, redirect_uri: client.redirectUri };

  const authorize = (change: Fields = {}) => {
    const right = { scope: 'openid myinfo.name', response_type: 'code', code_challenge_method: 'S256' };
    const ours = {
      ...registered,
      ...right,
      code_challenge: codeChallenge,
      state: 'ours',
      login_hint: 'wei-ming',
    };
    return fetch(`${hostname}/v2/oauth/authorize?${changed(ours, change)}`, { redirect: 'manual' });
  };
  const callback = async (change?: Fields) =>
    new URL((await authorize(change)).headers.get('location') ?? '').searchParams;
  const tokenForm = async (change: Fields = {}) => {
    const code = (await callback()).get('code') ?? '';
    const right = { code, code_verifier: codeVerifier, client_secret: client.clientSecret };
    return changed({ ...registered, ...right, grant_type: 'authorization_code' }, change);
  };
  const post = (body: URLSearchParams | string, type = 'application/x-www-form-urlencoded') =>
    fetch(`${hostname}/v2/oauth/token`, { method: 'POST', body, headers: { 'content-type': type } });
  const token = async (change?: Fields) => post(await tokenForm(change));
  const userinfo = (authorization: string) =>
    fetch(`${hostname}/v2/oauth/userinfo`, { headers: { authorization } });
  const accessToken = async () => String((await json(await token()))['access_token']);
  const discovery = async () => json(await fetch(`${hostname}/v2/.well-known/openid-configuration`));
  const reply = async () => json(await userinfo(`Bearer ${await accessToken()}`));
  return { authorize, callback, tokenForm, post, token, userinfo, accessToken, reply, discovery };
}

const json = async (answer: Response): Promise<Record<string, unknown>> => JSON.parse(await answer.text());

type Client = ReturnType<typeof makeClient>;

/** What MockPass takes, the mock's error, and the request. */
const TAKEN: [string, string, (client: Client) => Promise<Response>][] = [
  ['another client id', 'a page', (to) => to.authorize({ client_id: 'other' })],
  [
    'a redirect URI that is not registered',
    'a page',
    (to) => to.authorize({ redirect_uri: 'http://localhost/' }),
  ],
  ['a scope without `openid`', 'invalid_scope', (to) => to.authorize({ scope: 'myinfo.name' })],
  ['a scope that the client has not', 'invalid_scope', (to) => to.authorize({ scope: 'openid myinfo.nam' })],
  ['another response type', 'unsupported_response_type', (to) => to.authorize({ response_type: 'token' })],
  ['no code challenge', 'invalid_request', (to) => to.authorize({ code_challenge: '' })],
  [
    'the challenge method `plain`',
    'invalid_request',
    (to) => to.authorize({ code_challenge_method: 'plain' }),
  ],
  ['another client secret', 'invalid_client', (to) => to.token({ client_secret: 'other' })],
  ['another code verifier', 'invalid_grant', (to) => to.token({ code_verifier: 'a'.repeat(43) })],
  [
    'another redirect URI than before',
    'invalid_grant',
    (to) => to.token({ redirect_uri: 'http://localhost/' }),
  ],
  ['another grant type', 'unsupported_grant_type', (to) => to.token({ grant_type: 'password' })],
  [
    'a code for the second time',
    'invalid_grant',
    async (to) => {
      const form = await to.tokenForm();
      await to.post(form);
      return to.post(form);
    },
  ],
  [
    'JSON at the token endpoint',
    'invalid_request',
    async (to) => to.post(JSON.stringify(Object.fromEntries(await to.tokenForm())), 'application/json'),
  ],
  ['an access token without `Bearer`', 'invalid_token', async (to) => to.userinfo(await to.accessToken())],
  [
    'the code for an access token',
    'invalid_token',
    async (to) => to.userinfo(`Bearer ${(await to.callback()).get('code')}`),
  ],
];

/** What both answer, in different ways. */
const ANSWERED: [string, string, string, (client: Client) => Promise<string>][] = [
  [
    '`state`, when none was sent',
    '`undefined`',
    'none',
    async (from) => asCode((await from.callback({ state: '' })).get('state')),
  ],
  [
    '`iss` on the callback',
    'none',
    '`http://127.0.0.1:<port>/v2`',
    async (from) => asCode((await from.callback()).get('iss')?.replace(/:\d+/, ':<port>')),
  ],
  [
    'claims for `openid myinfo.name`',
    '`myinfo.name`, `myinfo.nric_number`',
    '`myinfo.name`',
    async (from) =>
      Object.keys(Object((await from.reply())['data']))
        .map(asCode)
        .join(', '),
  ],
  [
    'how `key` is encrypted',
    '`RSA-OAEP`',
    '`RSA-OAEP-256`',
    async (from) => asCode(decodeProtectedHeader(String((await from.reply())['key'])).alg),
  ],
  [
    'the token endpoint in the discovery document',
    '`/v2//oauth/token`',
    '`/v2/oauth/token`',
    async (from) => asCode(new URL(String((await from.discovery())['token_endpoint'])).pathname),
  ],
];

const asCode = (text: string | null | undefined): string => (text ? `\`${text}\`` : 'none');

/** The error that an answer carries. */
async function errorIn(answer: Response): Promise<string> {
  const location = answer.headers.get('location');
  if (location !== null) return new URL(location).searchParams.get('error') ?? 'none';
  const isJson = answer.headers.get('content-type')?.startsWith('application/json');
  return isJson ? String((await json(answer))['error'] ?? 'none') : 'a page';
}

/** The cells of the rows of a table of the guide that stands below a heading. */
async function tableBelow(heading: string): Promise<string[][]> {
  const page = await readFile(`${ROOT}/docs/guides/mockpass.md`, 'utf8');
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [, , ...rows] = section.split('\n## ')[0]?.match(/^\|.*\|$/gm) ?? [];
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('what the guide says of both', () => {
  let mockpass: Client;
  let mock: Client;
  let stop: () => Promise<unknown>;
  beforeAll(async () => {
    const [before, after] = await Promise.all([startMockPass({ loginPage: false }), startMockSgid()]);
    mockpass = makeClient({ ...after, hostname: before.hostname });
    mock = makeClient(after);
    stop = () => Promise.all([before.stop(), after.close()]);
  });
  afterAll(() => stop?.());

  it.each(TAKEN)('MockPass takes %s, and sgid mock answers %s', async (_what, error, request) => {
    const taken = await request(mockpass);
    expect([taken.status < 400, await errorIn(taken)]).toEqual([true, 'none']);
    expect(await errorIn(await request(mock))).toBe(error);
  });

  it.each(ANSWERED)('%s: from MockPass %s, from sgid mock %s', async (_what, before, after, look) => {
    expect([await look(mockpass), await look(mock)]).toEqual([before, after]);
  });

  it('is all that it says', async () => {
    expect(
      (await tableBelow('What MockPass takes')).map(([what, error = '']) => [
        what,
        error.replaceAll('`', ''),
      ]),
    ).toEqual(TAKEN.map(([what, error]) => [what, error]));
    expect(await tableBelow('What comes back')).toEqual(
      ANSWERED.map(([what, before, after]) => [what, before, after]),
    );
  });
});
