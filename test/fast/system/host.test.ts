import { expect, it } from 'vitest';
import { isIpAddress, isLoopback } from '../../../src/system/host.ts';

it.each([
  ...['', 'localhost.', 'xlocalhost', '128.0.0.1', '1127.0.0.1', '127.0.0.1x', '127.0.0.256', '127.1'],
  ...['127.0.0.1.evil.test', '[::2]', '::', '0.0.0.0', '::1:80', '127.0.0.1:80', '[127.0.0.1]'],
])('%j is not this machine', (host) => {
  for (const own of ['localhost', '127.0.0.1', '127.255.255.255', '[::1]', '::1'])
    expect(isLoopback(own)).toBe(true);
  expect(isLoopback(host)).toBe(false);
});

it.each([
  ...['', 'localhost', '127.1', '1.2.3', '256.0.0.1', '1.2.3.4.5', '1.2.3.4:80', '[::1]', ':', '1::2::3'],
  ...['::1]/x', '::1%eth0', 'a.b.c.d'],
])('%j is not an IP address', (host) => {
  for (const address of ['127.0.0.1', '255.255.255.255', '::', '::1', '2001:db8::1', '::ffff:1.2.3.4'])
    expect(isIpAddress(address)).toBe(true);
  expect(isIpAddress(host)).toBe(false);
});
