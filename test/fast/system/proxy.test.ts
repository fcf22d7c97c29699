import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/system/environment.ts';
import { findProxy } from '../../../src/system/proxy.ts';

const PROXY = 'http://proxy.test:3128';

function proxyFor(url: string, env: Environment = { HTTPS_PROXY: PROXY }): string | undefined {
  return findProxy(new URL(url), env)?.label;
}

describe('findProxy', () => {
  it.each([
    ['HTTPS_PROXY', { HTTPS_PROXY: PROXY }],
    ['ALL_PROXY', { ALL_PROXY: PROXY }],
    ['all_proxy', { all_proxy: PROXY }],
    ['https_proxy', { https_proxy: PROXY, HTTPS_PROXY: 'a', all_proxy: 'b', ALL_PROXY: 'c' }],
    ['HTTPS_PROXY', { https_proxy: '', HTTPS_PROXY: ` ${PROXY} `, ALL_PROXY: 'socks5://c' }],
  ])('takes the proxy of %s', (variable, env) => {
    expect(proxyFor('https://api.test', env)).toBe(`proxy.test:3128 (${variable})`);
  });

  it.each([
    ['no variable', {}],
    ['an empty one', { HTTPS_PROXY: '', https_proxy: ' ' }],
    ['HTTP_PROXY alone, which is for plain http', { HTTP_PROXY: PROXY, http_proxy: PROXY }],
  ])('finds none in %s', (_name, env) => {
    expect(proxyFor('https://api.test', env)).toBeUndefined();
  });

  it.each([
    ...['https://localhost:1', 'https://127.0.0.1', 'https://127.9.8.7:1', 'https://[::1]:1'],
    ...['http://localhost', 'http://api.test'],
  ])('sends %s straight there, whatever the variables say', (url) => {
    expect(proxyFor(url, { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY })).toBeUndefined();
    expect(proxyFor(url, { ALL_PROXY: 'socks5://x' })).toBeUndefined();
  });

  it.each([
    ...['https://localhost.evil.test', 'https://127.evil.test', 'https://127.0.0.1.evil.test'],
    'https://[::2]',
  ])('does not take %s for this machine', (url) => {
    expect(proxyFor(url)).toBe('proxy.test:3128 (HTTPS_PROXY)');
  });

  it.each([
    ['http://proxy.test', 'http://proxy.test', 'proxy.test:80'],
    ['https://proxy.test', 'https://proxy.test', 'proxy.test:443'],
    ['proxy.test:3128', PROXY, 'proxy.test:3128'],
    ['me:pass@proxy.test:3128', PROXY, 'proxy.test:3128'],
    ['HTTP://PROXY.test:3128/', PROXY, 'proxy.test:3128'],
    [`"${PROXY}"`, PROXY, 'proxy.test:3128'],
    [` ' ${PROXY} ' `, PROXY, 'proxy.test:3128'],
    [`"me:pass"@proxy.test:3128`, PROXY, 'proxy.test:3128'],
    ['a:b@c@proxy.test:3128', PROXY, 'proxy.test:3128'],
    ['http://[::1]:3128', 'http://[::1]:3128', '[::1]:3128'],
  ])('parses %s', (value, origin, address) => {
    const proxy = findProxy(new URL('https://api.test'), { HTTPS_PROXY: value });
    expect(proxy).toMatchObject({ origin, label: `${address} (HTTPS_PROXY)` });
  });

  it.each([
    ['', undefined, []],
    ['me:pass-word@', 'me:pass-word', ['me:pass-word', 'pass-word']],
    ['me:p%40ss%3Aword@', 'me:p@ss:word', ['me:p@ss:word', 'p@ss:word']],
    ['t%C3%A9l:%E9%99%88%E9%99%88@', 'tél:陈陈', ['tél:陈陈', '陈陈']],
    ['a-token@', 'a-token:', ['a-token:', 'a-token']],
  ])('keeps the credentials %j apart from the rest, and names what is secret', (userinfo, plain, secrets) => {
    const env = { HTTPS_PROXY: `http://${userinfo}proxy.test:3128` };
    expect(findProxy(new URL('https://api.test'), env)).toEqual({
      origin: PROXY,
      label: 'proxy.test:3128 (HTTPS_PROXY)',
      authorization: plain && `Basic ${Buffer.from(plain).toString('base64')}`,
      secrets,
    });
  });

  const encode = 'in its user name or password, which must be percent-encoded:';
  it.each([
    ['http://', 'is not a valid URL'],
    ['http://can ary', 'is not a valid URL'],
    ['http://canary:x', 'is not a valid URL'],
    ['http:/canary:3128', 'is not a valid URL'],
    ['http://proxy.test\\canary:3128', 'is not a valid URL'],
    ['http://proxy.test:3128?canary', 'is not a valid URL'],
    ['"http://canary', 'is not a valid URL'],
    ['http//canary:3128', 'holds a path, and a proxy has a host and a port only'],
    ['http://proxy.test/canary.pac', 'holds a path, and a proxy has a host and a port only'],
    ['canary://proxy.test', 'is not an http or https URL'],
    ['http://CORP\\canary:x@proxy.test:3128', `holds a \\ ${encode} %5C`],
    ['CORP\\canary:x@proxy.test', `holds a \\ ${encode} %5C`],
    ['http://me:can/ary@proxy.test', `holds a / ${encode} %2F`],
    ['http://me:1/canary@proxy.test', `holds a / ${encode} %2F`],
    ['http://me:can?ary@proxy.test', `holds a ? ${encode} %3F`],
    ['http://me:can#ary@proxy.test', `holds a # ${encode} %23`],
    ['http://me:can ary@proxy.test', `holds white space ${encode} %20`],
    ['http://me:can%ary@proxy.test', `holds a % ${encode} %25`],
    ['http://canary%zz:x@proxy.test', `holds a % ${encode} %25`],
    ['http://canary%ff@proxy.test', 'is percent-encoded in its user name or password, but not as UTF-8'],
  ])('refuses %s and does not repeat it', (value, reason) => {
    const message = `ALL_PROXY ${reason}`;
    expect(() => proxyFor('https://api.test', { ALL_PROXY: value })).toThrow(
      expect.objectContaining({ code: 'ERR_PROXY', message, proxySetting: message }),
    );
  });
});

describe('NO_PROXY', () => {
  it.each([
    ['*', 'https://api.id.test'],
    ['API.ID.TEST', 'https://api.id.test:8443'],
    ['id.test', 'https://api.id.test'],
    ['.id.test', 'https://api.id.test'],
    ['*.id.test', 'https://api.id.test'],
    ['.id.test', 'https://id.test'],
    ['id.test.', 'https://id.test'],
    ['a.test, id.test', 'https://id.test'],
    ['a.test id.test', 'https://id.test'],
    ['a.test,,*', 'https://id.test'],
    ['id.test:443', 'https://id.test'],
    ['id.test:8443', 'https://id.test:8443'],
    ['10.1.2.3', 'https://10.1.2.3'],
    ['2001:db8::5', 'https://[2001:db8::5]'],
    ['[2001:db8::5]:8443', 'https://[2001:db8::5]:8443'],
  ])('%s exempts %s, whatever the other variables say', (list, url) => {
    expect(proxyFor(url, { HTTPS_PROXY: PROXY, NO_PROXY: list })).toBeUndefined();
    expect(proxyFor(url, { HTTPS_PROXY: 'socks5://x', NO_PROXY: 'b.test', no_proxy: list })).toBeUndefined();
  });

  it.each([
    ['', 'https://id.test'],
    [',', 'https://id.test'],
    ['.', 'https://id.test'],
    ['d.test', 'https://id.test'],
    ['id.test', 'https://id.test.evil.test'],
    ['id.test', 'https://evilid.test'],
    ['api.id.test', 'https://id.test'],
    ['id.test:8443', 'https://id.test'],
    ['id.test:443', 'https://id.test:8443'],
    ['idxtest', 'https://id.test'],
    ['10.1.2.0/24', 'https://10.1.2.3'],
  ])('%j does not exempt %s', (list, url) => {
    expect(proxyFor(url, { HTTPS_PROXY: PROXY, NO_PROXY: list })).toBeDefined();
  });
});
