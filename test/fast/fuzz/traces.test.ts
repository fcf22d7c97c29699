import fc from 'fast-check';
import { expect } from 'vitest';
import { runSgid } from '../../helpers/fake-platform.ts';
import {
  exchangeRecord,
  failedTrace,
  hostileTrace,
  sampleTrace,
  UNPRINTABLE,
} from '../trace/sample-trace.ts';
import { fuzz } from './fuzz.ts';
import { changedJson } from './hostile-json.ts';
import { changedBytes, encoded } from './hostile-text.ts';

const trace = changedJson(
  fc.constantFrom<unknown>(
    sampleTrace(),
    failedTrace(),
    sampleTrace({ droppedRecords: 3, records: [] }),
    // Each behind a pause: only some are marked, in each row.
    sampleTrace({
      records: Array.from({ length: 200 }, (_, at) => exchangeRecord({ startMs: at * 1_000, durationMs: 1 })),
    }),
    JSON.parse(hostileTrace()),
  ),
);
const bytes = fc.oneof({ weight: 3, arbitrary: encoded(trace) }, changedBytes(encoded(trace)));

/** A tag of the page. What a trace holds makes none, nor an attribute, a script or an address. */
const TAG =
  /^<(?:!doctype html|\/?[a-z][a-z0-9]*(?: (?!on|style|href|src)[a-z][\w:-]*="[^"<]*")*(?: \/)?\/?)>$/i;

fuzz(
  'sgid trace view draws any trace in a few lines for each record, or refuses it',
  { short: 30, long: 100_000 },
  fc.asyncProperty(
    bytes,
    fc.constantFrom(undefined, 20, 80),
    fc.boolean(),
    async (bytes, columns, unicode) => {
      const { exitCode, stdout, stderr } = await runSgid(['trace', 'view', '-'], {
        env: { NO_COLOR: '1', LANG: unicode ? 'C.UTF-8' : 'C' },
        terminal: {
          readInput: async () => bytes,
          ...(columns && { stdoutIsTerminal: true, stdoutColumns: columns }),
        },
      });
      expect([0, 3]).toContain(exitCode);
      const words = stdout + stderr;
      expect(words.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
      expect(words).not.toMatch(/^::|##\[/m);
      // A record of 60 bytes is drawn on a line of 200, its texts are 100 bytes at most.
      expect(stdout.length).toBeLessThan(2_000 + 60 * bytes.length);
    },
  ),
);

fuzz(
  'sgid trace view --html writes a page of our tags alone',
  { short: 30, long: 100_000 },
  fc.asyncProperty(bytes, async (bytes) => {
    let page = '';
    const { exitCode } = await runSgid(['trace', 'view', 'trace.json', '--html', 'page.html'], {
      files: {
        readSecretFile: async () => ({ bytes, readableByOthers: false }),
        prepareOutput: async () => ({
          commit: async (content) => {
            page += content;
          },
          [Symbol.asyncDispose]: async () => {},
        }),
      },
    });
    expect([0, 3]).toContain(exitCode);
    expect(page !== '').toBe(exitCode === 0);
    const tags = Array.from(page.matchAll(/<[^>]*>/g), ([tag]) => tag);
    expect(tags.filter((tag) => !TAG.test(tag) || tag.startsWith('<script'))).toEqual([]);
    expect(page.replace(/<[^>]*>/g, '')).not.toContain('<');
    expect(page.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    expect(page.length).toBeLessThan(30_000 + 60 * bytes.length);
  }),
);
