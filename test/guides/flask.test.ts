import { symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMockSgid } from '../../src/mock/mock-sgid.ts';
import { commandOf } from '../helpers/guide-process.ts';
import { describeGuide } from '../helpers/guide-visits.ts';
import { makeSharedFolder, ROOT } from '../helpers/packed-package.ts';
import { runCommand, SGID_JS } from '../helpers/sgid-process.ts';

/** Debian's, which has Debian's packages; another may come first in PATH. */
const PYTHON = '/usr/bin/python3';

const folder = await makeSharedFolder();
await symlink(PYTHON, join(folder, 'python3'));

describeGuide('Flask', commandOf('flask'), { settings: { PATH: `${folder}:${process.env['PATH']}` } });

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
    expect([status, stderr]).toEqual([1, expect.stringContaining('The ID token is from the future.')]);
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

  it('takes the secret to no other address', async () => {
    const seen: string[] = [];
    const provider = createServer(({ url = '' }, response) => {
      seen.push(url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void provider.close());
    await new Promise((resolve) => provider.once('listening', resolve));
    const { port } = Object.assign({ port: 0 }, provider.address());
    const { stderr } = await runCommand(
      inFlask(`${MAKE_CLIENT}client.callback("code", "verifier", "nonce")`),
      {
        cwd,
        env: { ...settings, SGID_HOSTNAME: `http://127.0.0.1:${port}` },
      },
    );
    expect([stderr, seen]).toEqual([
      expect.stringContaining('/oauth/token answered 307'),
      ['/v2/oauth/token'],
    ]);
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
