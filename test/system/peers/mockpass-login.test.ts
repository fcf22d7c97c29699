import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockPass, startMockPass } from '../../helpers/mockpass.ts';
import { visit } from '../../helpers/process-login.ts';
import { type SgidProcess, startSgid } from '../../helpers/sgid-process.ts';
import { takePort } from '../../helpers/take-port.ts';

/** An invented person of MockPass, as it comes under our names. */
const LIM_YONG_XIANG = {
  'myinfo.name': 'LIM YONG XIANG',
  'myinfo.date_of_birth': '1980-10-06',
  // It adds this one, asked for or not.
  'myinfo.nric_number': 'S9812379B',
};

async function startLogin({ hostname, privateKey }: MockPass): Promise<SgidProcess> {
  const args = ['login', '--no-browser', '--scope', 'openid myinfo.name myinfo.date_of_birth'];
  return startSgid(args, {
    env: {
      SGID_HOSTNAME: hostname,
      SGID_CLIENT_ID: 'any',
      SGID_CLIENT_SECRET: 'any',
      SGID_PRIVATE_KEY: privateKey,
      SGID_REDIRECT_URI: `http://localhost:${await takePort()}/api/redirect`,
    },
  });
}

describe.each([
  ['that logs in by itself', false],
  ['with its login page', true],
])('a MockPass %s', (_name, loginPage) => {
  let mockpass: MockPass;
  beforeAll(async () => {
    mockpass = await startMockPass({ loginPage });
  });
  afterAll(() => mockpass.stop());

  it('answers a whole sgid login', async () => {
    const run = await startLogin(mockpass);
    const page = await visit(await run.authorizationUrl());
    if (loginPage) expect((await visit(choiceOn(page.body))).body).toContain('Signed in');
    else expect(page.body).toContain('Signed in');
    const { status, stdout } = await run.ended;
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      sub: expect.stringMatching(/^u=[0-9a-f-]{36}$/),
      data: LIM_YONG_XIANG,
    });
  });
});

/** Where the login page of MockPass leads when its first person is chosen. */
function choiceOn(body: string): string {
  const [, url] = /data-asserturl="([^"]+)"/.exec(body) ?? [];
  if (url === undefined) throw new Error('there is no person to choose');
  return url
    .replace(/&#x2F;/g, '/')
    .replace(/&#x3D;/g, '=')
    .replace(/&amp;/g, '&');
}
