import stringWidth from 'fast-string-width';
import type { Emphasis } from '../output/diagnostics.ts';
import { breakText, type TextLayout } from '../output/table.ts';
import { createTimeAxis } from './axis.ts';
import type { Trace, TraceRecord, TraceVerdict } from './trace.ts';
import {
  answerOf,
  describeRecord,
  formatDuration,
  formatTime,
  LEGEND,
  providerOf,
  remarkOf,
  toneOf,
} from './words.ts';

export interface TimelineLayout extends TextLayout {
  /** Whether the terminal draws more than ASCII. */
  readonly unicode: boolean;
}

/** In columns. */
const WIDEST = { step: 12, what: 44, answer: 14, bar: 60 };
const NARROWEST = { what: 12, bar: 16 };

const GAP = '  ';

const COLOURS = { http: 'cyan', local: 'magenta', wait: 'dim' } as const;

/** Draws a trace for a terminal: a line for each record, what was found below it where that is of interest. */
export function renderTimeline(trace: Trace, layout: TimelineLayout): string {
  const { style, columns } = layout;
  const { command, outcome, tool, startedAt, durationMs, records, droppedRecords } = trace;
  const time = formatDuration(durationMs);
  const ending = outcome.ok
    ? style('green', `succeeded in ${time}`)
    : style(['red', 'bold'], `failed after ${time}: ${outcome.code} (step ${outcome.step})`);
  const facts = [formatTime(startedAt), `${tool.name} ${tool.version}`, providerOf(trace) ?? []].flat();
  return [
    ...breakText(`${style('bold', `sgid ${command}`)} ${ending}`, columns),
    ...breakText(facts.join(', '), columns).map((line) => style('dim', line)),
    '',
    ...(records.length === 0 ? ['No step was reached.'] : renderTable(trace, layout)),
    ...(droppedRecords ? [`${droppedRecords} more unexpected callbacks are not in the trace.`] : []),
    ...(outcome.ok ? [] : breakText(`What it means: sgid explain ${outcome.code}`, columns)),
    '',
  ].join('\n');
}

function renderTable(trace: Trace, layout: TimelineLayout): readonly string[] {
  const { style, columns } = layout;
  const rows = trace.records.map((record) => ({
    record,
    step: shorten(record.step, WIDEST.step, layout),
    what: shorten(describeRecord(record), WIDEST.what, layout),
    answer: shorten(answerOf(record), WIDEST.answer, layout),
    time: record.kind === 'local' && record.durationMs === 0 ? '' : formatDuration(record.durationMs),
  }));
  const widest = (column: 'step' | 'what' | 'answer' | 'time'): number =>
    Math.max(...rows.map((row) => stringWidth(row[column])));
  const [step, answer, time] = [widest('step'), widest('answer'), widest('time')];
  const others = step + answer + time + 4 * GAP.length;
  const what = Math.min(widest('what'), Math.max(NARROWEST.what, columns - others - NARROWEST.bar));
  const draw = createPen(trace, Math.max(4, Math.min(WIDEST.bar, columns - others - what)), layout);
  const pad = (text: string, width: number): string =>
    text + ' '.repeat(Math.max(0, width - stringWidth(text)));
  return [
    ' '.repeat(others + what) + style('dim', draw.ruler),
    ...rows.flatMap(({ record, ...row }) => {
      const words = [
        pad(row.step, step),
        pad(shorten(row.what, what, layout), what),
        pad(row.answer, answer),
        row.time.padStart(time),
      ].join(GAP);
      const painted = toneOf(record) === 'fail' ? style('red', words) : words;
      return [
        `${painted}${GAP}${draw.bar(record)}`,
        ...renderVerdicts(record, ' '.repeat(step) + GAP, layout),
      ];
    }),
    '',
    ...breakText(draw.legend, columns),
  ];
}

/** A line for each failure and warning, and one for the checks that passed, where there are several. */
function renderVerdicts(
  { verdicts, step }: TraceRecord,
  indent: string,
  { style, columns }: TimelineLayout,
): readonly string[] {
  const say = (emphasis: Emphasis, words: string): readonly string[] =>
    breakText(words, columns - indent.length).map((line) => indent + style(emphasis, line));
  const list = (words: string, wanted: TraceVerdict['verdict'], atLeast: number): readonly string[] => {
    const names = verdicts.filter(({ verdict }) => verdict === wanted).map(({ check }) => check);
    return names.length < atLeast ? [] : say('dim', `${words}: ${names.join(', ')}`);
  };
  return [
    ...verdicts.flatMap((found) => {
      const { verdict, check } = found;
      if (verdict !== 'fail' && verdict !== 'warn') return [];
      const words = `${verdict}: ${check} ${remarkOf(found)}`.trimEnd();
      return say(verdict === 'fail' ? ['red', 'bold'] : 'yellow', words);
    }),
    ...(step === 'check' ? [] : [...list('pass', 'pass', 2), ...list('not reached', 'skip', 1)]),
  ];
}

function createPen(trace: Trace, width: number, { style, unicode }: TimelineLayout) {
  const marks = unicode ? UNICODE_MARKS : ASCII_MARKS;
  const axis = createTimeAxis(trace);
  // In the middle of each pause.
  const cuts = axis.breaks.map(
    ({ fromMs, toMs }) => Math.round(((axis.at(fromMs) + axis.at(toMs)) / 2) * width) - 1,
  );
  const total = ` ${formatDuration(trace.durationMs)}`;
  const rule = Array.from({ length: Math.max(0, width - total.length - 2) }, () => marks.rule);
  for (const cut of cuts) {
    // The ruler begins with its zero.
    const end = Math.max(cut, 2);
    if (end <= rule.length) rule.fill(marks.cut, end - 2, end);
  }
  const kinds = (['http', 'local', 'wait'] as const).filter((kind) =>
    trace.records.some((record) => record.kind === kind),
  );
  return {
    ruler: `0 ${rule.join('')}${total}`,
    bar: (record: TraceRecord): string => {
      const { kind, startMs, durationMs } = record;
      const from = Math.min(width - 1, Math.floor(axis.at(startMs) * width));
      const to = Math.max(from + 1, Math.round(axis.at(startMs + durationMs) * width));
      const cells = Array.from({ length: to - from }, () => marks[kind]);
      for (const cut of cuts) {
        const at = cut - from;
        if (at > 0 && at + 2 < cells.length) cells.fill(marks.cut, at, at + 2);
      }
      const colour = toneOf(record) === 'fail' ? 'red' : COLOURS[kind];
      return ' '.repeat(from) + style(colour, cells.join(''));
    },
    legend: [
      ...kinds.map((kind) => `${style(COLOURS[kind], marks[kind])} ${LEGEND[kind]}`),
      ...(cuts.length > 0 ? [`${marks.cut.repeat(2)} ${LEGEND.pause}`] : []),
    ].join('   '),
  };
}

/** What bars are made of; `cut` marks a pause that is drawn shorter than it was. */
const UNICODE_MARKS = { http: '█', local: '▓', wait: '░', cut: '╱', rule: '─', ellipsis: '…' };
const ASCII_MARKS = { http: '#', local: '=', wait: '.', cut: '/', rule: '-', ellipsis: '..' };

/** Shortens a text at its end, or that of a request after its method: the end of a path says more. */
function shorten(text: string, width: number, { unicode }: TimelineLayout): string {
  if (stringWidth(text) <= width) return text;
  const { ellipsis } = unicode ? UNICODE_MARKS : ASCII_MARKS;
  const [, method = ''] = /^([A-Z]{3,7} )/.exec(text) ?? [];
  const room = width - method.length - ellipsis.length;
  const characters = Array.from(text.slice(method.length));
  let kept = '';
  for (const character of method === '' ? characters : characters.reverse()) {
    const more = method === '' ? kept + character : character + kept;
    if (stringWidth(more) > room) break;
    kept = more;
  }
  return method === '' ? kept + ellipsis : method + ellipsis + kept;
}
