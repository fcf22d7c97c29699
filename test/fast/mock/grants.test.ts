import { beforeEach, describe, expect, it } from 'vitest';
import { type Grant, GrantStore } from '../../../src/mock/grants.ts';
import { createTestProvider, getUserinfo } from './relying-party.ts';

const SECRET = Buffer.from('a public test secret of the tests');
let now: number;

const grant: Grant = {
  clientId: 'a',
  redirectUri: 'http://localhost:5001/callback',
  codeChallenge: 'challenge',
  nonce: 'nonce',
  authTime: 1_893_456_000,
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

  it('come back whole until they expire, a code after a minute and a token after ten', () => {
    const store = createStore(secret);
    const [code, spare] = [store.issueCode(grant), store.issueCode(grant)];
    now += 59_999;
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'granted', grant });
    const token = store.issueToken(code, grant);
    now += 1;
    expect(store.redeemCode(spare, 'a')).toEqual({ kind: 'expired' });
    now += 599_998;
    expect(store.verifyToken(token)).toEqual({ kind: 'live', grant });
    now += 1;
    expect(store.verifyToken(token)).toEqual({ kind: 'expired' });
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
    const [token, other] = [store.issueToken(code, grant), store.issueToken('', grant)];
    for (const [passed, kinds] of [
      [659_999, ['used', 'revoked', 'expired']],
      [1, ['unknown', 'unknown', 'unknown']],
    ] as const) {
      now += passed;
      store.issueToken(store.issueCode(grant), grant);
      const found = [store.redeemCode(code, 'a'), store.verifyToken(token), store.verifyToken(other)];
      expect(found.map(({ kind }) => kind)).toEqual(kinds);
    }
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
  it('stay spent after a reset, but only for the store that redeemed them', () => {
    const store = createStore(SECRET);
    const code = store.issueCode(grant);
    store.redeemCode(code, 'a');
    store.clear();
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'used' });
    // The price of keeping nothing in common, as the documentation says.
    expect(createStore(SECRET).redeemCode(code, 'a')).toEqual({ kind: 'granted', grant });
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

  it('are refused when their client or persona is gone', async () => {
    const provider = createTestProvider({ secret: SECRET });
    now = Date.now();
    const known = { ...grant, clientId: 'MOCK-7e57c11e', fault: undefined };
    const statuses = [known, { ...known, clientId: 'gone' }, { ...known, personaId: 'gone' }].map(
      async (one) => (await getUserinfo(provider, `Bearer ${store.issueToken('', one)}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 401, 401]);
  });
});
