import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { isPortFree, takePort } from '../../../scripts/ports.mjs';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { DEFAULT_SCOPE, SCOPES } from '../../../src/sgid/scopes.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { createFakeBrowser } from '../../helpers/fake-browser.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const EVERY_SCOPE = SCOPES.map((scope) => scope.name).join(' ');

const nameOf = (id: string) => PERSONAS.find((persona) => persona.id === id)?.data['myinfo.name'];

const loginMock = (args: readonly string[] = [], options: RunOptions = {}) =>
  runSgid(['login', '--mock', ...args], options);

describe('sgid login --mock --persona', () => {
  const loginAs = (id: string, args: readonly string[] = [], options: RunOptions = {}) =>
    loginMock(['--persona', id, ...args], options);

  it.each(PERSONAS.map((persona) => [persona.id, persona] as const))(
    'logs %s in with every scope, without browser, credentials or person',
    async (id, persona) => {
      const stderr = `Logging ${id} in at the embedded provider.\n`;
      const run = await loginAs(id, ['--scope', EVERY_SCOPE, '--raw']);
      expect(run).toMatchObject({ exitCode: 0, stderr });
      const { data } = JSON.parse(run.stdout);
      expect(data['myinfo.name']).toBe(persona.data['myinfo.name'] ?? 'NA');
      expect(data).toMatchObject(persona.data);
      expect(Object.keys(data)).toHaveLength(SCOPES.length - 1);
    },
  );

  it('takes an empty option for none, as of a variable that is not set', async () => {
    expect(await loginAs('zoe', ['--redirect-uri', '', '--hostname', '', '--client-id', ''])).toMatchObject({
      exitCode: 0,
    });
  });

  it('says its own exchanges with --verbose, without the queries that hold state and code', async () => {
    const { stderr } = await loginAs('zoe', ['-v', '--state', 'CANARY']);
    expect(stderr).toMatch(/^GET http:\S+\/v2\/oauth\/authorize 302 \d+ ms$/m);
    expect(stderr).not.toMatch(/\?|CANARY/);
  });

  it('runs many at once, each with a port of its own', async () => {
    const runs = await Promise.all(Array.from({ length: 12 }, () => loginAs('zoe')));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual(runs.map(() => 0));
  });

  it('shows a long claim in lines on a terminal, and whole in a pipe and in a file', async () => {
    const out = join(await makeTemporaryFolder(), 'claims.txt');
    const args = ['--scope', EVERY_SCOPE, '--format', 'table'];
    const terminal = { stdoutIsTerminal: true, stdoutColumns: 80 };
    const { stdout } = await loginAs('wei-ming', args, { terminal });
    expect(stdout.split('\n').filter((line) => stringWidth(line) > 80)).toEqual([]);
    const { stdout: piped } = await loginAs('wei-ming', args);
    expect(piped.split('\n').length).toBeLessThan(stdout.split('\n').length);
    expect(piped.replaceAll(/[\s-]/g, '')).toBe(stdout.replaceAll(/[\s-]/g, ''));
    await loginAs('wei-ming', [...args, '--out', out], { terminal });
    expect(await readFile(out, 'utf8')).toBe(piped);
  });

  it('lists the known ones for an unknown one: exit 2', async () => {
    const run = await loginAs('nobody');
    expect(run).toMatchObject({ exitCode: 2, code: 'ERR_USAGE', stdout: '' });
    for (const { id } of PERSONAS) expect(run.stderr).toContain(id);
  });

  it('takes options alone: no variable of the environment', async () => {
    const env = {
      ...{ SGID_CLIENT_ID: 'REAL', SGID_CLIENT_SECRET: 'CANARY', SGID_HOSTNAME: 'https://x.test' },
      ...{ SGID_SCOPE: 'openid myinfo.sex', SGID_REDIRECT_URI: 'nonsense' },
    };
    const { stdout } = await loginAs('siti', ['--include-tokens'], { env });
    const { data, claims } = JSON.parse(stdout);
    expect(Object.keys(data)).toEqual(['myinfo.name']);
    expect(claims.iss).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(claims.aud).toMatch(/^MOCK-/);
  });

  it('warns of a scope that the embedded provider does not know, and ends the login at once', async () => {
    const run = await loginAs('siti', ['--scope', 'openid myinfo.nam']);
    expect(run.code).toBe('ERR_AUTHORIZATION');
    expect(run.stderr).toContain('warning: the embedded provider does not know the scope myinfo.nam');
  });

  it('tells a provider that does not answer from one that refuses: exit 5', async () => {
    const run = await loginAs('siti', ['--http-timeout', '0.1s', '--state', 'mock-fault:slow']);
    expectError(run, 5, 'ERR_HTTP_TIMEOUT', 'authorize: 127.0.0.1:', '--http-timeout 30s');
    expect(run.stderr).not.toContain('redirect URI');
  });

  it('tells a callback that is not its own: exit 7', async () => {
    const run = await loginAs('siti', ['--state', 'mock-fault:wrong-state']);
    expectError(run, 7, 'ERR_STATE_MISMATCH');
  });

  it('blames no person and no browser for a callback that does not come, and advises neither', async () => {
    const run = await loginAs('siti', ['--state', 'mock-fault:no-callback', '--timeout', '0.3s']);
    const next = 'next: To see what it answered, add --verbose; or wait longer with --timeout 1m.';
    expectError(run, 6, 'ERR_CALLBACK_TIMEOUT', '1. the provider did not redirect to the callback\n', next);
    expect(run.stderr).not.toMatch(/2\. |person|browser|--manual/);
  });

  it.each([
    [['--listen', '127.0.0.1:5999'], '--persona and --listen'],
    [['--browser', 'firefox'], '--persona and --browser'],
    [['--manual'], '--manual and --persona'],
  ])('refuses %j, which makes no sense without a person: exit 2', async (options, words) => {
    const stderr = expect.stringContaining(words);
    expect(await loginAs('siti', options)).toMatchObject({ exitCode: 2, stdout: '', stderr });
  });
});

describe('sgid login --mock', () => {
  /** A person who clicks on one link after another: the first on each page whose address holds the text. */
  const browserThatFollows = (...texts: readonly string[]) =>
    createFakeBrowser(async (browser, start) => {
      let page = await browser.visit(start);
      for (const text of texts) {
        const links = [...page.body.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href);
        const link = links.find((href) => href.includes(text));
        if (link === undefined) throw new Error(`no link with ${text} on the page`);
        page = await browser.visit(new URL(link.replaceAll('&amp;', '&'), start).href);
      }
    });

  it('names a port that browsers go to, where nobody listens', async () => {
    const { exitCode, stderr } = await loginMock(['--manual', '--no-browser']);
    expect(exitCode).toBe(3);
    const { searchParams } = new URL(/^http:\S+$/m.exec(stderr)?.[0] ?? '');
    expect(searchParams.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+\/callback$/);
  });

  it('opens a page on which a person chooses who logs in', async () => {
    const browser = browserThatFollows('mock_persona=siti', 'mock_decision=share');
    const { stdout } = await loginMock([], { browser: browser.open });
    await browser.idle();
    expect(JSON.parse(stdout).data['myinfo.name']).toBe(nameOf('siti'));
    expect(new URL(browser.opened[0] ?? '').searchParams.get('scope')).toBe(DEFAULT_SCOPE);
    expect(browser.pages.at(-1)?.body).toContain('Logged in');
  });

  it('lets the person refuse', async () => {
    const browser = browserThatFollows('mock_decision=refuse');
    const run = await loginMock([], { browser: browser.open });
    expect(run).toMatchObject({ exitCode: 4, code: 'ERR_ACCESS_DENIED' });
    expect(run.stderr).toContain('(access_denied: the person refused)');
  });

  it('takes the callback on the port of --redirect-uri', async () => {
    const port = await takePort();
    const redirectUri = `http://127.0.0.1:${port}/my/callback`;
    const browser = browserThatFollows('mock_persona=zoe', 'mock_decision=share');
    const run = await loginMock(['--redirect-uri', redirectUri], { browser: browser.open });
    expect(run).toMatchObject({ exitCode: 0 });
    await browser.idle();
    expect(browser.pages.at(-1)?.url).toMatch(`${redirectUri}?code=`);
    expect(await isPortFree(port)).toBe(true);
  });

  it.each([
    ['a redirect URI that is no URL', ['--redirect-uri', 'nonsense'], 'ERR_REDIRECT_URI'],
    ['a redirect URI with a fragment', ['--redirect-uri', 'http://localhost:5001/#x'], 'ERR_REDIRECT_URI'],
    ['one that leads elsewhere', ['--redirect-uri', 'http://app.example.test/cb'], 'ERR_REDIRECT_URI'],
    ['a scope without openid', ['--scope', 'myinfo.name'], 'ERR_SCOPE'],
  ])('refuses %s: exit 3', async (_name, args, code) => {
    expect(await loginMock(args)).toMatchObject({ exitCode: 3, code, stdout: '' });
  });
});
