import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../../src/trace/trace.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { failedTrace, HOSTILE_TEXT, hostileTrace, sampleTrace, UNPRINTABLE } from './sample-trace.ts';

const parse = (text: string) => parseTrace({ text, name: 'trace.json' });

const changed = (changes: object): string => JSON.stringify({ ...sampleTrace(), ...changes });

function withRecord(changes: object): string {
  const [first, ...rest] = sampleTrace().records;
  return changed({ records: [{ ...first, ...changes }, ...rest] });
}

describe('parseTrace', () => {
  it.each([sampleTrace(), failedTrace(), sampleTrace({ records: [], droppedRecords: 3 })])(
    'parses what was written: %#',
    (trace) => {
      expect(parse(JSON.stringify(trace))).toEqual(trace);
    },
  );

  it('ignores unknown members', () => {
    expect(parse(changed({ future: { x: 1 }, __proto__: 1 }))).toEqual(sampleTrace());
  });

  it('says of a later version that it is one, whatever else is in it', async () => {
    const error = await errorOf(() => parse('{"version":2,"records":"other"}'));
    const message = 'trace.json was written by a later sgid: its version is 2, and this one knows 1';
    expect(error).toMatchObject({ code: 'ERR_FILE', message });
  });

  it.each([
    ['an empty text', '', 'trace.json is not valid JSON (line 1, column 1)'],
    ['no object', '[]', '$.version must be 1'],
    ['a text', '"CANARY"', '$ must be an object, got text'],
    ['null', 'null', '$ must be an object, got null'],
    ['no version of ours', changed({ version: '1' }), '$.version must be 1'],
    ['no records', changed({ records: undefined }), '$.records is missing'],
    ['a record that is none', changed({ records: [null] }), '$.records[0] must be an object, got null'],
    ['an outcome that is none', changed({ outcome: 'ok' }), '$.outcome must be an object, got text'],
    [
      'an outcome that says nothing',
      changed({ outcome: { ok: 1 } }),
      '$.outcome.ok must be (true | false), got',
    ],
    ['a failure without a code', changed({ outcome: { ok: false, step: 'x' } }), '$.outcome.code is missing'],
    ['no time', changed({ startedAt: 'CANARY' }), '$.startedAt must be a time'],
    [
      'an unknown kind',
      withRecord({ kind: 'CANARY' }),
      '[0].kind must be ("http" | "local" | "wait"), got text',
    ],
    ['no verdicts', withRecord({ verdicts: {} }), '$.records[0].verdicts must be a list, got an object'],
    [
      'an unknown verdict',
      withRecord({ verdicts: [{ check: 'x', verdict: 'CANARY' }] }),
      '$.records[0].verdicts[0].verdict must be ("pass" | "fail" | "warn" | "skip"), got text',
    ],
    ['a URL that is no text', withRecord({ url: ['CANARY'] }), '$.records[0].url must be text, got a list'],
    ['a status that is none', withRecord({ status: 20 }), '$.records[0].status must be an HTTP status'],
    ['half a status', withRecord({ status: 200.5 }), '$.records[0].status must be an HTTP status'],
  ])('refuses %s', async (_name, text, words) => {
    const error = await errorOf(() => parse(text));
    expect(error.code).toBe('ERR_FILE');
    expect(error.message).toContain(words);
    expect(error.message + error.hint).not.toContain('CANARY');
  });

  it.each(['-1', '1e300', '1e999', '"5"', 'null', 'true'])('refuses the number %s', async (number) => {
    for (const text of [changed({ durationMs: 'HERE' }), withRecord({ startMs: 'HERE' })]) {
      const { message } = await errorOf(() => parse(text.replace('"HERE"', number)));
      expect(message).toContain('Ms must be a number from 0 to ');
    }
  });

  it('makes every text safe to print, and none of ours longer than it needs to be', () => {
    const texts: string[] = [];
    const gather = (value: unknown): void => {
      if (typeof value === 'string') texts.push(value);
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(gather);
    };
    gather(parse(hostileTrace()));
    gather(parse(hostileTrace().replaceAll('eval', 'x'.repeat(10_000))));
    expect(texts.length).toBeGreaterThan(30);
    for (const text of texts) {
      expect(text).not.toMatch(UNPRINTABLE);
      expect(text.length).toBeLessThan(2_100);
    }
    expect(JSON.stringify(texts)).not.toContain(JSON.stringify(HOSTILE_TEXT).slice(1, -1));
  });

  it('parses ten thousand records', () => {
    const records = Array.from({ length: 10_000 }, () => sampleTrace().records[2]);
    expect(parse(changed({ records })).records).toHaveLength(10_000);
  });
});
