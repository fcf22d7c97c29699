import type { styleText } from 'node:util';
import type { RecordKind, Trace, TraceRecord, TraceVerdict } from './trace.ts';
import {
  answerOf,
  describeOutcome,
  describeRecord,
  formatDuration,
  formatTime,
  providerOf,
  remarkOf,
  toneOf,
} from './words.ts';

/** The widest that a cell is drawn, in columns. */
const WIDEST = { step: 12, what: 44, answer: 14, bar: 60 };

/** A bar that is narrower says nothing. */
const NARROWEST_BAR = 16;

const GAP = '  ';

/** Draws a trace for a terminal: a line for each record, what was found below it where that is of interest. */
export function renderTimeline(trace: Trace, layout: TimelineLayout): string {
  const { style, wrap, columns } = layout;
  const { command, outcome, tool, startedAt, records, droppedRecords } = trace;
  const ending = style(outcome.ok ? 'green' : ['red', 'bold'], describeOutcome(trace));
  const facts = [formatTime(startedAt), `${tool.name} ${tool.version}`, providerOf(trace)].filter(
    (fact) => fact !== undefined,
  );
  return [
    ...wrap(`${style('bold', `sgid ${command}`)} ${ending}`, columns),
    ...wrap(facts.join(', '), columns).map((line) => style('dim', line)),
    '',
    ...(records.length === 0
      ? ['No step was reached.']
      : [...renderTable(trace, layout), '', ...wrap(renderLegend(trace, layout), columns)]),
    ...(droppedRecords ? [`${droppedRecords} more strays are not in the trace.`] : []),
    ...(outcome.ok ? [] : wrap(`What it means: sgid explain ${outcome.code}`, columns)),
    '',
  ].join('\n');
}

function renderTable(trace: Trace, layout: TimelineLayout): readonly string[] {
  const { style, columns, widthOf } = layout;
  const rows = trace.records.map((record) => ({ record, cells: cellsOf(record, layout) }));
  const widest = (column: 0 | 1 | 2 | 3): number =>
    Math.max(...rows.map(({ cells }) => widthOf(cells[column])));
  const [step, answer, time] = [widest(0), widest(2), widest(3)];
  const others = step + answer + time + 4 * GAP.length;
  const what = Math.min(widest(1), Math.max(12, columns - others - NARROWEST_BAR));
  const bar = Math.max(4, Math.min(WIDEST.bar, columns - others - what));
  const axis = createTimeAxis(trace);
  const ruler = ' '.repeat(others + what) + style('dim', drawRuler(trace, axis, bar, layout));
  return [
    ruler,
    ...rows.flatMap(({ record, cells }) => {
      const words = [
        pad(cells[0], step, layout),
        pad(shorten(cells[1], what, layout), what, layout),
        pad(cells[2], answer, layout),
        pad(cells[3], time, layout, 'left'),
      ].join(GAP);
      const painted = toneOf(record) === 'fail' ? style('red', words) : words;
      return [
        `${painted}${GAP}${drawBar(record, axis, bar, layout)}`,
        ...renderVerdicts(record, ' '.repeat(step) + GAP, layout),
      ];
    }),
  ];
}

function cellsOf(
  record: TraceRecord,
  layout: TimelineLayout,
): readonly [step: string, what: string, answer: string, time: string] {
  const isMoment = record.kind === 'local' && record.durationMs === 0;
  return [
    shorten(record.step, WIDEST.step, layout),
    shorten(describeRecord(record), WIDEST.what, layout),
    shorten(answerOf(record), WIDEST.answer, layout),
    isMoment ? '' : formatDuration(record.durationMs),
  ];
}

/** What failed or needs a look, a line each; what was passed in one, where it is more than the answer. */
function renderVerdicts(
  { verdicts, step }: TraceRecord,
  indent: string,
  { style, wrap, columns }: TimelineLayout,
): readonly string[] {
  const width = columns - indent.length;
  const say = (emphasis: Parameters<typeof style>[0], words: string): readonly string[] =>
    wrap(words, width).map((line) => indent + style(emphasis, line));
  const list = (words: string, wanted: TraceVerdict['verdict'], atLeast: number): readonly string[] => {
    const names = verdicts.filter(({ verdict }) => verdict === wanted).map(({ check }) => check);
    return names.length < atLeast ? [] : say('dim', `${words}: ${names.join(', ')}`);
  };
  return [
    ...verdicts
      .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
      .flatMap((found) =>
        say(
          found.verdict === 'fail' ? ['red', 'bold'] : 'yellow',
          `${found.verdict}: ${found.check} ${remarkOf(found)}`.trimEnd(),
        ),
      ),
    ...(step === 'check' ? [] : [...list('pass', 'pass', 2), ...list('not reached', 'skip', 1)]),
  ];
}

function renderLegend(trace: Trace, layout: TimelineLayout): string {
  const marks = marksOf(layout);
  const used = new Set(trace.records.map(({ kind }) => kind));
  const names: readonly (readonly [RecordKind, string])[] = [
    ['http', 'request'],
    ['local', 'this machine'],
    ['wait', 'waiting'],
  ];
  const legend = names
    .filter(([kind]) => used.has(kind))
    .map(([kind, name]) => `${layout.style(COLOURS[kind], marks[kind])} ${name}`);
  const cut = createTimeAxis(trace).breaks.length > 0 ? [`${marks.cut.repeat(2)} a pause, shortened`] : [];
  return [...legend, ...cut].join('   ');
}

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

/** A colour or weight of a piece of text. */
export type Emphasis = Parameters<typeof styleText>[0];

/** How a timeline fits its reader. */
export interface TimelineLayout {
  readonly style: (emphasis: Emphasis, text: string) => string;
  /** Breaks a text between words into lines of so many columns. */
  readonly wrap: (text: string, columns: number) => readonly string[];
  /** How many columns a text takes. */
  readonly widthOf: (text: string) => number;
  readonly columns: number;
  /** Whether the terminal draws more than ASCII. */
  readonly unicode: boolean;
}

/** What bars are made of; `cut` marks a pause that is drawn shorter than it was. */
export type Marks = Readonly<Record<RecordKind | 'cut' | 'rule' | 'ellipsis', string>>;

/** The colour of each kind of bar. */
export const COLOURS = { http: 'cyan', local: 'magenta', wait: 'dim' } as const satisfies Record<
  RecordKind,
  Emphasis
>;

/** The marks that the terminal can draw. */
export function marksOf({ unicode }: TimelineLayout): Marks {
  return unicode
    ? { http: '█', local: '▓', wait: '░', cut: '╱', rule: '─', ellipsis: '…' }
    : { http: '#', local: '=', wait: '.', cut: '/', rule: '-', ellipsis: '..' };
}

/** Fills a text up with blanks, on its right or on its left. */
export function pad(
  text: string,
  width: number,
  { widthOf }: TimelineLayout,
  side: 'left' | 'right' = 'right',
): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'right' ? text + blanks : blanks + text;
}

/** Makes a text fit. What goes is the beginning, behind the method of a request: the end of a path says more. */
export function shorten(text: string, width: number, layout: TimelineLayout): string {
  const { widthOf } = layout;
  if (widthOf(text) <= width) return text;
  const { ellipsis } = marksOf(layout);
  const [, method = ''] = /^([A-Z]{3,7} )/.exec(text) ?? [];
  const room = width - method.length - ellipsis.length;
  let kept = '';
  for (const character of Array.from(text.slice(method.length)).reverse()) {
    if (widthOf(character + kept) > room) break;
    kept = character + kept;
  }
  return method + ellipsis + kept;
}

/** A stretch of time, in milliseconds since the start. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How the time of a trace is laid out on a line. */
export interface TimeAxis {
  /** Where a moment is on the line, from 0 to 1. */
  at(ms: number): number;
  /** The stretches that are drawn shorter than they were. */
  readonly breaks: readonly TimeSpan[];
}

/** A stretch in which nothing but waiting happens takes no more room than this part of all the work. */
const LONGEST_PAUSE = 0.25;

/** A pause is cut when that makes it shorter by this factor at least: less would not be worth a mark. */
const SHORTEST_CUT = 2;

/** More marks than this would be all that is to be seen. */
const MOST_CUTS = 8;

/**
 * Lays out the time of a trace. A person takes seconds, a request takes milliseconds: long pauses are cut, so that
 * the work stays in view.
 */
export function createTimeAxis({ records, durationMs }: Pick<Trace, 'records' | 'durationMs'>): TimeAxis {
  const endMs = Math.max(durationMs, ...records.map((record) => record.startMs + record.durationMs));
  const busy = unite(records.filter(({ kind }) => kind !== 'wait'));
  const work = busy.reduce((sum, span) => sum + lengthOf(span), 0);
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

function lengthOf({ fromMs, toMs }: TimeSpan): number {
  return toMs - fromMs;
}

/** How long at least one of some records was under way, in milliseconds. */
export function timeSpentIn(records: readonly TraceRecord[]): number {
  return unite(records).reduce((sum, span) => sum + lengthOf(span), 0);
}

/** The times of records in order, those that overlap or touch made one. A moment in a pause is no time. */
function unite(records: readonly TraceRecord[]): readonly TimeSpan[] {
  const spans = records
    .filter(({ durationMs }) => durationMs > 0)
    .map(({ startMs, durationMs }) => ({ fromMs: startMs, toMs: startMs + durationMs }));
  const united: TimeSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = united.at(-1);
    if (last === undefined || span.fromMs > last.toMs) united.push(span);
    else united[united.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
  }
  return united;
}

function pausesBetween(busy: readonly TimeSpan[], endMs: number): readonly TimeSpan[] {
  const starts = [0, ...busy.map(({ toMs }) => toMs)];
  const ends = [...busy.map(({ fromMs }) => fromMs), endMs];
  return starts
    .map((fromMs, index) => ({ fromMs, toMs: ends[index] ?? fromMs }))
    .filter(({ fromMs, toMs }) => toMs > fromMs);
}
