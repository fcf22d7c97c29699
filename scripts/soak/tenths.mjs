// Runs work in tenths, and checks what the process keeps between them.
import { setTimeout as sleep } from 'node:timers/promises';

/** Whatever takes longer hangs. */
const DEADLINE_MS = 120_000;

/** Settles as the promise does, or rejects when it hangs. */
export async function withinDeadline(promise) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs: two minutes are over')), DEADLINE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again until the answer is good; gives the last answer, however it is, when the deadline is over. */
export async function settle(ask, isGood) {
  const end = performance.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (isGood(answer) || performance.now() > end) return answer;
    await sleep(50);
  }
}

/**
 * Does `total` pieces of work, `atOnce` at a time, and rests after each tenth, when none is under way.
 *
 * @param work Gets the number of the piece, and that of its lane.
 * @param rest Its result becomes part of the tenth's row.
 */
export async function runInTenths({ total, atOnce, work, rest }) {
  const rows = [];
  let begun = 0;
  for (let tenth = 1; tenth <= 10; tenth += 1) {
    const first = begun;
    const end = Math.round((total * tenth) / 10);
    const started = performance.now();
    const follow = async (_, lane) => {
      while (begun < end) {
        begun += 1;
        await work(begun - 1, lane);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, follow));
    const perSecond = ((end - first) * 1000) / (performance.now() - started);
    rows.push({ done: end, perSecond, ...(await rest()) });
    console.error(`${end} of ${total}`);
  }
  return rows;
}

/** What the engine compiles late. */
const ALLOWANCE = 1024 * 1024;

/**
 * Says that a heap grows, given its bytes after each tenth. A leak is in every later measure, so the least of the last
 * three counts, which no late collection raises. It may be a tenth and a mebibyte above that of the second tenth: over
 * 5,000 logins a tenth that is some 60 bytes a login.
 */
export function describeGrowth(name, heaps) {
  const limit = heaps[1] * 1.1 + ALLOWANCE;
  const least = Math.min(...heaps.slice(-3));
  return least > limit ? [`the heap of ${name} grew from ${heaps[1]} to ${least} bytes`] : [];
}

/** Says that descriptors stay open, given how many there were after each tenth. */
export function describeOpen(name, counts) {
  const most = Math.max(...counts.slice(1).map((count) => count ?? 0));
  return most > counts[0] ? [`${name} had ${counts[0]} descriptors open, later ${most}`] : [];
}

const toMebibytes = (bytes) => (bytes / 2 ** 20).toFixed(1);

/** The rows as a table in Markdown. */
export function renderTenths(what, rows) {
  const [{ kept, done: _done, perSecond: _perSecond, ...first }] = rows;
  const subjects = Object.keys(kept);
  const head = [
    what,
    'a second',
    ...Object.keys(first),
    ...subjects.map((name) => `${name}: MiB heap, RSS; descriptors`),
  ];
  const lines = rows.map(({ done, perSecond, kept, ...counts }) => [
    done,
    perSecond.toFixed(1),
    ...Object.values(counts),
    ...subjects.map((name) => {
      const { heapUsed, rss, descriptors } = kept[name];
      return `${toMebibytes(heapUsed)}, ${toMebibytes(rss)}; ${descriptors ?? 'unknown'}`;
    }),
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
