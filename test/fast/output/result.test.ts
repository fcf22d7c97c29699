import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { listClaims, type Result, renderJson, renderResult } from '../../../src/output/result.ts';
import { stripControls } from '../../../src/text/printable.ts';

const LOGIN: Result = {
  sub: 'u=0000',
  data: { 'myinfo.name': "O'INVENTED", 'myinfo.vehicles': '[{"vehicle_number":"SXX1A"}]' },
  accessToken: 'access',
  idToken: 'id',
};
const render = (login: Partial<Result>, flags: Parameters<typeof renderResult>[1]) =>
  renderResult({ ...LOGIN, ...login }, flags);

const evaluate = (script: string, print: string): string =>
  execFileSync('sh', ['-c', `eval "$1"; printf %s "${print}"`, 'sh', script], { encoding: 'utf8', env: {} });

describe('renderResult', () => {
  it('escapes every character that no terminal is given', () => {
    const dangerous = Array.from({ length: 0xe_1000 - 0x20 }, (_, index) =>
      String.fromCodePoint(index + 0x20),
    )
      .filter((character) => stripControls(character) === '')
      .join('');
    const { text } = render({ data: { 'myinfo.name': dangerous } }, {});
    expect(dangerous.length).toBeGreaterThan(4000);
    expect(text.split('\n').map(stripControls).join('\n')).toBe(text);
    expect(JSON.parse(text).data['myinfo.name']).toBe(dangerous);
  });

  it('takes what nobody sees out of a plain value, but line breaks', () => {
    const data = { 'myinfo.name': 'a\u001b[31m\u009b\u00ad\u{e0041}b\nc' };
    expect(render({ data }, { field: 'myinfo.name' }).text).toBe('ab\nc\n');
    expect(render({ data }, { format: 'env' }).text).toContain("MYINFO_NAME='ab\nc'\n");
  });

  it('keeps claims called __proto__ and constructor as claims', () => {
    const data = JSON.parse('{"__proto__":"{\\"polluted\\":true}","constructor":"x"}');
    const { data: printed } = JSON.parse(render({ data }, {}).text);
    expect(Object.keys(printed)).toEqual(['__proto__', 'constructor']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it.each(['myinfo.email', 'toString', '__proto__'])('fails on the absent claim %s', (field) => {
    expect(() => render({}, { field })).toThrow(expect.objectContaining({ code: 'ERR_CLAIM_ABSENT' }));
  });
});

describe('renderResult for a shell', () => {
  it.each(["it's", '$(touch /x)`id`', 'a\nb', '\\', '"\'"', '', ' x ', '陳'])('survives eval: %j', (name) => {
    const { text } = render({ data: { 'myinfo.name': name } }, { format: 'env' });
    expect(evaluate(text, '$MYINFO_NAME')).toBe(name);
  });

  it('makes variables only of claims that the catalogue knows, and says so', () => {
    const data = { 'myinfo.name': 'x', 'ld.preload': '/evil.so', path: '/evil' };
    const { text, notices } = render({ data }, { format: 'env' });
    expect(text).toBe("SUB='u=0000'\nMYINFO_NAME='x'\n");
    expect(notices).toEqual([expect.stringContaining('2 claim(s)')]);
  });

  it('survives eval: a sequence does not take the closing quote with it', () => {
    const data = { 'myinfo.name': 'a\u001b]', 'myinfo.email': "; printf pwned; '", 'myinfo.sex': 'b\u001b]' };
    const { text } = render({ data }, { format: 'env' });
    expect(text).not.toContain('\u001b');
    expect(evaluate(text, '$MYINFO_NAME|$MYINFO_EMAIL|$MYINFO_SEX')).toBe("a|; printf pwned; '|b");
  });

  it('adds the tokens only when asked', () => {
    expect(render({}, { format: 'env' }).text).not.toContain('TOKEN');
    const { text } = render({}, { format: 'env', includeTokens: true });
    expect(text).toContain("ACCESS_TOKEN='access'\nID_TOKEN='id'\n");
  });
});

describe('listClaims', () => {
  it('puts the subject among the claims, and a claim called sub does not hide it', () => {
    expect([...listClaims(LOGIN).keys()]).toEqual(['sub', 'myinfo.name', 'myinfo.vehicles']);
    expect(listClaims({ sub: 'u=0000', data: { sub: 'other' } }).get('sub')).toBe('u=0000');
  });
});

it('renderJson spells what a terminal or a runner would obey, and stays the same document', () => {
  const document = {
    'a\u202e': 'b\u001b[2J\u007f\u009b##[x\u200b\u2028\u{e0041}',
    c: ['##[group]', '##vso[task]', '#', '[]', '陳மீ'],
  };
  const text = renderJson(document);
  for (const control of ['\u202e', '\u001b', '\u007f', '\u009b', '\u200b', '\u2028', '##[', '##vso['])
    expect(text).not.toContain(control);
  expect(text).toContain('\\udb40\\udc41');
  expect(text).toContain('陳மீ');
  expect(JSON.parse(text)).toEqual(document);
});
