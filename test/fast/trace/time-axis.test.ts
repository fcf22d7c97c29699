import { describe, expect, it } from 'vitest';
import { createTimeAxis, timeSpentIn } from '../../../src/trace/timeline.ts';
import { exchangeRecord, localRecord } from './sample-trace.ts';

const request = (startMs: number, durationMs: number) => exchangeRecord({ startMs, durationMs });

describe('createTimeAxis', () => {
  it('is even where there is no long pause', () => {
    const axis = createTimeAxis({ records: [request(0, 40), request(50, 50)], durationMs: 100 });
    expect(axis.breaks).toEqual([]);
    expect([0, 25, 50, 100].map(axis.at)).toEqual([0, 0.25, 0.5, 1]);
  });

  it('cuts a long pause to a quarter of the work, so that the work stays in view', () => {
    const axis = createTimeAxis({ records: [request(0, 40), request(60_040, 60)], durationMs: 60_100 });
    expect(axis.breaks).toEqual([{ fromMs: 40, toMs: 60_040 }]);
    expect([0, 40, 30_040, 60_040, 60_100].map(axis.at)).toEqual([0, 0.32, 0.42, 0.52, 1]);
  });

  it('takes waiting and moments for no work', () => {
    const wait = { ...request(0, 50_000), kind: 'wait' as const };
    const stray = localRecord({ startMs: 9_000, durationMs: 0 });
    const axis = createTimeAxis({ records: [wait, stray, request(50_000, 10)], durationMs: 50_010 });
    expect(axis.breaks).toEqual([{ fromMs: 0, toMs: 50_000 }]);
  });

  it('cuts nothing where nothing else happened', () => {
    const wait = { ...request(0, 50_000), kind: 'wait' as const };
    const axis = createTimeAxis({ records: [wait], durationMs: 50_000 });
    expect(axis.breaks).toEqual([]);
    expect(axis.at(25_000)).toBe(0.5);
  });

  it('keeps records that overlap or lie in one another together', () => {
    const records = [request(0, 100), request(10, 5), request(90, 20)];
    expect(createTimeAxis({ records, durationMs: 110 }).breaks).toEqual([]);
  });

  it('stays on the line for records after the end, and for a trace of no length', () => {
    const late = createTimeAxis({ records: [request(500, 500)], durationMs: 10 });
    expect(late.at(1_000)).toBe(1);
    expect(late.at(5_000)).toBe(1);
    expect(createTimeAxis({ records: [], durationMs: 0 }).at(0)).toBe(0);
  });

  it('marks eight pauses at most, the longest', () => {
    const records = Array.from({ length: 50 }, (_, index) => request(index * 100_000 + index * index, 1));
    const { breaks } = createTimeAxis({ records, durationMs: 49 * 100_000 + 49 * 49 + 1 });
    expect(breaks).toHaveLength(8);
    expect(breaks.at(-1)?.toMs).toBe(49 * 100_000 + 49 * 49);
  });
});

describe('timeSpentIn', () => {
  it('counts what happened at once only once', () => {
    expect(timeSpentIn([request(0, 100), request(50, 100), request(300, 7)])).toBe(157);
    expect(timeSpentIn([])).toBe(0);
  });
});
