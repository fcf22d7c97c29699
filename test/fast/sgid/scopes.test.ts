import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SCOPE,
  findUnknownScopes,
  parseScope,
  SCOPE_NAMES,
  SCOPES,
} from '../../../src/sgid/scopes.ts';
import { errorOf } from '../../helpers/error-of.ts';

const LONG = 'a'.repeat(4_089);

describe('parseScope', () => {
  it.each([
    ['one', 'openid', ['openid'], []],
    ['those of the default', DEFAULT_SCOPE, ['openid', 'myinfo.name'], []],
    ['in another order', 'myinfo.name openid', ['myinfo.name', 'openid'], []],
    ['repeated', 'openid openid myinfo.name openid', ['openid', 'myinfo.name'], []],
    ['with much white space', '  openid\t\n myinfo.name  ', ['openid', 'myinfo.name'], []],
    ['of 4096 characters', `openid ${LONG}`, ['openid', LONG], [LONG]],
    ['unknown', 'openid myinfo.shoe_size', ['openid', 'myinfo.shoe_size'], ['myinfo.shoe_size']],
    ['in other case', 'openid MYINFO.NAME', ['openid', 'MYINFO.NAME'], ['MYINFO.NAME']],
    ['like parts of every object', 'openid __proto__', ['openid', '__proto__'], ['__proto__']],
  ])('reads scopes: %s', (_name, scope, scopes, unknown) => {
    expect(parseScope(scope)).toEqual(scopes);
    expect(findUnknownScopes(scopes)).toEqual(unknown);
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['no openid', 'myinfo.name'],
    ['openid in other case', 'OpenID myinfo.name'],
    ['openid as a part', 'openid.x'],
    ['commas', 'openid,myinfo.name'],
    ['more than any URL takes', `openid ${'a'.repeat(4_090)}`, 'the scope is longer than 4096 characters'],
    ['a quote', 'openid "x"'],
    ['a backslash', 'openid a\\b'],
    ['a control character', 'openid a\u0007b'],
    ['a letter beyond ASCII', 'openid myinfo.näme'],
    ['DEL', 'openid a\u007f'],
  ])('refuses %s', async (_name, scope, message = expect.any(String)) => {
    const error = await errorOf(() => parseScope(scope));
    expect(error).toMatchObject({ code: 'ERR_SCOPE', step: 'config', message });
    expect(error.hint).toContain('openid');
  });

  it('quotes a malformed name safe to print', async () => {
    const error = await errorOf(() => parseScope('openid a\u001b[2J\u009b2J\u202eb\u200bc'));
    expect(error.message).toBe('the scope name "a\\u001b[2J2Jbc" holds a forbidden character');
    const long = await errorOf(() => parseScope(`openid ${'é'.repeat(5000)}`));
    expect(long.message.length).toBeLessThan(300);
  });

  it('hints at the scope with openid in it', async () => {
    const error = await errorOf(() => parseScope('myinfo.name myinfo.sex'));
    expect(error.hint).toBe('Use the scope "openid myinfo.name myinfo.sex" (--scope).');
  });

  it.each([
    ['openid,myinfo.name', 'openid myinfo.name'],
    ['openid, myinfo.name', 'openid myinfo.name'],
    ['openid myinfo.name,myinfo.sex', 'openid myinfo.name myinfo.sex'],
    ['openid,openid,,myinfo.name,', 'openid myinfo.name'],
    ['myinfo.name,myinfo.sex', 'openid myinfo.name myinfo.sex'],
  ])('says that spaces separate names, not commas: %s', async (scope, corrected) => {
    const error = await errorOf(() => parseScope(scope));
    expect(error).toMatchObject({
      code: 'ERR_SCOPE',
      message: 'the scope holds commas; spaces separate its names',
      hint: `Use the scope "${corrected}" (--scope).`,
    });
    expect(findUnknownScopes(parseScope(corrected))).toEqual([]);
  });
});

describe('SCOPES', () => {
  it('names each scope once, with a description', () => {
    expect(new Set(SCOPE_NAMES).size).toBe(SCOPES.length);
    expect(SCOPES.every((scope) => scope.description !== '')).toBe(true);
  });

  it('passes its own reading', () => {
    expect(parseScope(SCOPE_NAMES.join(' '))).toEqual(SCOPE_NAMES);
  });
});
