import { describe, expect, it } from 'vitest';
import { startFlow } from '../../helpers/login-flow.ts';
import { reply } from '../../helpers/loopback-provider.ts';

describe('what sgid login says on stderr', () => {
  it('is the URL and the wait, by default', async () => {
    const flow = await startFlow();
    const { stderr } = await flow.login();
    expect(stderr).toBe(
      `Opening the browser. If it does not open, visit:\n\n${flow.browser.opened[0]}\n\n` +
        'Waiting for the callback (up to 5:00).\n',
    );
  });

  it('is nothing with --quiet when all goes well', async () => {
    const flow = await startFlow({ scopes: ['openid', 'myinfo.brand_new'] });
    const args = ['--quiet', '--scope', 'openid myinfo.brand_new'];
    expect(await flow.login(args)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('is the URL alone with --quiet --no-browser, because nobody could log in without it', async () => {
    const flow = await startFlow();
    const onError = (text: string): void => {
      if (text.includes('/authorize?')) void flow.browser.visit(text.trim());
    };
    const { exitCode, stderr } = await flow.login(['-q', '--no-browser'], { onError });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v2\/oauth\/authorize\?\S+\n$/);
  });

  it('is the URL with --quiet when the browser fails', async () => {
    const flow = await startFlow({ visit: async () => 'exited with status 3' });
    const onError = (text: string): void => void flow.browser.visit(text.trim());
    const { exitCode, stderr } = await flow.login(['-q'], { onError });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `${flow.browser.opened[0]}\n` });
  });

  it('is a line for every exchange with --verbose, without queries', async () => {
    const flow = await startFlow();
    const { stderr } = await flow.login(['-v']);
    const { hostname } = flow.provider;
    const lines = stderr.split('\n').filter((line) => /^(GET|POST) /.test(line));
    // The keys are asked for while the callback is waited for.
    expect(lines.map((line) => line.replace(/\d+ ms$/, 'N ms')).sort()).toEqual([
      `GET ${hostname}/v2/.well-known/jwks.json 200 N ms`,
      `GET ${hostname}/v2/oauth/userinfo 200 N ms`,
      `POST ${hostname}/v2/oauth/token 200 N ms`,
    ]);
  });

  it('names the failure of an exchange with --verbose', async () => {
    const flow = await startFlow({ provider: { token: () => reply(503) } });
    expect((await flow.login(['-v'])).stderr).toMatch(/^POST http:\S+\/token 503 \d+ ms$/m);
  });
});

describe('--json-errors', () => {
  const failing = { provider: { token: () => reply(400, '{"error":"invalid_grant"}') } };

  it.each([
    ['--json-errors', ['--json-errors'], {}],
    ['--json-errors --quiet', ['--json-errors', '-q'], {}],
    ['SGID_JSON_ERRORS=1', [], { SGID_JSON_ERRORS: '1' }],
  ])('ends stderr with one JSON object: %s', async (_name, args, env) => {
    const flow = await startFlow(failing);
    const { exitCode, stderr } = await flow.login(args, { env });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('error: token: POST ');
    expect(JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')).toEqual({
      error: {
        code: 'ERR_TOKEN_REFUSED',
        step: 'token',
        message: expect.stringContaining('was refused with HTTP 400'),
        hint: expect.any(String),
        status: 400,
        exitCode: 4,
      },
    });
  });

  it.each([
    ['', {}],
    ['SGID_JSON_ERRORS=0', { SGID_JSON_ERRORS: '0' }],
  ])('is not there otherwise: %s', async (_name, env) => {
    const flow = await startFlow(failing);
    expect((await flow.login([], { env })).stderr).toMatch(/\nERR_TOKEN_REFUSED\n$/);
  });

  it('is said of usage errors as well', async () => {
    const flow = await startFlow();
    const { exitCode, stderr } = await flow.login(['--json-errors', '--nonsense']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'ERR_USAGE', step: 'usage', status: null, exitCode: 2 },
    });
  });

  it('is silent on success', async () => {
    const flow = await startFlow();
    expect(await flow.login(['--json-errors', '-q'])).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
