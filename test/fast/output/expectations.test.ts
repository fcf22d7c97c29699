import { describe, expect, it } from 'vitest';
import {
  adviseOnAbsent,
  checkExpectations,
  parseExpectation,
  requireMet,
} from '../../../src/output/expectations.ts';
import { expectLinearTime } from '../../helpers/growth.ts';

const CLAIMS = new Map([
  ['sub', 'u=1'],
  ['myinfo.name', 'CANARY=NAME~1'],
]);

const check = (...texts: string[]): void => {
  const expectations = texts.map(parseExpectation);
  requireMet(expectations, checkExpectations(expectations, CLAIMS), CLAIMS);
};

it.each([
  [['sub'], 'Claims received: sub, myinfo.name.'],
  [
    ['myinfo.email', 'email'],
    'Log in with the scope myinfo.email, if it was left out. Claims received: sub, myinfo.name.',
  ],
  [['name', 'myinfo.nmae'], 'Did you mean myinfo.name? Claims received: sub, myinfo.name.'],
  [['openid', 'nothing-like-it'], 'Claims received: sub, myinfo.name.'],
])('advises on the absent among %j', (wanted, advice) => {
  expect(adviseOnAbsent(wanted, CLAIMS)).toBe(advice);
});

it('advises in linear time, whatever the provider calls its claims', async () => {
  await expectLinearTime(200_000, (size) => {
    adviseOnAbsent(['x'.repeat(100)], new Map([['x'.repeat(size), '']]));
    adviseOnAbsent(['x'.repeat(100)], new Map(Array.from({ length: size / 10 }, (_, n) => [`x${n}`, ''])));
  });
});

describe('--expect', () => {
  it.each(['myinfo.name=CANARY=NAME~1', 'myinfo.name~=NAME~\\d$', 'sub=u=1'])('accepts %s', (text) => {
    expect(() => check(text)).not.toThrow();
  });

  it.each(['myinfo.name=CANARY', 'myinfo.name=', '__proto__', 'constructor'])('refuses %s', (text) => {
    expect(() => check(text)).toThrow(expect.objectContaining({ code: 'ERR_EXPECTATION' }));
  });

  it('gives up on a pattern that would take years', () => {
    const claims = new Map([['myinfo.name', `${'a'.repeat(45)}!`]]);
    expect(() => checkExpectations([parseExpectation('myinfo.name~^(a+)+$')], claims)).toThrow(
      expect.objectContaining({ code: 'ERR_EXPECTATION', message: expect.stringContaining('took too long') }),
    );
  });

  it.each(['', '=x', '~x', 'myinfo.name~('])('is a usage error when it reads %j', (text) => {
    expect(() => parseExpectation(text)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });
});
