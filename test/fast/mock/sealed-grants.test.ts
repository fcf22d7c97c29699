import { describe, expect, it } from 'vitest';
import { type Grant, GrantStore } from '../../../src/mock/grants.ts';
import { createMockApp } from '../../helpers/mock-app.ts';
import { createTestProvider, getUserinfo, obtainTokens } from './relying-party.ts';

const SECRET = Buffer.from('a public test secret of the tests');
const OTHER_SECRET = Buffer.from('another public test secret of them');
const START = Date.UTC(2030, 0, 1);

const grant: Grant = {
  clientId: 'a',
  redirectUri: 'http://localhost:5001/callback',
  codeChallenge: 'challenge',
  nonce: 'nonce',
  scopes: ['openid', 'myinfo.name'],
  personaId: 'wei-ming',
  fault: 'bad-field',
};

/** A process of its own, on a clock that it shares with the others. */
function createStore(clock = { now: START }, secret: Uint8Array = SECRET): GrantStore {
  return new GrantStore(() => clock.now, secret);
}

describe('sealed grants', () => {
  it('are read by every store with the same secret, each step by another one', () => {
    const [one, two, three] = [createStore(), createStore(), createStore()];
    const code = one.issueCode(grant);
    expect(two.redeemCode(code, 'a')).toEqual({ kind: 'granted', grant });
    expect(three.verifyToken(two.issueToken(code, grant))).toEqual({ kind: 'live', grant });
  });

  it('carry a grant without nonce and fault', () => {
    const plain = { ...grant, nonce: undefined, fault: undefined };
    expect(createStore().redeemCode(createStore().issueCode(plain), 'a')).toEqual({
      kind: 'granted',
      grant: plain,
    });
  });

  it('are unknown under another secret', () => {
    const other = createStore(undefined, OTHER_SECRET);
    const code = other.issueCode(grant);
    expect(createStore().redeemCode(code, 'a')).toEqual({ kind: 'unknown' });
    expect(createStore().verifyToken(other.issueToken(code, grant))).toEqual({ kind: 'unknown' });
  });

  it('keep a code from passing for a token, and the other way round', () => {
    const store = createStore();
    const code = store.issueCode(grant);
    expect(store.verifyToken(code)).toEqual({ kind: 'unknown' });
    expect(store.redeemCode(store.issueToken(code, grant), 'a')).toEqual({ kind: 'unknown' });
    expect(store.redeemCode(code, 'a').kind).toBe('granted');
  });

  it('show nothing of what they hold', () => {
    const store = createStore();
    const code = store.issueCode(grant);
    for (const credential of [code, store.issueToken(code, grant)]) {
      expect(Buffer.from(credential, 'base64url').toString('latin1')).not.toMatch(
        /wei-ming|nonce|openid|5001/,
      );
      expect(credential).toMatch(/^[\w-]+$/);
    }
    expect(store.issueCode(grant)).not.toBe(code);
  });

  it('expire', () => {
    const clock = { now: START };
    const store = createStore(clock);
    const [code, spare] = [store.issueCode(grant), store.issueCode(grant)];
    clock.now += 59_999;
    expect(store.redeemCode(code, 'a').kind).toBe('granted');
    const token = store.issueToken(code, grant);
    clock.now += 1;
    expect(store.redeemCode(spare, 'a')).toEqual({ kind: 'expired' });
    clock.now += 599_998;
    expect(store.verifyToken(token).kind).toBe('live');
    clock.now += 1;
    expect(store.verifyToken(token)).toEqual({ kind: 'expired' });
  });

  it('leave a code of another client alone', () => {
    const store = createStore();
    const code = store.issueCode(grant);
    expect(store.redeemCode(code, 'b')).toEqual({ kind: 'foreign' });
    expect(store.redeemCode(code, 'a').kind).toBe('granted');
  });

  it.each([0, 1, 15])('are not sealed under a secret of %i bytes', (length) => {
    expect(() => createStore(undefined, new Uint8Array(length))).toThrow(
      expect.objectContaining({ code: 'ERR_USAGE' }),
    );
  });
});

describe('a code that is used twice', () => {
  it('in one process is refused, and revokes the token there', () => {
    const store = createStore();
    const code = store.issueCode(grant);
    store.redeemCode(code, 'a');
    const token = store.issueToken(code, grant);
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'used' });
    expect(store.verifyToken(token)).toEqual({ kind: 'revoked' });
  });

  it('revokes no other token', () => {
    const store = createStore();
    const [code, other] = [store.issueCode(grant), store.issueCode(grant)];
    for (const each of [code, other, code]) store.redeemCode(each, 'a');
    expect(store.verifyToken(store.issueToken(other, grant)).kind).toBe('live');
  });

  it('revokes as long as the token lives, and however often it comes', () => {
    const clock = { now: START };
    const store = createStore(clock);
    const code = store.issueCode(grant);
    store.redeemCode(code, 'a');
    clock.now += 59_000;
    const token = store.issueToken(code, grant);
    clock.now += 598_000;
    for (let other = 0; other < 3_000; other += 1) store.redeemCode(store.issueCode(grant), 'a');
    for (let turn = 0; turn < 3; turn += 1) expect(store.redeemCode(code, 'a')).toEqual({ kind: 'used' });
    expect(store.verifyToken(token)).toEqual({ kind: 'revoked' });
  });

  it('revokes a token that took long to be issued as long as that lives', () => {
    const clock = { now: START };
    const store = createStore(clock);
    const code = store.issueCode(grant);
    store.redeemCode(code, 'a');
    clock.now += 90_000;
    const token = store.issueToken(code, grant);
    clock.now += 599_999;
    store.redeemCode(store.issueCode(grant), 'a');
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'used' });
    expect(store.verifyToken(token)).toEqual({ kind: 'revoked' });
  });

  it('stays spent after a reset', () => {
    const store = createStore();
    const code = store.issueCode(grant);
    store.redeemCode(code, 'a');
    store.clear();
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'used' });
  });

  // The price of keeping nothing in common, as the documentation says.
  it('in two processes works in both', () => {
    const code = createStore().issueCode(grant);
    expect(createStore().redeemCode(code, 'a').kind).toBe('granted');
    expect(createStore().redeemCode(code, 'a').kind).toBe('granted');
  });
});

describe('a provider with a secret', () => {
  it('logs our own client in', async () => {
    const { data } = await createMockApp({ secret: SECRET }).login();
    expect(data['myinfo.name']).toBe('TAN WEI MING');
  });

  it('refuses tokens of another secret, of another client registry, and of another release', async () => {
    const provider = createTestProvider({ secret: SECRET });
    const statusFor = async (token: string): Promise<number> =>
      (await getUserinfo(provider, `Bearer ${token}`)).status;
    const { access_token } = await obtainTokens(createTestProvider({ secret: OTHER_SECRET }));
    expect(await statusFor(access_token)).toBe(401);
    const store = new GrantStore(Date.now, SECRET);
    const known = { ...grant, clientId: 'MOCK-7e57c11e', fault: undefined };
    expect(await statusFor(store.issueToken('', known))).toBe(200);
    expect(await statusFor(store.issueToken('', { ...known, clientId: 'gone' }))).toBe(401);
    expect(await statusFor(store.issueToken('', { ...known, personaId: 'gone' }))).toBe(401);
  });
});
