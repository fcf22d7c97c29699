// Measures in turn, and the rows of the table.

/**
 * Measures each subject in turn, so that all see the same machine, so many times, after turns that do not count: the
 * build before this one keeps compiled code from its second run on.
 *
 * @returns {Promise<Record<string, number[]>>} The samples of each subject, by its name.
 */
export async function takeTurns(subjects, runs, measure, warmUps = 3) {
  const samples = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let turn = -warmUps; turn < runs; turn += 1) {
    for (const [name, subject] of Object.entries(subjects)) {
      const sample = await measure(subject);
      if (turn >= 0) samples[name].push(sample);
    }
  }
  return samples;
}

/**
 * A measure, by itself or beside another that was taken in turn with it: the ratio is the median of the ratios of pairs.
 *
 * @param {object} measured
 * @param {string} measured.name
 * @param {string} measured.unit
 * @param {number[]} measured.own
 * @param {string} [measured.against] What the other samples are of.
 * @param {number[]} [measured.other]
 * @param {{ atMost: number } | { atLeast: number }} [measured.aim] For the ratio, or for the median where there is none.
 */
export function describeRow({ name, unit, own, against, other, aim }) {
  const ratio = other && summarize(own.map((sample, index) => sample / other[index]));
  const value = (ratio ?? summarize(own)).median;
  const reached = aim && ('atMost' in aim ? value <= aim.atMost : value >= aim.atLeast);
  return { name, unit, own: summarize(own), against, other: other && summarize(other), ratio, aim, reached };
}

function summarize(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.round((sorted.length - 1) * share)];
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

const HEAD = ['measure', 'sgid', 'beside', '', 'ratio', 'middle half', 'aim', ''];

/** The rows as a table in Markdown. */
export function renderRows(rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return [HEAD, HEAD.map(() => '---'), ...rows.map(cellsOf)].map(line).join('');
}

function cellsOf({ name, unit, own, against = '', other, ratio, aim, reached }) {
  return [
    name,
    `${toText(own.median)} ${unit}`,
    against,
    other ? `${toText(other.median)} ${unit}` : '',
    ratio ? ratio.median.toFixed(2) : '',
    ratio ? `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}` : '',
    aim ? ('atMost' in aim ? `<= ${aim.atMost}` : `>= ${aim.atLeast}`) : '',
    aim ? (reached ? 'ok' : 'missed') : '',
  ];
}

/** A number with as many digits as matter. */
function toText(number) {
  return number.toFixed(number < 10 ? 2 : number < 100 ? 1 : 0);
}
