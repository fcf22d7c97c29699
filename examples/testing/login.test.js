import { listFaults } from 'sgid-cli/mock';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { start } from './start.js';

let running;
let origin;
let mock;
let visit;

beforeEach(async () => {
  running = await start();
  ({ origin, mock } = running);
  visit = openVisitor();
});
afterEach(() => {
  vi.restoreAllMocks();
  return running?.close();
});

it('greets the person by name', async () => {
  mock.queuePersona('wei-ming');
  expect(await visit('/login')).toContain('<h1>Hello TAN WEI MING</h1>');
});

it('asks for no more than it needs', async () => {
  mock.queuePersona('wei-ming');
  await visit('/login');
  expect(mock.requests()[0].parameters.scope).toBe('openid myinfo.name');
});

it('shows markup in a name as text', async () => {
  mock.queuePersona('marcus');
  const page = await visit('/login');
  expect(page).toContain('Hello MARCUS');
  expect(page).not.toContain('<TEST>');
});

it('says so when the person refuses', async () => {
  mock.queuePersona('wei-ming');
  mock.queueFault('access-denied');
  expect(await visit('/login')).toContain('You did not log in, and nothing was shared.');
  expect(await visit('/')).toContain('Welcome');
});

// Faults with an end of their own, and those of discovery, of which the library makes no use.
const HARMLESS = ['rotated-keys', 'jwks-foreign-key'];
const OTHERS = [...HARMLESS, 'access-denied', 'no-callback', 'wrong-state', 'slow', 'discovery'];
const FAULTS = listFaults()
  .map(({ name }) => name)
  .filter((name) => !OTHERS.some((other) => name.startsWith(other)));

it.each(FAULTS)('lets nobody in under the fault %s', async (name) => {
  mock.queuePersona('wei-ming');
  mock.queueFault(name);
  expect(await visit('/login')).toContain('The login did not succeed.');
  expect(await visit('/')).toContain('Welcome');
  expect(exchanges().length).toBeLessThan(2);
});

it.each(HARMLESS)('logs in although there is the fault %s', async (name) => {
  mock.queuePersona('wei-ming');
  mock.queueFault(name);
  expect(await visit('/login')).toContain('Hello TAN WEI MING');
});

it('exchanges nothing for a callback with another state', async () => {
  mock.queuePersona('wei-ming');
  mock.queueFault('wrong-state');
  expect(await visit('/login')).toContain('This does not belong to your login.');
  expect(exchanges()).toEqual([]);
});

it('lets nobody in with the callback of somebody else', async () => {
  await visit('/login', { until: mock.hostname });
  mock.queuePersona('zoe');
  const callback = await openVisitor()('/login', { until: `${origin}/callback` });
  expect(await visit(callback)).toContain('This does not belong to your login.');
  expect(await visit('/')).toContain('Welcome');
});

it.each([
  ['error=server_error', 'did not succeed'],
  ['error=server_error&code=a', 'did not succeed'],
  ['code=', 'did not succeed'],
  ['code=a&code=b', 'does not belong'],
])('exchanges nothing for a callback with %s', async (outcome, answer) => {
  const { searchParams } = new URL(await visit('/login', { until: mock.hostname }));
  expect(await visit(`/callback?${outcome}&state=${searchParams.get('state')}`)).toContain(answer);
  expect(exchanges()).toEqual([]);
});

it('logs in whichever of two tabs comes back', async () => {
  mock.queuePersona('wei-ming');
  const callback = await visit('/login', { until: `${origin}/callback` });
  await visit('/login', { until: mock.hostname });
  expect(await visit(callback)).toContain('Hello');
});

it('forgets an attempt after a while', async () => {
  mock.queuePersona('wei-ming');
  const callback = await visit('/login', { until: `${origin}/callback` });
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 11 * 60 * 1000);
  expect(await visit(callback)).toContain('does not belong');
});

it('takes no callback that nobody visits', async () => {
  mock.queuePersona('wei-ming');
  const callback = await visit('/login', { until: `${origin}/callback` });
  await visit(callback, { method: 'HEAD' });
  expect(exchanges()).toEqual([]);
  expect(await visit(callback)).toContain('Hello');
});

it('logs out', async () => {
  mock.queuePersona('wei-ming');
  await visit('/login');
  expect(await visit('/')).toContain('Hello');
  await visit('/logout', { method: 'POST', from: 'https://attacker.example' });
  expect(await visit('/')).toContain('Hello');
  expect(await visit('/logout', { method: 'POST' })).toContain('Welcome');
});

/** The answered requests that sent a code: there may be one for each login. */
function exchanges() {
  return mock.requests().filter(({ path }) => path.endsWith('/token'));
}

/**
 * A browser without a window: it keeps its cookie and follows redirects, or gives the first URL that begins with
 * `until`.
 */
function openVisitor() {
  let cookie = '';
  return async function visit(to, { method = 'GET', until, from = origin } = {}) {
    const { href } = new URL(to, origin);
    if (until !== undefined && href.startsWith(until)) return href;
    const answer = await fetch(href, { method, headers: { cookie, origin: from }, redirect: 'manual' });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const location = answer.headers.get('location');
    return location === null ? answer.text() : visit(location, { until });
  };
}
