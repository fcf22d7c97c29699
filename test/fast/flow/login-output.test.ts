import { describe, expect, it } from 'vitest';
import { logIn, startFlow } from '../../helpers/login-flow.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { changeJson } from '../../helpers/tampered-id-token.ts';

describe('the result of sgid login', () => {
  it('is one pretty-printed JSON document on stdout, with a final newline', async () => {
    const { exitCode, stdout } = await logIn();
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`${JSON.stringify(JSON.parse(stdout), null, 2)}\n`);
    expect(JSON.parse(stdout)).toEqual({
      sub: expect.stringMatching(/^u=[\da-f-]{36}$/),
      data: { 'myinfo.name': 'TAN WEI MING' },
    });
  });

  it.each([
    ['has an empty data object for openid alone', '--scope openid', /"data": \{\}\n\}\n$/],
    ['is one value as plain text', '--field myinfo.name', /^TAN WEI MING\n$/],
    [
      'is a table for a person',
      '--format table',
      /^claim +value\n-+ +-+\nsub +u=[\da-f-]{36}\nmyinfo\.name +TAN WEI MING\n$/,
    ],
    ['is lines for a shell', '--format env', /^SUB='u=[\da-f-]{36}'\nMYINFO_NAME='TAN WEI MING'\n$/],
  ])('%s: %s', async (_name, args, words) => {
    const { exitCode, stdout } = await logIn(args.split(' '));
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(words) });
  });

  it('parses values that hold JSON, unless --raw', async () => {
    const args = ['-s', 'openid myinfo.name myinfo.email myinfo.vehicles'];
    const [parsed, raw] = [await logIn(args), await logIn([...args, '--raw'])].map(
      ({ stdout }) => JSON.parse(stdout).data['myinfo.vehicles'],
    );
    expect(parsed).toContainEqual({ vehicle_number: 'SAA0011A' });
    expect(JSON.parse(raw)).toEqual(parsed);
  });

  it('has tokens and claims only with --include-tokens', async () => {
    const { stdout, flow } = await logIn(['--include-tokens', '--nonce', 'a-nonce-of-the-test']);
    expect(JSON.parse(stdout)).toEqual({
      sub: expect.any(String),
      data: expect.any(Object),
      accessToken: expect.any(String),
      idToken: expect.stringMatching(/^eyJ/),
      claims: expect.objectContaining({ iss: flow.provider.issuer, nonce: 'a-nonce-of-the-test' }),
    });
  });

  it.each([
    ['myinfo.email', '. Add it to --scope.'],
    ['name', '. Did you mean myinfo.name?'],
    ['myinfo.nmae', '. Did you mean myinfo.name?'],
    ['openid', ''],
  ])('is nothing for --field %s, which the scope cannot give: that is warned of', async (field, advice) => {
    const run = await logIn(['--field', field]);
    expect(run).toMatchObject({ exitCode: 9, code: 'ERR_CLAIM_ABSENT', stdout: '' });
    const warning = `warning: the scope does not ask for ${field}, so --field may find nothing${advice}\n`;
    expect(run.stderr).toContain(warning);
    expect(run.stderr).toContain('Claims received: sub, myinfo.name.');
  });

  it.each(['myinfo.email', 'myinfo.email~@'])('is warned of for --expect %s as well', async (expectation) => {
    const run = await logIn(['--expect', expectation]);
    expect(run).toMatchObject({ exitCode: 9, code: 'ERR_EXPECTATION' });
    const warning =
      'the scope does not ask for myinfo.email, so --expect may find nothing. Add it to --scope.';
    expect(run.stderr.match(/warning: .*/g)).toEqual([`warning: ${warning}`]);
  });

  it.each(['--field', '--expect'])('%s: no control character of a claim’s name', async (option) => {
    const userinfo = changeJson(({ data, ...rest }) => {
      const [jwe] = Object.values(Object(data));
      return { ...rest, data: { 'my\u001b[2Jinfo\u0007\u202e.x': jwe } };
    });
    const { exitCode, stderr } = await logIn([option, 'myinfo.name'], { provider: { userinfo } });
    expect(exitCode).toBe(9);
    expect(stderr).toContain('myinfo.x');
    for (const control of ['\u0007', '\u001b', '\u202e']) expect(stderr).not.toContain(control);
  });
});

describe('--expect', () => {
  const expecting = (...expected: readonly string[]) => logIn(expected.flatMap((text) => ['--expect', text]));

  it('names all failures together, exits 9, and the result is still printed', async () => {
    const run = await expecting(
      'myinfo.email',
      'myinfo.name=SOMEBODY ELSE',
      'myinfo.name~^LIM',
      'myinfo.name',
    );
    expect(run).toMatchObject({ exitCode: 9, code: 'ERR_EXPECTATION' });
    expect(JSON.parse(run.stdout).data).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    expect(run.stderr).toContain(
      'expected the claim myinfo.email, which is absent; expected myinfo.name to be the value given (--expect no. 2); ' +
        'expected myinfo.name to match the pattern given (--expect no. 3)\n' +
        '  next: Log in with the scope myinfo.email, if it was left out. Claims received: sub, myinfo.name.\n',
    );
    expect(run.stderr).not.toContain('TAN WEI MING');
  });
});

describe('what sgid login says on stderr', () => {
  it('is the URL and the wait, by default', async () => {
    const { stderr, opened } = await logIn();
    expect(stderr).toBe(
      `Opening the browser. If it does not open, visit:\n\n${opened[0]}\n\n` +
        'Waiting for the callback (up to 5:00).\n',
    );
  });

  it.each([[['--quiet']], [['--json-errors', '-q']]])(
    'is nothing with %j when all goes well',
    async (args) => {
      const scopes = ['openid', 'myinfo.brand_new'];
      const run = await logIn([...args, '--scope', scopes.join(' ')], { scopes });
      expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    },
  );

  it.each([[['-q', '--no-browser']], [['-q']]])(
    'is the URL alone with %j where no browser opens',
    async (args) => {
      const flow = await startFlow({ visit: async () => 'exited with status 3' });
      const onError = (text: string): void => void flow.browser.visit(text.trim());
      const { exitCode, stderr } = await flow.login(args, { onError });
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v2\/oauth\/authorize\?\S+\n$/);
    },
  );

  it('is a line for every exchange with --verbose, without queries', async () => {
    const { stderr, flow } = await logIn(['-v']);
    const lines = stderr.split('\n').filter((line) => /^(GET|POST) /.test(line));
    const { hostname } = flow.provider;
    // The keys are asked for while the callback is waited for.
    expect(lines.map((line) => line.replace(/\d+ ms$/, 'N ms')).sort()).toEqual([
      `GET ${hostname}/v2/.well-known/jwks.json 200 N ms`,
      `GET ${hostname}/v2/oauth/userinfo 200 N ms`,
      `POST ${hostname}/v2/oauth/token 200 N ms`,
    ]);
  });

  it('names the failure of an exchange with --verbose', async () => {
    const { stderr } = await logIn(['-v'], { provider: { token: () => reply(503) } });
    expect(stderr).toMatch(/^POST http:\S+\/token 503 \d+ ms$/m);
  });
});

describe('--json-errors', () => {
  const provider = { token: () => reply(400, '{"error":"invalid_grant"}') };

  it.each([
    ['--json-errors', ['--json-errors'], {}],
    ['--json-errors --quiet', ['--json-errors', '-q'], {}],
    ['SGID_JSON_ERRORS=1', [], { SGID_JSON_ERRORS: '1' }],
  ])('ends stderr with one JSON object: %s', async (_name, args, env) => {
    const { exitCode, code, stderr } = await logIn(args, { env, provider });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('error: token: POST ');
    expect(JSON.parse(code ?? '')).toEqual({
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
});
