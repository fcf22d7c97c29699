import { describe, expect, it } from 'vitest';
import type { SgidError } from '../../../src/errors/sgid-error.ts';
import { type ListenOptions, planListener } from '../../../src/login/listen-plan.ts';
import { errorOf } from '../../helpers/error-of.ts';

function plan(redirectUri: string, options: ListenOptions = {}): ReturnType<typeof planListener> {
  return planListener(new URL(redirectUri), options);
}

const refusal = (redirectUri: string, options: ListenOptions = {}): Promise<SgidError> =>
  errorOf(() => plan(redirectUri, options));

describe('planListener', () => {
  it.each([
    ['http://localhost:5001/api/redirect', ['127.0.0.1', '::1'], 5001, '/api/redirect', ['localhost:5001']],
    ['http://127.0.0.1:5001/cb', ['127.0.0.1'], 5001, '/cb', ['127.0.0.1:5001']],
    ['http://[::1]:5001/cb', ['::1'], 5001, '/cb', ['[::1]:5001']],
    ['http://127.8.9.10:5001/cb', ['127.8.9.10'], 5001, '/cb', ['127.8.9.10:5001']],
    ['http://localhost/cb', ['127.0.0.1', '::1'], 80, '/cb', ['localhost', 'localhost:80']],
    ['http://LOCALHOST:80/', ['127.0.0.1', '::1'], 80, '/', ['localhost', 'localhost:80']],
    ['http://localhost:5001', ['127.0.0.1', '::1'], 5001, '/', ['localhost:5001']],
    ['http://localhost:5001/a%2Fb?x=1', ['127.0.0.1', '::1'], 5001, '/a%2Fb', ['localhost:5001']],
  ])('listens for %s on loopback literals alone', (uri, addresses, port, path, hosts) => {
    const probeHost = new URL(uri).hostname;
    expect(plan(uri)).toEqual({ addresses, port, path, hosts, probeHost, secure: false });
  });

  it.each([
    ...['https://app.example/cb', 'https://localhost.example/cb', 'http://app.example:5001/cb'],
    ...['http://10.0.0.5:5001/cb', 'http://0.0.0.0:5001/cb', 'http://[::]:5001/cb'],
    ...['http://127.example:5001/cb', 'http://localhost.example:5001/cb'],
  ])('refuses %s, which leads elsewhere', async (uri) => {
    const error = await refusal(uri);
    expect(error).toMatchObject({ code: 'ERR_REDIRECT_URI', step: 'config' });
    expect(error.hint).toMatch(/--manual.*--listen 127\.0\.0\.1:5001/);
  });

  it.each([
    ['https://localhost:5001/cb', ['127.0.0.1', '::1'], 5001, ['localhost:5001']],
    ['https://127.0.0.1/cb', ['127.0.0.1'], 443, ['127.0.0.1', '127.0.0.1:443']],
    ['https://[::1]:5001/cb', ['::1'], 5001, ['[::1]:5001']],
    ['https://localhost:80/cb', ['127.0.0.1', '::1'], 80, ['localhost:80']],
  ])('listens for %s in the same way, with TLS', (uri, addresses, port, hosts) => {
    const { hostname } = new URL(uri);
    const planned = { addresses, port, path: '/cb', hosts, probeHost: hostname, secure: true };
    expect(plan(uri)).toEqual(planned);
    expect(plan(uri, { certified: true })).toEqual(planned);
  });

  it.each([{}, { listen: '5001' }])('refuses a certificate for http: %j', async (options) => {
    const error = await refusal('http://localhost:5001/cb', { ...options, certified: true });
    expect(error).toMatchObject({ code: 'ERR_USAGE', step: 'usage' });
    expect(error.message).toContain('--tls-cert needs an https redirect URI');
  });

  it.each([
    ['myapp://callback', 'is not an http or https URL'],
    ['file:///tmp/cb', 'is not an http or https URL'],
    ['http://localhost:0/cb', 'has no usable port'],
  ])('refuses %s, which %s', async (uri, words) => {
    const message = `the redirect URI ${uri} ${words}`;
    expect(await refusal(uri)).toMatchObject({ code: 'ERR_REDIRECT_URI', step: 'config', message });
  });
});

describe('planListener with --listen', () => {
  const localHosts = ['localhost:5001', '127.0.0.1:5001', '[::1]:5001'];

  it.each([
    ['127.0.0.1:5001', ['127.0.0.1'], localHosts],
    ['127.9.9.9:5001', ['127.9.9.9'], [...localHosts, '127.9.9.9:5001']],
    ['[::1]:5001', ['::1'], localHosts],
    ['[0:0:0:0:0:0:0:1]:5001', ['::1'], localHosts],
    ['localhost:5001', ['127.0.0.1', '::1'], localHosts],
    ['LocalHost:5001', ['127.0.0.1', '::1'], localHosts],
    [':5001', ['127.0.0.1', '::1'], localHosts],
    ['5001', ['127.0.0.1', '::1'], localHosts],
  ])('reads %s, and takes every loopback name beside the registered one', (listen, addresses, hosts) => {
    expect(plan('https://app.example/cb', { listen })).toEqual({
      addresses,
      port: 5001,
      path: '/cb',
      hosts: ['app.example', 'app.example:443', ...hosts],
      secure: false,
    });
  });

  it('leaves TLS to what forwards to it, unless it was given a certificate', () => {
    const planned = plan('https://localhost:5001/cb', { listen: '127.0.0.1:5002' });
    expect(planned).toMatchObject({ port: 5002, secure: false });
    expect(planned).not.toHaveProperty('probeHost');
    const certified = plan('https://localhost:5001/cb', { listen: '127.0.0.1:443', certified: true });
    expect(certified.secure).toBe(true);
    const names = ['localhost', '127.0.0.1', '[::1]'].flatMap((name) => [name, `${name}:443`]);
    expect(certified.hosts).toEqual(['localhost:5001', ...names]);
  });

  it.each([1, 65_535])('takes the port %i', (port) => {
    expect(plan('http://localhost:5001/cb', { listen: `${port}` }).port).toBe(port);
  });

  it('names each Host once, with and without the default port', () => {
    const hosts = ['localhost', '127.0.0.1', '[::1]'].flatMap((name) => [name, `${name}:80`]);
    expect(plan('http://localhost/cb', { listen: 'localhost:80' }).hosts).toEqual(hosts);
  });

  it.each([
    ['0.0.0.0:5001', '0.0.0.0', '0.0.0.0:5001'],
    ['10.0.0.5:5001', '10.0.0.5', '10.0.0.5:5001'],
    ['[::]:5001', '::', '[::]:5001'],
    ['[::ffff:127.0.0.1]:5001', '::ffff:7f00:1', '[::ffff:7f00:1]:5001'],
  ])('refuses %s, which others can reach, without --listen-public', async (listen, address, host) => {
    const error = await refusal('http://localhost:5001/cb', { listen });
    expect(error).toMatchObject({ code: 'ERR_USAGE', step: 'usage' });
    expect(error.hint).toMatch(/127\.0\.0\.1:5001.*--listen-public/);
    const allowed = plan('http://localhost:5001/cb', { listen, listenPublic: true });
    expect(allowed).toMatchObject({ addresses: [address], hosts: ['localhost:5001', host] });
  });

  it.each([
    ...['', 'localhost', '127.0.0.1', '::1:5001', '[::1]', '[::1', '[1:2]:5001', '127.1:5001'],
    '[127.0.0.1]:5001',
    ...['0', ':0', '65536', '-1', '5001x', ' 5001', '5001\n', '1.2.3.4.5:5001', '256.0.0.1:5001'],
    ...['app.example:5001', 'cafe:5001', 'localhost:5001/cb', 'http://localhost:5001', 'user@localhost:5001'],
  ])('refuses %j as malformed', async (listen) => {
    const error = await refusal('http://localhost:5001/cb', { listen, listenPublic: true });
    expect(error).toMatchObject({ code: 'ERR_USAGE', step: 'usage' });
    expect(error.message).toContain(JSON.stringify(listen));
  });
});
