import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { DEFAULT_SCOPE, SCOPES } from '../../../src/sgid/scopes.ts';
import { createFakeBrowser } from '../../helpers/fake-browser.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf } from '../../helpers/login-flow.ts';
import { isPortFree } from '../../helpers/port-state.ts';
import { takePort } from '../../helpers/take-port.ts';

const EVERY_SCOPE = SCOPES.map((scope) => scope.name).join(' ');

/** A browser whose person follows the link that holds `text` in its address. */
/** A person who clicks on one link after another: the first on each page whose address holds the text. */
const browserThatFollows = (...texts: readonly string[]) =>
  createFakeBrowser(async (browser, start) => {
    let page = await browser.visit(start);
    for (const text of texts) {
      const links = [...page.body.matchAll(/href="([^"]*)"/g)].map(([, href = '']) =>
        href.replaceAll('&amp;', '&'),
      );
      const link = links.find((href) => href.includes(text));
      if (link === undefined) throw new Error(`no link with ${text} on the page`);
      page = await browser.visit(new URL(link, start).href);
    }
  });

describe('sgid login --mock --persona', () => {
  it.each(PERSONAS.map((persona) => [persona.id, persona] as const))(
    'logs %s in with every scope, without browser, credentials or person',
    async (id, persona) => {
      const args = ['login', '--mock', '--persona', id, '--scope', EVERY_SCOPE, '--raw'];
      const { exitCode, stdout, stderr } = await runSgid(args);
      expect(exitCode).toBe(0);
      const { data } = JSON.parse(stdout);
      expect(data['myinfo.name']).toBe(persona.data['myinfo.name'] ?? 'NA');
      expect(data).toMatchObject(persona.data);
      expect(Object.keys(data)).toHaveLength(SCOPES.length - 1);
      expect(stderr).toBe(`Logging ${id} in at the embedded provider.\n`);
    },
  );

  it('says its own exchanges with --verbose, without the queries that hold state and code', async () => {
    const { stderr } = await runSgid(['login', '--mock', '--persona', 'zoe', '-v', '--state', 'CANARY']);
    expect(stderr).toMatch(/^GET http:\S+\/v2\/oauth\/authorize 302 \d+ ms$/m);
    expect(stderr).not.toMatch(/\?|CANARY/);
  });

  it('runs many at once, each with a port of its own', async () => {
    const runs = Array.from({ length: 12 }, () => runSgid(['login', '--mock', '--persona', 'zoe']));
    const exitCodes = (await Promise.all(runs)).map(({ exitCode }) => exitCode);
    expect(exitCodes).toEqual(runs.map(() => 0));
  });

  it('takes every output option', async () => {
    const args = ['login', '--mock', '--persona', 'zoe', '--field', 'myinfo.name', '--expect', 'sub'];
    const zoe = PERSONAS.find((persona) => persona.id === 'zoe');
    expect(await runSgid(args)).toMatchObject({ exitCode: 0, stdout: `${zoe?.data['myinfo.name']}\n` });
  });

  it('lists the known ones for an unknown one: exit 2', async () => {
    const run = await runSgid(['login', '--mock', '--persona', 'nobody']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_USAGE');
    for (const { id } of PERSONAS) expect(run.stderr).toContain(id);
  });

  it('takes no credentials of the environment along', async () => {
    const env = { SGID_CLIENT_ID: 'REAL', SGID_CLIENT_SECRET: 'CANARY', SGID_HOSTNAME: 'https://x.test' };
    const run = await runSgid(['login', '--mock', '--persona', 'siti', '--include-tokens'], { env });
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout).claims).toMatchObject({
      iss: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
      aud: expect.stringMatching(/^MOCK-/),
    });
  });

  it('takes options alone: no variable of the environment', async () => {
    const run = await runSgid(['login', '--mock', '--persona', 'siti'], {
      env: { SGID_SCOPE: 'openid myinfo.sex', SGID_REDIRECT_URI: 'nonsense', SGID_CLIENT_ID: 'X' },
    });
    expect(Object.keys(JSON.parse(run.stdout).data)).toEqual(['myinfo.name']);
  });

  it('warns of a scope that the embedded provider does not know, and ends the login at once', async () => {
    const run = await runSgid(['login', '--mock', '--persona', 'siti', '--scope', 'openid myinfo.nam']);
    expect(errorCodeOf(run)).toBe('ERR_AUTHORIZATION');
    expect(run.stderr).toContain('warning: the embedded provider does not know the scope myinfo.nam');
  });

  it.each([
    [['--listen', '127.0.0.1:5999'], '--persona and --listen'],
    [['--browser', 'firefox'], '--persona and --browser'],
    [['--manual'], '--manual and --persona'],
  ])('refuses %j, which makes no sense without a person: exit 2', async (options, words) => {
    const run = await runSgid(['login', '--mock', '--persona', 'siti', ...options]);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain(words);
  });
});

describe('sgid login --mock', () => {
  it('names a port that browsers go to, where nobody listens', async () => {
    const { exitCode, stderr } = await runSgid(['login', '--mock', '--manual', '--no-browser']);
    expect(exitCode).toBe(6);
    const [url = ''] = /^http:\S+$/m.exec(stderr) ?? [];
    expect(new URL(url).searchParams.get('redirect_uri')).toMatch(
      /^http:\/\/127\.0\.0\.1:[1-9]\d+\/callback$/,
    );
  });

  it('opens a page on which a person chooses who logs in', async () => {
    const browser = browserThatFollows('mock_persona=siti', 'mock_decision=share');
    const { exitCode, stdout } = await runSgid(['login', '--mock'], { browser: browser.open });
    await browser.idle();
    expect(exitCode).toBe(0);
    const siti = PERSONAS.find((persona) => persona.id === 'siti');
    expect(JSON.parse(stdout).data['myinfo.name']).toBe(siti?.data['myinfo.name']);
    expect(new URL(browser.opened[0] ?? '').searchParams.get('scope')).toBe(DEFAULT_SCOPE);
    expect(browser.pages.at(-1)?.body).toContain('Signed in');
  });

  it('lets the person refuse: exit 4', async () => {
    const browser = browserThatFollows('mock_decision=refuse');
    const run = await runSgid(['login', '--mock'], { browser: browser.open });
    expect(errorCodeOf(run)).toBe('ERR_ACCESS_DENIED');
  });

  it('takes the callback on the port of --redirect-uri', async () => {
    const port = await takePort();
    const redirectUri = `http://127.0.0.1:${port}/my/callback`;
    const browser = browserThatFollows('mock_persona=zoe', 'mock_decision=share');
    const args = ['login', '--mock', '--redirect-uri', redirectUri];
    expect(await runSgid(args, { browser: browser.open })).toMatchObject({ exitCode: 0 });
    await browser.idle();
    expect(browser.pages.at(-1)?.url).toMatch(`${redirectUri}?code=`);
    expect(await isPortFree(port)).toBe(true);
  });

  it.each([
    ['is no URL', 'nonsense'],
    ['has a fragment', 'http://localhost:5001/#x'],
    ['leads elsewhere', 'http://app.example.test/cb'],
  ])('refuses a redirect URI that %s: exit 3', async (_name, redirectUri) => {
    const run = await runSgid(['login', '--mock', '--redirect-uri', redirectUri]);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_REDIRECT_URI');
  });

  it('refuses a scope without openid: exit 3', async () => {
    const run = await runSgid(['login', '--mock', '--scope', 'myinfo.name']);
    expect(run).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('openid myinfo.name') });
  });
});
