import type { TimeAxis, TimeSpan } from './time-axis.ts';
import { COLOURS, marksOf, type TimelineLayout } from './timeline-layout.ts';
import type { Trace, TraceRecord } from './trace.ts';
import { formatDuration, toneOf } from './words.ts';

/** Where a record is on the axis, drawn with so many columns for all of it. */
export function drawBar(record: TraceRecord, axis: TimeAxis, width: number, layout: TimelineLayout): string {
  const marks = marksOf(layout);
  const { kind, startMs, durationMs } = record;
  const from = Math.min(width - 1, Math.floor(axis.at(startMs) * width));
  const to = Math.max(from + 1, Math.round(axis.at(startMs + durationMs) * width));
  const cells = Array.from({ length: to - from }, () => marks[kind]);
  for (const column of cutsOf(axis, width)) {
    const at = column - from;
    if (at > 0 && at + 2 < cells.length) cells.fill(marks.cut, at, at + 2);
  }
  const colour = toneOf(record) === 'fail' ? 'red' : COLOURS[kind];
  return ' '.repeat(from) + layout.style(colour, cells.join(''));
}

/** The line above the bars: the beginning, the pauses that are cut, and how long it all took. */
export function drawRuler(
  { durationMs }: Trace,
  axis: TimeAxis,
  width: number,
  layout: TimelineLayout,
): string {
  const { rule, cut } = marksOf(layout);
  const total = ` ${formatDuration(durationMs)}`;
  const room = Math.max(0, width - total.length - 2);
  const cells = Array.from({ length: room }, () => rule);
  for (const column of cutsOf(axis, width)) {
    const at = column - 2;
    if (at >= 0 && at + 2 <= room) cells.fill(cut, at, at + 2);
  }
  return `0 ${cells.join('')}${total}`;
}

/** The column in the middle of each pause that is cut. */
function cutsOf(axis: TimeAxis, width: number): readonly number[] {
  const middle = ({ fromMs, toMs }: TimeSpan): number => (axis.at(fromMs) + axis.at(toMs)) / 2;
  return axis.breaks.map((span) => Math.round(middle(span) * width) - 1);
}
