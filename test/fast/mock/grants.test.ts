import { beforeEach, describe, expect, it } from 'vitest';
import { type Grant, GrantStore } from '../../../src/mock/grants.ts';
import { createMockApp } from '../../helpers/mock-app.ts';
import { createTestProvider, getUserinfo, obtainTokens } from './relying-party.ts';

const SECRET = Buffer.from('a public test secret of the tests');
const OTHER_SECRET = Buffer.from('another public test secret of them');
let now: number;

const grant: Grant = {
  clientId: 'a',
  redirectUri: 'http://localhost:5001/callback',
  codeChallenge: 'challenge',
  nonce: 'nonce',
  scopes: ['openid', 'myinfo.name'],
  personaId: 'wei-ming',
  fault: 'bad-field',
};

beforeEach(() => {
  now = Date.UTC(2030, 0, 1);
});

function createStore(secret?: Uint8Array): GrantStore {
  return new GrantStore(() => now, secret);
}

describe.each([
  ['in memory', undefined],
  ['sealed', SECRET],
])('grants %s', (_where, secret) => {
  it.each([grant, { ...grant, nonce: undefined, fault: undefined }])('come back whole: %j', (granted) => {
    const store = createStore(secret);
    const code = store.issueCode(granted);
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'granted', grant: granted });
    expect(store.verifyToken(store.issueToken(code, granted))).toEqual({ kind: 'live', grant: granted });
  });

  it('have codes and tokens that nobody can guess or take for each other', () => {
    const store = createStore(secret);
    const codes = Array.from({ length: 50 }, () => store.issueCode(grant));
    const tokens = codes.map((code) => store.issueToken(code, grant));
    expect(new Set([...codes, ...tokens]).size).toBe(100);
    for (const text of [...codes, ...tokens]) {
      expect(Buffer.from(text, 'base64url').length).toBeGreaterThanOrEqual(32);
      expect(Buffer.from(text, 'base64url').toString('latin1')).not.toMatch(/wei-ming|nonce|openid|5001/);
    }
    expect(store.verifyToken(codes[0] ?? '')).toEqual({ kind: 'unknown' });
    expect(store.redeemCode(tokens[0] ?? '', 'a')).toEqual({ kind: 'unknown' });
  });

  it('expire, a code after a minute and a token after ten', () => {
    const store = createStore(secret);
    const [code, spare] = [store.issueCode(grant), store.issueCode(grant)];
    now += 59_999;
    expect(store.redeemCode(code, 'a').kind).toBe('granted');
    const token = store.issueToken(code, grant);
    now += 1;
    expect(store.redeemCode(spare, 'a')).toEqual({ kind: 'expired' });
    now += 599_998;
    expect(store.verifyToken(token).kind).toBe('live');
    now += 1;
    expect(store.verifyToken(token)).toEqual({ kind: 'expired' });
  });

  it('leave a code of another client alone', () => {
    const store = createStore(secret);
    const code = store.issueCode(grant);
    expect(store.redeemCode(code, 'b')).toEqual({ kind: 'foreign' });
    expect(store.redeemCode(code, 'a').kind).toBe('granted');
  });

  it.each([0, 59_999, 90_000, 600_000])(
    'whose code comes again are revoked as long as a token issued after %i ms lives',
    (waited) => {
      const store = createStore(secret);
      const code = store.issueCode(grant);
      store.redeemCode(code, 'a');
      now += waited;
      const token = store.issueToken(code, grant);
      now += 599_999;
      for (let other = 0; other < 3_000; other += 1) store.redeemCode(store.issueCode(grant), 'a');
      expect(store.verifyToken(token).kind).toBe('live');
      for (let turn = 0; turn < 3; turn += 1) expect(store.redeemCode(code, 'a')).toEqual({ kind: 'used' });
      expect(store.verifyToken(token)).toEqual({ kind: 'revoked' });
    },
  );

  it('whose code comes again before their token are revoked, and no other', () => {
    const store = createStore(secret);
    const [code, other] = [store.issueCode(grant), store.issueCode(grant)];
    for (const each of [code, other, code]) store.redeemCode(each, 'a');
    expect(store.verifyToken(store.issueToken(code, grant))).toEqual({ kind: 'revoked' });
    expect(store.verifyToken(store.issueToken(other, grant)).kind).toBe('live');
  });
});

describe('grants in memory', () => {
  it('are forgotten: a code when its token has expired, a token a minute after', () => {
    const store = createStore();
    const code = store.issueCode(grant);
    store.redeemCode(code, 'a');
    const token = store.issueToken(code, grant);
    for (const [passed, kinds] of [
      [659_999, ['used', 'revoked']],
      [1, ['unknown', 'unknown']],
    ] as const) {
      now += passed;
      store.issueToken(store.issueCode(grant), grant);
      expect([store.redeemCode(code, 'a').kind, store.verifyToken(token).kind]).toEqual(kinds);
    }
  });

  it('tell an expired token from an unknown one for a minute', () => {
    const store = createStore();
    const token = store.issueToken('', grant);
    now += 659_999;
    store.issueToken('', grant);
    expect(store.verifyToken(token)).toEqual({ kind: 'expired' });
    now += 1;
    store.issueToken('', grant);
    expect(store.verifyToken(token)).toEqual({ kind: 'unknown' });
  });

  it('push out the oldest beyond 50,000, however short the time', () => {
    const store = createStore();
    const logIn = (): { code: string; token: string } => {
      const code = store.issueCode(grant);
      store.redeemCode(code, 'a');
      return { code, token: store.issueToken(code, grant) };
    };
    const logins = [logIn(), logIn()];
    for (let login = 2; login < 50_000; login += 1) logIn();
    expect(store.verifyToken(logins[0]?.token ?? '').kind).toBe('live');
    logins.push(logIn());
    expect(logins.map(({ token }) => store.verifyToken(token).kind)).toEqual(['unknown', 'live', 'live']);
    expect(logins.map(({ code }) => store.redeemCode(code, 'a').kind)).toEqual(['unknown', 'used', 'used']);
  });
});

describe('sealed grants', () => {
  it('are opened by every store with the same secret, each step by another one, and by no other', () => {
    const [one, two, three, other] = [SECRET, SECRET, SECRET, OTHER_SECRET].map(createStore);
    const code = one?.issueCode(grant) ?? '';
    expect(other?.redeemCode(code, 'a')).toEqual({ kind: 'unknown' });
    expect(two?.redeemCode(code, 'a')).toEqual({ kind: 'granted', grant });
    const token = two?.issueToken(code, grant) ?? '';
    expect(three?.verifyToken(token)).toEqual({ kind: 'live', grant });
    expect(other?.verifyToken(token)).toEqual({ kind: 'unknown' });
    // The price of keeping nothing in common, as the documentation says.
    expect(three?.redeemCode(code, 'a').kind).toBe('granted');
  });

  it('stay spent after a reset', () => {
    const store = createStore(SECRET);
    const code = store.issueCode(grant);
    store.redeemCode(code, 'a');
    store.clear();
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'used' });
  });

  it.each([0, 1, 15])('are not sealed under a secret of %i bytes', (length) => {
    expect(() => createStore(new Uint8Array(length))).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });

  const store = createStore(SECRET);
  const verify = (token: string): string => store.verifyToken(token).kind;

  it('notice every bit that is turned, and every character that is changed or left out', () => {
    const token = store.issueToken('', grant);
    const bytes = Buffer.from(token, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const turned = Buffer.from(bytes);
      turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(verify(turned.toString('base64url'))).toBe('unknown');
    }
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      for (const end of [other + token.slice(at + 1), token.slice(at + 1), '']) {
        expect(verify(token.slice(0, at) + end)).toBe('unknown');
      }
    }
  });

  it('have one spelling', () => {
    // The last character of a base64url text whose length is not a multiple of four has bits to spare.
    const token =
      ['x', 'xx', 'xxx']
        .map((nonce) => store.issueToken('', { ...grant, nonce }))
        .find((one) => one.length % 4 !== 0) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? '') + 1];
    const standard = `${token.replaceAll('-', '+').replaceAll('_', '/')}+`;
    expect(verify(token)).not.toBe('unknown');
    for (const text of [`${token}=`, `${token}==`, ` ${token}`, `${token}\n`, `${token}.`, twin, standard]) {
      expect(verify(text)).toBe('unknown');
    }
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['one character', 'A'],
    ['as much as an IV and a tag, and no more', 'A'.repeat(37)],
    ['text', 'not a credential at all, but long enough to be taken for one'],
    ['characters beyond ASCII', 'é陈😀'.repeat(40)],
    ['NUL', '\0'.repeat(100)],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('are none in %s', (_what, text) => {
    expect([verify(text), store.redeemCode(text, 'a').kind]).toEqual(['unknown', 'unknown']);
  });

  it('log our own client in', async () => {
    const { data } = await createMockApp({ secret: SECRET }).login();
    expect(data['myinfo.name']).toBe('TAN WEI MING');
  });

  it('are refused of another secret, and of another client registry', async () => {
    const provider = createTestProvider({ secret: SECRET });
    const statusFor = async (token: string): Promise<number> =>
      (await getUserinfo(provider, `Bearer ${token}`)).status;
    const { access_token } = await obtainTokens(createTestProvider({ secret: OTHER_SECRET }));
    now = Date.now();
    const known = { ...grant, clientId: 'MOCK-7e57c11e', fault: undefined };
    const tokens = [known, { ...known, clientId: 'gone' }, { ...known, personaId: 'gone' }];
    const texts = [access_token, ...tokens.map((one) => store.issueToken('', one))];
    expect(await Promise.all(texts.map(statusFor))).toEqual([401, 200, 401, 401]);
  });
});
