import { describe, expect, it } from 'vitest';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { changeJson } from '../../helpers/tampered-id-token.ts';

const ALL = 'openid myinfo.name myinfo.email myinfo.vehicles';

describe('the result of sgid login', () => {
  it('is one pretty-printed JSON document on stdout, with a final newline', async () => {
    const flow = await startFlow();
    const { exitCode, stdout } = await flow.login();
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
    ['is lines for a shell', '--format env', /^SUB='u=[\da-f-]{36}'\nMYINFO_NAME='TAN WEI MING'\n$/],
  ])('%s: %s', async (_name, args, words) => {
    const { exitCode, stdout } = await (await startFlow()).login(args.split(' '));
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(words) });
  });

  it('parses values that hold JSON, unless --raw', async () => {
    const parsed = JSON.parse((await (await startFlow()).login(['-s', ALL])).stdout).data;
    const raw = JSON.parse((await (await startFlow()).login(['-s', ALL, '--raw'])).stdout).data;
    expect(parsed['myinfo.vehicles']).toContainEqual({ vehicle_number: 'SAA0011A' });
    expect(JSON.parse(raw['myinfo.vehicles'])).toEqual(parsed['myinfo.vehicles']);
  });

  it('has tokens and claims only with --include-tokens', async () => {
    const flow = await startFlow();
    const { stdout } = await flow.login(['--include-tokens', '--nonce', 'a-nonce-of-the-test']);
    expect(JSON.parse(stdout)).toEqual({
      sub: expect.any(String),
      data: expect.any(Object),
      accessToken: expect.any(String),
      idToken: expect.stringMatching(/^eyJ/),
      claims: expect.objectContaining({ iss: flow.provider.issuer, nonce: 'a-nonce-of-the-test' }),
    });
  });

  it('is nothing when the claim of --field is missing, which was warned of', async () => {
    const flow = await startFlow();
    const run = await flow.login(['--field', 'myinfo.email']);
    expect(run).toMatchObject({ exitCode: 9, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_CLAIM_ABSENT');
    expect(run.stderr).toContain('warning: the scope does not ask for myinfo.email');
    expect(run.stderr).toContain('Claims received: sub, myinfo.name.');
  });

  it.each([
    ['name', '; did you mean myinfo.name?'],
    ['myinfo.nmae', '; did you mean myinfo.name?'],
    ['openid', ''],
  ])('is not there for --field %s, which the scope cannot give', async (field, advice) => {
    const flow = await startFlow();
    const { exitCode, stderr } = await flow.login(['--field', field]);
    expect(exitCode).toBe(9);
    expect(stderr).toContain(`the scope does not ask for ${field}, so --field may find nothing${advice}\n`);
  });

  it('leaves control characters of the provider’s claim names out of errors', async () => {
    const name = 'my\u001b[2Jinfo\u0007\u202e.x';
    const provider = {
      userinfo: changeJson(({ data, ...rest }) => {
        const [jwe] = Object.values(Object(data));
        return { ...rest, data: { [name]: jwe } };
      }),
    };
    const flow = await startFlow({ provider });
    for (const option of ['--field', '--expect']) {
      const { exitCode, stderr } = await flow.login([option, 'myinfo.name']);
      expect(exitCode).toBe(9);
      expect(stderr).toContain('myinfo.x');
      for (const control of ['\u0007', '\u001b', '\u202e']) expect(stderr).not.toContain(control);
    }
  });
});

describe('--expect', () => {
  it('holds for a claim, a value and a pattern', async () => {
    const flow = await startFlow();
    const expected = ['myinfo.name', 'myinfo.name=TAN WEI MING', 'myinfo.name~^TAN ', 'sub~^u='];
    const { exitCode } = await flow.login(expected.flatMap((text) => ['--expect', text]));
    expect(exitCode).toBe(0);
  });

  it('names all failures together, exits 9, and the result is still printed', async () => {
    const flow = await startFlow();
    const expected = ['myinfo.email', 'myinfo.name=SOMEBODY ELSE', 'myinfo.name~^LIM', 'myinfo.name'];
    const run = await flow.login(expected.flatMap((text) => ['--expect', text]));
    expect(run.exitCode).toBe(9);
    expect(JSON.parse(run.stdout).data).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    expect(errorCodeOf(run)).toBe('ERR_EXPECTATION');
    expect(run.stderr).toContain(
      'expected the claim myinfo.email, which is absent; expected myinfo.name to be the value given; ' +
        'expected myinfo.name to match the pattern given',
    );
    expect(run.stderr).not.toContain('TAN WEI MING');
  });
});
