import { createTimeAxis } from './time-axis.ts';
import { drawBar, drawRuler } from './timeline-bar.ts';
import { COLOURS, marksOf, pad, shorten, type TimelineLayout } from './timeline-layout.ts';
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
