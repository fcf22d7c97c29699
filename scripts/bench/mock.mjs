// Sets `sgid mock` beside MockPass: time to listen, logins per second, latency, memory. The two take turns, so that
// both see the same machine.
import { runLogins } from './login-load.mjs';
import { startMockPass, startSgidMock } from './providers.mjs';
import { timeBareNode } from './start-up.mjs';
import { median, percentile } from './statistics.mjs';

const STARTS = 10;
const ROUNDS = 6;
const WARM_UP = { clients: 8, logins: 400 };
const LOADS = [
  { clients: 1, logins: 300 },
  { clients: 32, logins: 600 },
];
const PROVIDERS = { mock: startSgidMock, mockpass: startMockPass };

/** Prints a table and a verdict on each aim; `false` when one is missed. */
export async function benchMock() {
  const listening = await timeStarts();
  const running = { mock: await startSgidMock(), mockpass: await startMockPass() };
  try {
    for (const provider of Object.values(running)) await runLogins(provider, WARM_UP);
    const loads = [];
    for (const load of LOADS) loads.push({ ...load, ...(await measureLoad(running, load)) });
    const memory = { mock: running.mock.peakMemory(), mockpass: running.mockpass.peakMemory() };
    printTable(listening, loads, memory);
    return printVerdicts(listening, loads, memory);
  } finally {
    await Promise.all([running.mock.stop(), running.mockpass.stop()]);
  }
}

/** Medians of so many starts, in milliseconds. */
async function timeStarts() {
  const times = { bare: [], mock: [], mockpass: [] };
  timeBareNode();
  for (let round = 0; round < STARTS; round += 1) {
    times.bare.push(timeBareNode());
    for (const [name, start] of Object.entries(PROVIDERS)) {
      const provider = await start();
      times[name].push(provider.milliseconds);
      await provider.stop();
    }
  }
  return { bare: median(times.bare), mock: median(times.mock), mockpass: median(times.mockpass) };
}

async function measureLoad(running, { clients, logins }) {
  const results = { mock: { total: 0, durations: [] }, mockpass: { total: 0, durations: [] } };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, provider] of Object.entries(running)) {
      const { total, durations } = await runLogins(provider, { clients, logins: logins / ROUNDS });
      results[name].total += total;
      results[name].durations.push(...durations);
    }
  }
  return { mock: summarize(results.mock), mockpass: summarize(results.mockpass) };
}

function summarize({ total, durations }) {
  return {
    perSecond: (durations.length * 1000) / total,
    p50: percentile(durations, 0.5),
    p99: percentile(durations, 0.99),
  };
}

function printTable(listening, loads, memory) {
  console.log(`\nsgid mock beside MockPass; ${STARTS} starts each, the load in ${ROUNDS} turns each`);
  printRow('', 'sgid mock', 'MockPass', 'node -e 0');
  printRow(
    'start to listening, median ms',
    ...[listening.mock, listening.mockpass, listening.bare].map(toText),
  );
  for (const { clients, logins, mock, mockpass } of loads) {
    const load = `${clients} client${clients === 1 ? '' : 's'}`;
    printRow(`logins per second, ${load} (${logins})`, toText(mock.perSecond), toText(mockpass.perSecond));
    printRow(`  p50 of a login, ms`, toText(mock.p50), toText(mockpass.p50));
    printRow(`  p99 of a login, ms`, toText(mock.p99), toText(mockpass.p99));
  }
  printRow('peak memory, MiB', toText(memory.mock), toText(memory.mockpass));
}

function printRow(name, ...cells) {
  console.log(name.padEnd(40) + cells.map((cell) => cell.padStart(12)).join(''));
}

function toText(number) {
  if (number === undefined) return 'unknown';
  return number.toFixed(number < 100 ? 1 : 0);
}

function printVerdicts(listening, loads, memory) {
  const verdicts = [
    ...loads.map(({ clients, mock, mockpass }) =>
      atLeast(`logins per second with ${clients}, times MockPass`, mock.perSecond / mockpass.perSecond, 5),
    ),
    atMost('start to listening, times bare Node', listening.mock / listening.bare, 1.3),
    ...(memory.mock === undefined
      ? []
      : [atMost('peak memory, of that of MockPass', memory.mock / memory.mockpass, 0.6)]),
  ];
  return verdicts.every(Boolean);
}

function atLeast(name, ratio, aim) {
  return printVerdict(name, ratio, `at least ${aim}`, ratio >= aim);
}

function atMost(name, ratio, aim) {
  return printVerdict(name, ratio, `at most ${aim}`, ratio <= aim);
}

function printVerdict(name, ratio, aim, ok) {
  console.log(`${name.padEnd(40)}${ratio.toFixed(2).padStart(12)}  (${aim}) ${ok ? 'ok' : 'MISSED'}`);
  return ok;
}
