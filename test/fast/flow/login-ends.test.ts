import { describe, expect, it } from 'vitest';
import { isPortFree } from '../../../scripts/ports.mjs';
import { type Visit, withParameters } from '../../helpers/fake-browser.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { createGate } from '../../helpers/gate.ts';
import { holdTime, outlast } from '../../helpers/held-time.ts';
import {
  createInterruption,
  type Flow,
  type FlowOptions,
  logIn,
  startFlow,
  visitAll,
} from '../../helpers/login-flow.ts';
import { type EndpointName, hang, reply } from '../../helpers/loopback-provider.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';

const visit = async () => {};

/** An endpoint, or a browser, during which the program is interrupted, and which never answers. */
const hangAfter = (interrupt: () => void) => (): Promise<never> => {
  interrupt();
  return hang();
};

describe('sgid login that is interrupted', () => {
  const signals = [
    ['ERR_HANGUP', 129, 'The terminal was closed.'],
    ['ERR_INTERRUPTED', 130, 'Interrupted.'],
    ['ERR_TERMINATED', 143, 'Terminated.'],
  ] as const;

  it.each(signals)('before it listens: %s, exit %i, %s', async (code, exitCode, words) => {
    const { signal, interrupt } = createInterruption(code);
    interrupt();
    const flow = await startFlow();
    const other = await occupyPort('127.0.0.1', flow.port);
    const run = await flow.login([], { signal });
    await other.close();
    expect(run).toMatchObject({ exitCode, stdout: '', stderr: `${words}\n`, opened: [], requests: [] });
  });

  it.each(signals)('while it waits: %s, exit %i, %s', async (code, exitCode, words) => {
    const { signal, interrupt } = createInterruption(code);
    const run = await logIn([], { signal, visit: async () => interrupt() });
    expect(run).toMatchObject({ exitCode, stdout: '', portIsFree: true });
    expect(run.stderr).toMatch(new RegExp(`\\(up to 5:00\\)\\.\n${words}\n$`));
  });

  it.each<EndpointName>(['token', 'jwks', 'userinfo'])(
    'while the %s endpoint is asked: exit 130, the port is free at once',
    async (endpoint) => {
      const { signal, interrupt } = createInterruption();
      // The keys are asked for ahead, too.
      const misbehave = () => (flow.provider.countTo('token') === 0 ? reply(500) : hangAfter(interrupt)());
      const flow: Flow = await startFlow({ provider: { [endpoint]: misbehave } });
      const run = await flow.login(['-v'], { signal });
      expect(run).toMatchObject({ exitCode: 130, code: 'Interrupted.', stdout: '', portIsFree: true });
      expect(run.pages[0]?.body).toContain('ERR_INTERRUPTED');
      expect(run.pages[0]?.body).not.toContain('Logged in');
    },
  );

  async function* enterNothing(interrupt: () => void): AsyncGenerator<string> {
    yield '';
    interrupt();
  }
  const retryAfter = (interrupt: () => void) => () => {
    setImmediate(interrupt);
    return reply(503, '', { 'retry-after': '9' });
  };
  const visitWrong = (interrupt: () => void): Visit => {
    const visitCallback = visitAll((genuine) => [withParameters(genuine, { state: 'wrong' })]);
    return (browser, url) => visitCallback(browser, url).then(interrupt);
  };
  it.each<[string, (interrupt: () => void) => FlowOptions & RunOptions, (readonly string[])?]>([
    [
      'it waits for a pasted URL',
      (interrupt) => ({ lines: enterNothing(interrupt) }),
      ['--manual', '--no-browser'],
    ],
    ['the keys are asked for ahead', (interrupt) => ({ visit, provider: { jwks: hangAfter(interrupt) } })],
    ['it waits to ask again', (interrupt) => ({ provider: { userinfo: retryAfter(interrupt) } })],
    ['the browser never finishes', (interrupt) => ({ browser: hangAfter(interrupt) })],
    ['it waits on after an unexpected callback', (interrupt) => ({ visit: visitWrong(interrupt) })],
  ])('while %s: exit 130, and nothing more is said or asked', async (_when, optionsWith, args = []) => {
    const { signal, interrupt } = createInterruption();
    const run = await logIn(args, { ...optionsWith(interrupt), signal });
    expect(run).toMatchObject({ exitCode: 130, code: 'Interrupted.', stdout: '', portIsFree: true });
    expect(run.stderr).not.toMatch(/warning: (?!ignored)/);
    expect(run.flow.provider.countTo('userinfo')).toBeLessThan(2);
  });

  it('gives the embedded provider’s port back as well', async () => {
    const { signal, interrupt } = createInterruption();
    const { redirectUri, port } = await startFlow();
    let provider = 0;
    const browser = async (url: string) => {
      provider = Number(new URL(url).port);
      return hangAfter(interrupt)();
    };
    const args = ['login', '--mock', '--redirect-uri', redirectUri];
    expect(await runSgid(args, { signal, browser })).toMatchObject({ exitCode: 130 });
    expect([await isPortFree(provider), await isPortFree(port)]).toEqual([true, true]);
  });
});

describe('sgid login --timeout', () => {
  const causesIn = (stderr: string) => stderr.match(/(?<=^ {4}\d+\. ).*$/gm);
  const REGISTRATION = ['redirect URI', 'client id', 'scope'].map((words) => expect.stringContaining(words));
  const UNREACHABLE = 'the provider cannot be reached from where the browser runs';
  const ELSEWHERE = 'the browser runs on another machine than this command: use --manual';

  it.each([
    ['', 300_000, '5m', '5:00', '10m'],
    ['--timeout 90s', 90_000, '90s', '1:30', '3m'],
    ['--timeout 10m', 600_000, '10m', '10:00', '20m'],
    ['--timeout 1h', 3_600_000, '60m', '60:00', '120m'],
    ['--timeout 7', 7_000, '7s', '0:07', '1m'],
  ])(
    '%j: waits that long, then exits 6 and frees the port',
    async (args, milliseconds, span, shown, longer) => {
      const clock = createFakeClock();
      const run = await logIn(args.split(' ').filter(Boolean), { visit, clock });
      expect(run).toMatchObject({ exitCode: 6, code: 'ERR_CALLBACK_TIMEOUT', stdout: '', portIsFree: true });
      expect(clock.sleeps).toEqual([milliseconds]);
      expect(run.stderr).toContain(`(up to ${shown})`);
      expect(run.stderr).toContain(`no callback came within ${span}`);
      expect(run.stderr).toContain(`wait longer with --timeout ${longer}.`);
    },
  );

  it('advises what needs no person where CI is set', async () => {
    const { stderr } = await logIn([], { visit, clock: createFakeClock(), env: { CI: '1' } });
    expect(stderr).toMatch(/next: "sgid check".*"sgid login --mock --persona wei-ming"/);
    expect(causesIn(stderr)).toEqual(['nobody is there to log in: CI is set', ...REGISTRATION, UNREACHABLE]);
  });

  it('names the likely causes with the exact values, because sgID shows a page and redirects not', async () => {
    const args = ['--scope', 'openid myinfo.email'];
    const { stderr, flow } = await logIn(args, { visit, clock: createFakeClock() });
    expect(causesIn(stderr)).toEqual([
      'the person did not finish the login',
      `the redirect URI ${flow.redirectUri} is not registered for this client (the browser then shows an error page)`,
      'the client id is wrong, or of another environment',
      'a scope of "openid myinfo.email" is not granted to this client',
      UNREACHABLE,
      ELSEWHERE,
    ]);
    expect(stderr).toContain(`Register exactly ${flow.redirectUri} at http://127.0.0.1:`);
  });

  it('speaks of no portal where the provider is the embedded one', async () => {
    const run = await runSgid(['login', '--mock', '--no-browser'], { clock: createFakeClock() });
    expect(run).toMatchObject({ exitCode: 6, stdout: '' });
    expect(run.stderr).toContain('Log in without a browser with --persona wei-ming, or wait longer');
    expect(run.stderr).not.toContain('portal');
    expect(causesIn(run.stderr)).toEqual(['the person did not finish the login', UNREACHABLE, ELSEWHERE]);
  });

  it('is over when the real clock says so, although standard input stays open', async () => {
    const lines = { [Symbol.asyncIterator]: () => ({ next: () => hang() }) };
    const run = await logIn(['--manual', '--no-browser', '--timeout', '0.05s'], { lines });
    expect(run).toMatchObject({ exitCode: 6, stdout: '' });
    expect(run.stderr).toMatch(/no redirected URL came within 0\.05s.*--timeout 1m\./s);
    expect(causesIn(run.stderr)).toEqual([
      'the person did not finish the login',
      ...REGISTRATION,
      UNREACHABLE,
    ]);
  });

  it.each(['0', '-1s', 'soon', '25d', ''])('refuses %j', async (text) => {
    for (const option of ['--timeout', '--http-timeout']) {
      const run = await runSgid(['login', `${option}=${text}`]);
      expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(option) });
    }
  });
});

it.each(['token', 'jwks', 'userinfo'] as const)(
  '--http-timeout ends a hanging %s endpoint with exit 5',
  async (endpoint) => {
    holdTime();
    const asked = createGate();
    const run = await logIn(['--http-timeout', '5s'], {
      visit: async (browser, url) => {
        if (endpoint === 'jwks') await asked.passed;
        return browser.visit(url);
      },
      provider: {
        [endpoint]: () => {
          asked.open();
          return outlast();
        },
      },
    });
    expect(run).toMatchObject({ exitCode: 5, code: 'ERR_HTTP_TIMEOUT', stdout: '' });
    expect(run.stderr).toContain('did not answer in time');
    // The keys are asked for ahead, and once more when they are needed.
    expect(run.flow.provider.countTo(endpoint)).toBe(endpoint === 'jwks' ? 2 : 1);
    expect(run.pages[0]?.body).toContain('ERR_HTTP_TIMEOUT');
  },
);

it('a bug ends a login with exit 1: asks for a report, and shows with --verbose where it is', async () => {
  const sleep = () => {
    throw new TypeError('a bug of the test');
  };
  const options = { visit, clock: { now: Date.now, sleep } };
  const { stderr, ...run } = await logIn([], options);
  expect(run).toMatchObject({ exitCode: 1, code: 'ERR_INTERNAL', stdout: '' });
  expect(stderr).toMatch(/unexpected failure: TypeError: a bug of the test.*Please report it/s);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect((await logIn(['-v'], options)).stderr).toMatch(/^\s+at .*login-ends\.test\.ts:\d+:\d+/m);
  const other = await logIn(['-v'], { provider: { userinfo: () => reply(500) } });
  expect(other.stderr).not.toMatch(/^\s+at /m);
});
