import * as v from 'valibot';
import { list, parseJsonFile, refuseLaterVersion, timeText } from '../text/json.ts';
import { toPrintable } from '../text/printable.ts';

/** The version of the format that is written, and the newest that is read. */
const VERSION = 1;

/** A word of ours. Wherever a line is broken, none must begin with `::`, a command to a runner of GitHub Actions. */
const word = v.pipe(
  v.string(),
  v.transform((text) => toPrintable(text, 100).replace(/:(?=:)/g, ': ')),
);

/** A year in milliseconds: no command runs longer, and no answer is larger in bytes. */
const LARGEST = 365 * 24 * 60 * 60 * 1000;
const amount = within(0, LARGEST, `must be a number from 0 to ${LARGEST}`);
const status = v.pipe(within(100, 999, 'must be an HTTP status'), v.integer('must be an HTTP status'));

function within(least: number, most: number, message: string) {
  return v.pipe(v.number(message), v.minValue(least, message), v.maxValue(most, message));
}

const time = v.pipe(
  timeText,
  v.transform((text) => new Date(text).toISOString()),
);

const verdict = v.object({
  /** Stable and kebab-case, for example `nonce`. */
  check: word,
  /** `skip` is for what was not reached, `warn` for what did not end the command. */
  verdict: v.picklist(['pass', 'fail', 'warn', 'skip']),
  /** The code of the error. */
  code: v.optional(word),
  detail: v.optional(word),
});

const record = v.object({
  /** A step of a login, a document of the provider, or `check`. */
  step: word,
  /** `http` is an exchange, `local` is work on this machine, `wait` is for a person. */
  kind: v.picklist(['http', 'local', 'wait']),
  /** Who did it, when it was not this program. */
  by: v.fallback(v.optional(v.literal('browser')), undefined),
  startMs: amount,
  durationMs: amount,
  method: v.optional(word),
  /** With the names of its parameters; values that are or may be secret are replaced. */
  url: v.optional(v.pipe(v.string(), v.transform(toPrintable))),
  status: v.optional(status),
  requestBytes: v.optional(amount),
  responseBytes: v.optional(amount),
  /** Node's error code, when no answer came. */
  failure: v.optional(word),
  verdicts: v.pipe(list(verdict, 1_000), v.readonly()),
});

const trace = v.object({
  version: v.literal(VERSION),
  tool: v.object({ name: word, version: word }),
  startedAt: time,
  durationMs: amount,
  /** For example `login`. */
  command: word,
  outcome: v.variant('ok', [
    v.object({ ok: v.literal(true) }),
    v.object({ ok: v.literal(false), code: word, step: word }),
  ]),
  records: v.pipe(list(record, 10_000), v.readonly()),
  /** How many unexpected callbacks there were beyond those that are kept. */
  droppedRecords: v.optional(amount),
});

/**
 * What a command did, step by step, without any secret or claim value: safe to show to others. Times are in milliseconds
 * since the command started.
 */
export type Trace = v.InferOutput<typeof trace>;
export type TraceRecord = v.InferOutput<typeof record>;
export type TraceVerdict = v.InferOutput<typeof verdict>;

/**
 * Parses a trace from anywhere: makes every text safe to print, and refuses numbers that cannot be drawn. Unknown members
 * are ignored.
 */
export function parseTrace({ text, name }: { readonly text: string; readonly name: string }): Trace {
  const hint =
    'Fix the file. It holds what --trace wrote; make a new one with: sgid login --trace trace.json';
  const schema = v.pipe(
    v.record(v.string(), v.unknown()),
    v.transform((file) => {
      refuseLaterVersion('ERR_FILE', name, file['version'], VERSION);
      return file;
    }),
    v.variant('version', [trace], `must be ${VERSION}`),
  );
  return parseJsonFile(schema, { text, path: name, hint });
}
