// A row of the table: what was measured, beside what, and whether the aim is reached. All ratios are of one run.
import { median, percentile } from './statistics.mjs';

/**
 * Compares paired samples. A pair was measured one right after the other, so that both saw the same machine.
 *
 * @param {object} measured
 * @param {string} measured.name
 * @param {string} measured.unit Of the samples, for example `ms`.
 * @param {number[]} measured.own
 * @param {string} measured.against What the other samples are of.
 * @param {number[]} measured.other
 * @param {{ atMost: number } | { atLeast: number }} [measured.aim] For the ratio of own to other.
 * @param {boolean} [measured.ofRates] The samples are times, and the ratio is that of the rates: of other to own.
 */
export function compare({ name, unit, own, against, other, aim, ofRates = false }) {
  const ratios = own.map((sample, index) => (ofRates ? other[index] / sample : sample / other[index]));
  const ratio = summarize(ratios);
  return {
    name,
    unit,
    own: summarize(own),
    against,
    other: summarize(other),
    ratio,
    ...judge(ratio.median, aim),
  };
}

/** A measure that stands by itself; the aim is for its median. */
export function state({ name, unit, own, aim }) {
  const summary = summarize(own);
  return { name, unit, own: summary, ...judge(summary.median, aim) };
}

function summarize(samples) {
  return {
    median: median(samples),
    low: percentile(samples, 0.25),
    high: percentile(samples, 0.75),
    count: samples.length,
  };
}

function judge(value, aim) {
  if (aim === undefined) return {};
  return { aim, reached: 'atMost' in aim ? value <= aim.atMost : value >= aim.atLeast };
}
