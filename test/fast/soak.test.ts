import { describe, expect, it } from 'vitest';
import { createRecall } from '../../scripts/soak/recall.mjs';
import { describeGrowth, describeOpen } from '../../scripts/soak/tenths.mjs';
import { wayOf } from '../../scripts/soak/ways.mjs';

const MIB = 2 ** 20;
const tenths = (heapOf: (tenth: number) => number): number[] =>
  Array.from({ length: 10 }, (_, index) => heapOf(index + 1) * MIB);

describe('the heap, in mebibytes after each tenth,', () => {
  it.each([
    ['stays', () => 20, false],
    ['is filled at the start', (tenth: number) => (tenth === 1 ? 5 : 20), false],
    ['grows by less than a tenth and one', (tenth: number) => 20 + tenth / 4, false],
    ['is late collected once', (tenth: number) => (tenth === 10 ? 40 : 20), false],
    ['grows by one in each', (tenth: number) => 7 + tenth, true],
    ['jumps once, and stays there', (tenth: number) => (tenth > 5 ? 24 : 20), true],
  ] as const)('%s', (_what, heapOf, grows) => {
    expect(describeGrowth('mock', tenths(heapOf))).toHaveLength(grows ? 1 : 0);
  });
});

describe('the number of descriptors after each tenth', () => {
  it.each([
    ['stays', [20, 20, 20], []],
    ['falls', [20, 19, 20], []],
    ['is unknown', [undefined, undefined, undefined], []],
    ['is greater in one', [20, 21, 20], ['mock had 20 descriptors open, later 21']],
  ])('%s', (_what, counts, found) => {
    expect(describeOpen('mock', counts)).toEqual(found);
  });
});

describe('what was used before', () => {
  const text = (fill: string): string => fill.repeat(43);

  it.each([
    ['is noticed', { state: text('a') }, 'the state was used before'],
    ['is noticed, whatever it was', { nonce: text('a') }, 'the nonce was used before'],
    ['may be full of others', { state: text('b') }, undefined],
    ['is not taken for what is missing', { code: '' }, 'there is no code'],
  ])('%s', (_what, texts, problem) => {
    const recall = createRecall(10);
    recall({ state: text('a') });
    if (problem === undefined) expect(() => recall(texts)).not.toThrow();
    else expect(() => recall(texts)).toThrow(problem);
  });

  it('is found among as many as it remembers', () => {
    const recall = createRecall(1_000);
    for (let turn = 0; turn < 1_000; turn += 1) recall({ state: `${turn}${text('a')}` });
    for (let turn = 0; turn < 1_000; turn += 1)
      expect(() => recall({ state: `${turn}${text('a')}` })).toThrow('before');
  });
});

describe('what a process wrote', () => {
  const ways = Array.from({ length: 20 }, (_, index) => wayOf(index));
  const [success, failure] = ['json', 'interrupted'].map((name) => ways.find((way) => way.name === name));
  const person = { data: { 'myinfo.name': 'A NAME' } };
  const said = (code: string, exitCode: number): string =>
    `Words.\n${JSON.stringify({ error: { code, exitCode } })}\n`;

  it.each([
    ['claims', success, { stdout: '{"sub":"u=1","data":{"myinfo.name":"A NAME"}}' }, undefined],
    [
      'claims of another',
      success,
      { stdout: '{"sub":"u=1","data":{"myinfo.name":"ANOTHER"}}' },
      'another result',
    ],
    [
      'claims beside others',
      success,
      { stdout: '{"sub":"u=1","data":{"myinfo.name":"A NAME","x":""}}' },
      'another result',
    ],
    ['half of a document', success, { stdout: '{"sub":' }, 'is not JSON'],
    ['its error', failure, { stdout: '', stderr: said('ERR_INTERRUPTED', 130) }, undefined],
    ['another error', failure, { stdout: '', stderr: said('ERR_INTERNAL', 1) }, 'it said ERR_INTERNAL'],
    [
      'a result beside its error',
      failure,
      { stdout: '{}', stderr: said('ERR_INTERRUPTED', 130) },
      'is not empty',
    ],
  ])('%s', (_what, way, ended, problem) => {
    const verify = () => way?.verify(ended, { person });
    if (problem === undefined) expect(verify).not.toThrow();
    else expect(verify).toThrow(problem);
  });
});
