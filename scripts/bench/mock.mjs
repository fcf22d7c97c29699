// Sets `sgid mock` beside MockPass and the floor: time to listen, logins per second, latency, memory. They take
// turns, so that all see the same machine.
import { runLogins } from './login-load.mjs';
import { startFloor, startMockPass, startSgidMock } from './providers.mjs';
import { timeBareNode } from './start-up.mjs';
import { median, percentile } from './statistics.mjs';
import { atLeast, atMost, printRow, toText } from './table.mjs';

const STARTS = 10;
const TURNS = 16;
/** Until the engine has compiled all of it, which takes longest for the one that does most in JavaScript. */
const WARM_UP = { clients: 8, logins: 3_000 };
const LOADS = [
  { clients: 1, logins: 40 },
  { clients: 32, logins: 160 },
];
/** Logins per second, in times MockPass. */
const AIM = 5;
/** What to reach of the floor where the floor itself stays below the aim. */
const SHARE_OF_FLOOR = 0.7;

/** Prints a table and a verdict on each aim; `false` when one is missed. */
export async function benchMock() {
  const listening = await timeStarts({ mock: startSgidMock, mockpass: startMockPass });
  const running = { mock: await startSgidMock(), mockpass: await startMockPass(), floor: await startFloor() };
  const providers = Object.values(running);
  try {
    for (const provider of providers) await runLogins(provider, WARM_UP);
    const loads = [];
    for (const load of LOADS) loads.push({ ...load, ...(await measureLoad(running, load)) });
    const memory = { mock: running.mock.peakMemory(), mockpass: running.mockpass.peakMemory() };
    printTable(listening, loads, memory);
    return judge(listening, loads, memory);
  } finally {
    await Promise.all(providers.map((provider) => provider.stop()));
  }
}

/** Medians of so many starts, in milliseconds. */
async function timeStarts(starts) {
  const times = { bare: [], mock: [], mockpass: [] };
  timeBareNode();
  for (let round = 0; round < STARTS; round += 1) {
    times.bare.push(timeBareNode());
    for (const [name, start] of Object.entries(starts)) {
      const provider = await start();
      times[name].push(provider.milliseconds);
      await provider.stop();
    }
  }
  return { bare: median(times.bare), mock: median(times.mock), mockpass: median(times.mockpass) };
}

/** What each provider did in its turns, and its rate in times that of MockPass in the same turn. */
async function measureLoad(running, load) {
  const turns = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const results = {};
    for (const [name, provider] of Object.entries(running)) results[name] = await runLogins(provider, load);
    turns.push(results);
  }
  return Object.fromEntries(Object.keys(running).map((name) => [name, summarize(turns, name)]));
}

function summarize(turns, name) {
  const durations = turns.flatMap((turn) => turn[name].durations);
  return {
    perSecond: median(turns.map((turn) => (turn[name].durations.length * 1000) / turn[name].total)),
    timesMockPass: median(turns.map((turn) => turn.mockpass.total / turn[name].total)),
    ofFloor: median(turns.map((turn) => turn.floor.total / turn[name].total)),
    p50: percentile(durations, 0.5),
    p99: percentile(durations, 0.99),
  };
}

function printTable(listening, loads, memory) {
  console.log(`\nsgid mock beside MockPass; ${STARTS} starts each, the load in ${TURNS} turns each, medians`);
  console.log(
    'The floor is a bare node:http server that only does what no login goes without: four answers,',
  );
  console.log(
    `one RS256 signature, the encryption of the claims. The aim is ${AIM} times MockPass; where the floor`,
  );
  console.log(
    `itself stays below ${AIM} times MockPass, it is ${SHARE_OF_FLOOR * 100} % of the floor instead.\n`,
  );
  printRow('', 'sgid mock', 'MockPass', 'floor', 'node -e 0');
  printRow('start to listening, ms', listening.mock, listening.mockpass, '', listening.bare);
  for (const { clients, mock, mockpass, floor } of loads) {
    const row = (name, key) => printRow(name, mock[key], mockpass[key], floor[key]);
    row(`logins per second, ${clients} client${clients === 1 ? '' : 's'}`, 'perSecond');
    row('  times MockPass', 'timesMockPass');
    row('  share of the floor', 'ofFloor');
    row('  p50 of a login, ms', 'p50');
    row('  p99 of a login, ms', 'p99');
  }
  printRow('peak memory, MiB', memory.mock, memory.mockpass);
}

function judge(listening, loads, memory) {
  const verdicts = [
    ...loads.map(judgeLoad),
    atMost('start to listening, times bare Node', listening.mock / listening.bare, 1.3),
  ];
  if (memory.mock !== undefined) {
    verdicts.push(atMost('peak memory, of that of MockPass', memory.mock / memory.mockpass, 0.6));
  }
  return verdicts.every(Boolean);
}

function judgeLoad({ clients, mock, floor }) {
  const name = `logins per second with ${clients}`;
  if (floor.timesMockPass >= AIM) return atLeast(`${name}, times MockPass`, mock.timesMockPass, AIM);
  console.log(
    `${name}: no provider reaches ${AIM} times MockPass here, the floor ${toText(floor.timesMockPass)} times`,
  );
  return atLeast(`${name}, of the floor`, mock.ofFloor, SHARE_OF_FLOOR);
}
