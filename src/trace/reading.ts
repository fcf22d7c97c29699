import { SgidError } from '../errors/sgid-error.ts';
import { type JsonNode, readDocument, readMembers, readText, report } from '../text/json-file.ts';
import { toPrintable } from '../text/printable.ts';
import {
  TRACE_VERSION,
  type Trace,
  type TraceOutcome,
  type TraceRecord,
  type TraceVerdict,
} from './trace.ts';

/** A text that claims to be a trace. */
export interface TraceText {
  readonly text: string;
  /** For messages: the path or `standard input`. */
  readonly name: string;
}

const SHAPE = 'what --trace wrote; make a new one with: sgid login --trace trace.json';

/**
 * Reads a trace, which may have come from anybody: every text in it is made safe to print, every number is one that
 * can be drawn. Members that this version does not know are let be.
 *
 * @throws SgidError `ERR_FILE` with the place of each problem, never with a value.
 */
export function readTrace({ text, name }: TraceText): Trace {
  return readDocument({ text, path: name, shape: SHAPE }, (root) => {
    const members = membersOf(root);
    if (members === undefined) return NOTHING;
    checkVersion(members('version'), name);
    const tool = membersOf(members('tool'));
    return {
      version: TRACE_VERSION,
      tool: { name: tool ? label(tool('name')) : '', version: tool ? label(tool('version')) : '' },
      startedAt: readTime(members('startedAt')),
      durationMs: readNumber(members('durationMs')),
      command: label(members('command')),
      outcome: readOutcome(members('outcome')),
      records: readAll(members('records'), readRecord),
      droppedRecords: given(members('droppedRecords'), readNumber),
    };
  });
}

/** Stands in for a document that is refused. */
const NOTHING: Trace = {
  version: TRACE_VERSION,
  tool: { name: '', version: '' },
  startedAt: '',
  durationMs: 0,
  command: '',
  outcome: { ok: true },
  records: [],
};

/** Before anything else: of a newer version nothing else can be said. */
function checkVersion(node: JsonNode, name: string): void {
  if (node.value === TRACE_VERSION) return;
  if (typeof node.value === 'number' && node.value > TRACE_VERSION) {
    throw new SgidError(
      'ERR_FILE',
      `${toPrintable(name)} was written by a newer sgid: this one reads traces up to version ${TRACE_VERSION}`,
      { step: 'config', hint: 'Update it: npm install --global sgid-cli@latest' },
    );
  }
  report(node, `must be ${TRACE_VERSION}`);
}

function readOutcome(node: JsonNode): TraceOutcome {
  const members = membersOf(node);
  if (members === undefined) return { ok: true };
  const ok = members('ok');
  if (ok.value === true) return { ok: true };
  if (ok.value !== false) report(ok, 'must be true or false');
  return { ok: false, code: label(members('code')), step: label(members('step')) };
}

function readRecord(node: JsonNode): TraceRecord | undefined {
  const members = membersOf(node);
  if (members === undefined) return undefined;
  return {
    step: label(members('step')),
    kind: readChoice(members('kind'), ['http', 'local', 'wait']) ?? 'local',
    startMs: readNumber(members('startMs')),
    durationMs: readNumber(members('durationMs')),
    by: members('by').value === 'browser' ? 'browser' : undefined,
    method: given(members('method'), label),
    url: given(members('url'), (url) => toPrintable(readText(url) ?? '')),
    status: given(members('status'), readStatus),
    requestBytes: given(members('requestBytes'), readNumber),
    responseBytes: given(members('responseBytes'), readNumber),
    failure: given(members('failure'), label),
    verdicts: readAll(members('verdicts'), readVerdict),
  };
}

function readVerdict(node: JsonNode): TraceVerdict | undefined {
  const members = membersOf(node);
  if (members === undefined) return undefined;
  return {
    check: label(members('check')),
    verdict: readChoice(members('verdict'), ['pass', 'fail', 'warn', 'skip']) ?? 'skip',
    code: given(members('code'), label),
    detail: given(members('detail'), label),
  };
}

function membersOf(node: JsonNode): ((name: string) => JsonNode) | undefined {
  const members = readMembers(node);
  return (
    members && ((name) => members.get(name) ?? { ...node, value: undefined, place: `${node.place}.${name}` })
  );
}

/** Reads a member that may be missing. */
function given<T>(node: JsonNode, read: (node: JsonNode) => T): T | undefined {
  return node.value === undefined ? undefined : read(node);
}

/** The items of a list, which may be empty. */
function readAll<T>(node: JsonNode, readItem: (node: JsonNode) => T | undefined): readonly T[] {
  const { value, place, problems } = node;
  if (!Array.isArray(value)) {
    report(node, 'must be a list');
    return [];
  }
  return value
    .map((item: unknown, index) => readItem({ value: item, place: `${place}[${index}]`, problems }))
    .filter((item) => item !== undefined);
}

/** No word of ours is longer, in bytes. */
const LONGEST_LABEL = 100;

/** A word of ours. Wherever a line is broken, none must begin with `::`, a command to a runner of GitHub Actions. */
function label(node: JsonNode): string {
  return toPrintable(readText(node) ?? '', LONGEST_LABEL).replace(/:(?=:)/g, ': ');
}

function readChoice<Choice extends string>(node: JsonNode, choices: readonly Choice[]): Choice | undefined {
  const choice = choices.find((known) => known === node.value);
  if (choice === undefined) report(node, `must be ${choices.join(' or ')}`);
  return choice;
}

/** A year: no command runs longer, and no answer is larger in bytes. */
const LARGEST_NUMBER = 365 * 24 * 60 * 60 * 1000;

function readNumber(node: JsonNode): number {
  const { value } = node;
  if (typeof value === 'number' && value >= 0 && value <= LARGEST_NUMBER) return value;
  report(node, `must be a number from 0 to ${LARGEST_NUMBER}`);
  return 0;
}

function readStatus(node: JsonNode): number {
  const { value } = node;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 999) return value;
  report(node, 'must be an HTTP status');
  return 0;
}

function readTime(node: JsonNode): string {
  const time = Date.parse(readText(node) ?? '');
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  report(node, 'must be a time such as 2026-01-31T12:00:00Z');
  return '';
}
