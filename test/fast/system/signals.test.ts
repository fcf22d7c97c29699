import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { abortOnSignals } from '../../../src/system/signals.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] }));
afterEach(() => void vi.useRealTimers());

/** A process of an invented system, and the signals that it was sent. */
function fakeProcess(platform: NodeJS.Platform) {
  const sent: string[] = [];
  const kill = (pid: number, signal: string): void => void sent.push(`${signal} to ${pid}`);
  return Object.assign(new EventEmitter(), { pid: 4711, platform, kill, sent });
}

const POSIX = ['SIGINT', 'SIGTERM', 'SIGHUP'];

it.each([
  ['linux', 'SIGHUP', POSIX],
  ['darwin', 'SIGHUP', POSIX],
  // Windows has no SIGHUP to send (Node would throw), and Ctrl-Break of its own.
  ['win32', 'SIGKILL', [...POSIX, 'SIGBREAK']],
] as const)('signals on %s', (platform, lastResort, signals) => {
  for (const signal of signals) {
    const process = fakeProcess(platform);
    const aborted = abortOnSignals(
      (name) => `stopped by ${name}`,
      () => {},
      process,
    );
    expect(process.eventNames()).toEqual(signals);
    process.emit(signal);
    expect(aborted.reason).toBe(`stopped by ${signal}`);
    expect(process.listenerCount(signal)).toBe(1);
    vi.advanceTimersByTime(1);
    expect(process.listenerCount(signal)).toBe(0); // the second does what it does by default
  }
  const process = fakeProcess(platform);
  abortOnSignals(String, (reason) => void process.sent.push(`given up: ${reason}`), process);
  process.emit('SIGHUP');
  vi.advanceTimersByTime(1_999);
  expect(process.sent).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(process.sent).toEqual(['given up: SIGHUP', `${lastResort} to 4711`]);
});
