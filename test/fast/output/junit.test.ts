import { describe, expect, it } from 'vitest';
import { type JunitCase, renderJunit } from '../../../src/output/junit.ts';
import { findJunitFaults, parseJunit } from '../../helpers/junit-schema.ts';

/** Everything that XML has a meaning for, or no place. */
const HOSTILE = `</failure><x a="1"> & ]]> <![CDATA[ <!-- ' " \n\t\r \u0000\u0001\u001b[31m \u00ad \u{1f600} \ud800 \ufffe 陳 --> &amp; %`;

const CASES: readonly JunitCase[] = [
  { name: 'good', seconds: 0.25 },
  { name: 'said', seconds: 0, output: 'one\ntwo' },
  { name: 'bad', seconds: 1.5, failure: { type: 'ERR_X', message: 'it "is" bad', text: 'a < b' } },
  { name: 'bad and said', seconds: 1, failure: { type: 'ERR_Y', message: '', text: '' }, output: 'x' },
  { name: 'not tried', seconds: 0, skipped: '' },
];

describe('a JUnit report', () => {
  it('is valid, and says what came of each case', async () => {
    const report = renderJunit('a suite', CASES);
    expect(await findJunitFaults(report)).toEqual([]);
    expect(await findJunitFaults(report.replace('</testsuite>', ''))).not.toEqual([]);
    expect(parseJunit(report)).toMatchObject([
      { name: 'good', outcome: 'passed', text: '' },
      { name: 'said', outcome: 'passed', text: 'one\ntwo' },
      {
        name: 'bad',
        outcome: 'failure',
        attributes: { type: 'ERR_X', message: 'it "is" bad' },
        text: 'a < b',
      },
      { name: 'bad and said', outcome: 'failure', attributes: { type: 'ERR_Y' } },
      { name: 'not tried', outcome: 'skipped' },
    ]);
    expect(report).toContain(
      '<testsuite name="a suite" tests="5" failures="2" errors="0" skipped="1" time="2.750">',
    );
  });

  it('is valid whatever its texts are, and holds them as text', async () => {
    const report = renderJunit(HOSTILE, [
      { name: HOSTILE, seconds: 0, output: HOSTILE },
      { name: HOSTILE, seconds: 0, failure: { type: HOSTILE, message: HOSTILE, text: HOSTILE } },
      { name: HOSTILE, seconds: 0, skipped: HOSTILE },
    ]);
    expect(await findJunitFaults(report)).toEqual([]);
    const said = HOSTILE.replace('\u001b[31m', '')
      .replaceAll(/(?!\n)\p{Cc}|\u00ad/gu, '')
      .replaceAll(/\ufffe|\ud800(?![\udc00-\udfff])/g, '\ufffd');
    for (const { name } of parseJunit(report)) expect(name).toBe(said);
    expect(parseJunit(report)[1]).toMatchObject({ attributes: { type: said, message: said }, text: said });
  });
});
