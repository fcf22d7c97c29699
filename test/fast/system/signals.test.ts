import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { abortOnSignals } from '../../../src/system/signals.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A process of an invented system, and the signals that it was sent. */
class FakeProcess extends EventEmitter {
  readonly pid = 4711;
  readonly sent: string[] = [];
  readonly platform: NodeJS.Platform;

  constructor(platform: NodeJS.Platform) {
    super();
    this.platform = platform;
  }

  kill(pid: number, signal: string): void {
    this.sent.push(`${signal} to ${pid}`);
  }
}

describe.each(['linux', 'darwin', 'win32'] as const)('on %s', (platform) => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s aborts with its own reason', (signal) => {
    const process = new FakeProcess(platform);
    const aborted = abortOnSignals((name) => `stopped by ${name}`, process);
    expect(aborted.aborted).toBe(false);
    process.emit(signal);
    expect(aborted.reason).toBe(`stopped by ${signal}`);
  });

  it('the second does what it does by default', () => {
    const process = new FakeProcess(platform);
    abortOnSignals(String, process);
    process.emit('SIGINT');
    expect(process.listenerCount('SIGINT')).toBe(1);
    vi.advanceTimersByTime(1);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it('what cannot be aborted is ended after two seconds', () => {
    const process = new FakeProcess(platform);
    abortOnSignals(String, process);
    process.emit('SIGHUP');
    vi.advanceTimersByTime(1_999);
    expect(process.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    // Windows has no SIGHUP to send: Node would throw.
    expect(process.sent).toEqual([platform === 'win32' ? 'SIGKILL to 4711' : 'SIGHUP to 4711']);
  });
});

it('Ctrl-Break counts on Windows alone', () => {
  const listened = (platform: NodeJS.Platform): number => {
    const process = new FakeProcess(platform);
    abortOnSignals(String, process);
    return process.listenerCount('SIGBREAK');
  };
  expect([listened('win32'), listened('linux')]).toEqual([1, 0]);
});
