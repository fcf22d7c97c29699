import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMockSgid } from '../../src/mock/mock-sgid.ts';
import { commandOf } from '../helpers/guide-process.ts';
import { describeGuide } from '../helpers/guide-visits.ts';
import { startOddProvider } from '../helpers/odd-provider.ts';
import { ROOT } from '../helpers/packed-package.ts';
import { runCommand, SGID_JS } from '../helpers/sgid-process.ts';
import { atHashOf, type ClaimChanges, SUB } from '../helpers/sign-id-token.ts';
import { makeTemporaryFolder } from '../helpers/temporary-folder.ts';

/** Debian's, which has Debian's packages; another may come first in PATH. */
const PYTHON = '/usr/bin/python3';

describeGuide('Flask', commandOf('flask'), { settings: { PYTHON } });

describe('the client of the Flask example', () => {
  const cwd = join(ROOT, 'examples/flask');
  const inFlask = (script: string) => [PYTHON, '-B', '-c', script];
  const MAKE_CLIENT = `
import json, os, requests
from urllib.parse import parse_qs, urlsplit
from sgid import SgidClient, generate_pkce_pair
env = {name: os.environ["SGID_" + name.upper()] for name in
    ["client_id", "client_secret", "private_key", "redirect_uri", "hostname"]}
client = SgidClient(**env)
`;
  const LOG_IN = `${MAKE_CLIENT}
requests.post(env["hostname"] + "/_mock/clock", json={"advanceSeconds": int(os.environ["AHEAD"])})
verifier, challenge = generate_pkce_pair()
url, nonce = client.authorization_url(challenge, "state", "nonce", scope=os.environ["SCOPE"])
location = requests.get(url, allow_redirects=False).headers["location"]
tokens = client.callback(parse_qs(urlsplit(location).query)["code"][0], verifier, nonce)
print(json.dumps(client.parseData(client.userinfo(tokens.sub, tokens.access_token).data)))
`;

  const logIn = (jwe: string, SCOPE: string, AHEAD = '0') =>
    runCommand(
      [
        process.execPath,
        SGID_JS,
        ...['mock', '--control', '--jwe', jwe, '--approve', 'zoe', '--'],
        ...inFlask(LOG_IN),
      ],
      { cwd, env: { SCOPE, AHEAD } },
    );

  it.each(['sdk', 'mockpass'])('reads what is encrypted in the way of %s, in any script', async (jwe) => {
    const { stdout } = await logIn(jwe, 'openid myinfo.name myinfo.vehicles');
    const zoe = createMockSgid().personas.find(({ id }) => id === 'zoe');
    expect(JSON.parse(stdout)).toEqual({
      'myinfo.name': zoe?.name,
      'myinfo.vehicles': expect.any(Array),
    });
  });

  it('has no claims for the scope openid alone', async () => {
    expect((await logIn('sdk', 'openid')).stdout).toBe('{}\n');
  });

  it('takes no ID token from the future', async () => {
    const { status, stderr } = await logIn('sdk', 'openid', '300');
    expect([status, stderr]).toEqual([1, expect.stringContaining('The ID token has a wrong iat.')]);
  });

  const { clientId, clientSecret, privateKey } = createMockSgid().client;
  const settings = {
    SGID_CLIENT_ID: clientId,
    SGID_CLIENT_SECRET: clientSecret,
    SGID_PRIVATE_KEY: privateKey,
    SGID_REDIRECT_URI: 'http://localhost:3000/callback',
    SGID_HOSTNAME: 'https://api.id.gov.sg',
  };

  it('sends no secret over plain http', async () => {
    const env = { ...settings, SGID_HOSTNAME: 'http://sgid.example' };
    const { stderr } = await runCommand(inFlask(MAKE_CLIENT), { cwd, env });
    expect(stderr).toContain('The provider must be https');
  });

  /** Runs a script against a provider that answers in its own way. */
  async function runAgainst(
    script: string,
    answer: RequestListener,
    more: Readonly<Record<string, string>> = {},
  ) {
    const seen: IncomingMessage[] = [];
    const provider = createServer((request, response) => {
      seen.push(request);
      answer(request, response);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      provider.close();
      provider.closeAllConnections();
    });
    await once(provider, 'listening');
    const { port } = Object.assign({ port: 0 }, provider.address());
    const env = { ...settings, SGID_HOSTNAME: `http://127.0.0.1:${port}`, ...more };
    return { ...(await runCommand(inFlask(script), { cwd, env })), seen };
  }
  const EXCHANGE = `${MAKE_CLIENT}client.callback("code", "verifier", "nonce")`;

  it('takes the secret to no other address', async () => {
    const { stderr, seen } = await runAgainst(EXCHANGE, (_request, response) => {
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(stderr).toContain('/oauth/token answered 307');
    expect(seen.map(({ url }) => url)).toEqual(['/v2/oauth/token']);
  });

  it('sends no login that ~/.netrc has', async () => {
    const HOME = await makeTemporaryFolder();
    await writeFile(join(HOME, '.netrc'), 'machine 127.0.0.1 login canary password canary\n', {
      mode: 0o600,
    });
    const script = `${MAKE_CLIENT}
try: client.callback("code", "verifier", "nonce")
except Exception: client.userinfo("sub", "token")`;
    const { seen } = await runAgainst(script, (_request, response) => void response.writeHead(400).end(), {
      HOME,
    });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer token']);
  });

  it.each<[string, RequestListener]>([
    ['too much', (_request, response) => void response.end('['.repeat(1_048_577))],
    [
      'too slowly',
      (_request, response) => {
        const drip = setInterval(() => response.write(' '), 20);
        response.once('close', () => clearInterval(drip));
      },
    ],
  ])('reads no answer that comes %s', async (_how, answer) => {
    const script = EXCHANGE.replace('client.callback', 'import sgid; sgid.TIMEOUT = 0.5; client.callback');
    const { stderr } = await runAgainst(_how === 'too much' ? EXCHANGE : script, answer);
    expect(stderr).toContain('/oauth/token answered too much, or too slowly.');
  });

  /** Logs in through the application itself, without a browser. */
  const VISIT = `
import app
visitor = app.app.test_client()
state = visitor.get("/login").headers["location"].split("&state=")[1].split("&")[0]
visitor.get("/callback?code=canary-code&state=" + state)
print(visitor.get("/api/person").get_json())
`;

  it('logs nothing that the provider says, which may repeat secrets', async () => {
    const { stdout, stderr } = await runAgainst(VISIT, (request, response) => {
      response.writeHead(400);
      request.pipe(response);
    });
    expect(stdout).toBe('None\n');
    expect(stderr).toContain('login failed: /oauth/token answered 400.\n');
    expect(stderr).not.toMatch(/canary-code|verifier/);
  });

  it('logs nothing of the nonce that it expects', async () => {
    const env = {
      ...settings,
      SGID_HOSTNAME: await startOddProvider({ idToken: { nonce: 'canary-nonce' } }),
    };
    const { stderr } = await runCommand(inFlask(VISIT), { cwd, env });
    expect(stderr).toContain('login failed: The ID token has a wrong nonce.\n');
    expect(stderr).not.toMatch(/canary|Expected/);
  });

  const now = Math.floor(Date.now() / 1000);
  const AT_HASH = atHashOf('x');
  const verify = async (idToken: ClaimChanges) => {
    const env = { ...settings, SGID_HOSTNAME: await startOddProvider({ idToken }) };
    const script = `${MAKE_CLIENT}print(client.callback("code", "verifier", "n").sub)`;
    return runCommand(inFlask(script), { cwd, env });
  };

  it.each<[string, ClaimChanges]>([
    ['at_hash', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['aud', { aud: [clientId, 'other'] }],
    ['aud', { aud: ['other'] }],
    ['exp', { exp: now - 300 }],
    ['exp', { exp: undefined }],
    ['exp', { exp: true }],
    ['iat', { iat: true }],
    ['iat', { iat: now + 300 }],
    ['iss', { iss: 'https://api.id.gov.sg/v2' }],
    ['nbf', { nbf: now + 86_400 }],
    ['nbf', { nbf: false }],
    ['nonce', { nonce: undefined }],
    ['sub', { sub: '' }],
    ['sub', { sub: ['a'] }],
    ['aud and iat', { aud: '', iat: 'today' }],
  ])('takes no ID token with a wrong %s: %o', async (claims, changes) => {
    expect((await verify(changes)).stderr).toContain(`The ID token has a wrong ${claims}.\n`);
  });

  it('takes an ID token with claims that are right', async () => {
    const { stdout } = await verify({ at_hash: AT_HASH, aud: [clientId], nbf: now - 5 });
    expect(stdout).toBe(`${SUB}\n`);
  });

  it('leaves text what no browser reads as JSON', async () => {
    const values = [
      '[NaN]',
      '[-Infinity]',
      '[1e999]',
      '{"a":1',
      '['.repeat(20_000),
      '[1]',
      '{"a":[]}',
      'NaN',
    ];
    const script = `${MAKE_CLIENT}print(json.dumps(client.parseData(json.loads(os.environ["VALUES"]))))`;
    const env = {
      ...settings,
      VALUES: JSON.stringify(Object.fromEntries(values.map((value) => [value, value]))),
    };
    const { stdout } = await runCommand(inFlask(script), { cwd, env });
    const parsed = { '[1]': [1], '{"a":[]}': { a: [] } };
    expect(JSON.parse(stdout)).toEqual({
      ...Object.fromEntries(values.map((value) => [value, value])),
      ...parsed,
    });
  });

  it('looks at few sessions to begin one, and lets those go that have expired', async () => {
    const script = `
import app
looked = []
class Session(dict):
    def __getitem__(self, key):
        looked.append(key)
        return super().__getitem__(key)
for place in range(1000):
    app.sessions[place] = Session(attempts={}, expires=0 if place < 500 else 1e12)
app.app.test_client().get("/login")
first = len(looked)
for _ in range(400):
    app.app.test_client().get("/login")
print(first, len([1 for session in app.sessions.values() if session["expires"] == 0]))
`;
    const { stdout } = await runCommand(inFlask(script), { cwd, env: settings });
    expect(stdout).toBe('2 0\n');
  });

  it('gets a key with line breaks, and a hostname without a slash, whatever the environment has', async () => {
    const env = {
      ...settings,
      SGID_HOSTNAME: 'https://api.id.gov.sg/',
      SGID_PRIVATE_KEY: privateKey.replaceAll('\n', '\\n'),
    };
    // What takes the place of the client gives back what it is made of.
    const script = `
import json, sys, types
sys.modules["sgid"] = types.SimpleNamespace(SgidClient=lambda **settings: settings, generate_pkce_pair=None)
import app
print(json.dumps(app.client))
`;
    const { stdout } = await runCommand(inFlask(script), { cwd, env });
    expect(JSON.parse(stdout)).toMatchObject({
      hostname: 'https://api.id.gov.sg',
      private_key: privateKey,
    });
  });
});
