import type { Trace, TraceRecord } from './trace.ts';

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TimeAxis {
  /** Where a moment is on the line, from 0 to 1. */
  at(ms: number): number;
  readonly breaks: readonly Span[];
}

/** The longest that a pause is drawn, as a part of the time of all work. */
const LONGEST_PAUSE = 0.25;
/** A pause is cut only if that makes it shorter by this factor at least. */
const SHORTEST_CUT = 2;
const MOST_CUTS = 8;

/** Lays out time. A person takes seconds, a request milliseconds: long pauses are cut, so that the work stays in view. */
export function createTimeAxis({ records, durationMs }: Pick<Trace, 'records' | 'durationMs'>): TimeAxis {
  const endMs = Math.max(durationMs, ...records.map((record) => record.startMs + record.durationMs));
  const busy = unite(records.filter(({ kind }) => kind !== 'wait'));
  const work = sumOf(busy);
  const longest = work * LONGEST_PAUSE;
  const breaks = pausesBetween(busy, endMs)
    .filter((pause) => work > 0 && lengthOf(pause) > longest * SHORTEST_CUT)
    .toSorted((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, MOST_CUTS)
    .toSorted((a, b) => a.fromMs - b.fromMs);
  const drawn = (ms: number): number =>
    breaks.reduce((length, { fromMs, toMs }) => {
      const inside = Math.min(Math.max(ms - fromMs, 0), toMs - fromMs);
      return length - inside + (inside / (toMs - fromMs)) * longest;
    }, ms);
  const whole = drawn(endMs);
  return { at: (ms) => (whole === 0 ? 0 : Math.min(1, drawn(Math.min(ms, endMs)) / whole)), breaks };
}

/** How long at least one of some records was under way, in milliseconds. */
export function timeSpentIn(records: readonly TraceRecord[]): number {
  return sumOf(unite(records));
}

function sumOf(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + lengthOf(span), 0);
}

function lengthOf({ fromMs, toMs }: Span): number {
  return toMs - fromMs;
}

/** The times of records in order, those that overlap or touch made one. A moment in a pause does not count. */
function unite(records: readonly TraceRecord[]): readonly Span[] {
  const spans = records
    .filter(({ durationMs }) => durationMs > 0)
    .map(({ startMs, durationMs }) => ({ fromMs: startMs, toMs: startMs + durationMs }));
  const united: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = united.at(-1);
    if (last === undefined || span.fromMs > last.toMs) united.push(span);
    else united[united.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
  }
  return united;
}

function pausesBetween(busy: readonly Span[], endMs: number): readonly Span[] {
  const starts = [0, ...busy.map(({ toMs }) => toMs)];
  const ends = [...busy.map(({ fromMs }) => fromMs), endMs];
  return starts
    .map((fromMs, index) => ({ fromMs, toMs: ends[index] ?? fromMs }))
    .filter(({ fromMs, toMs }) => toMs > fromMs);
}
