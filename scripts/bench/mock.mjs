// Sets `sgid mock` beside MockPass and a floor: time to listen, logins per second, memory. They take turns, so that all
// see the same machine. The floor is a bare node:http server that only does what no login goes without: four answers,
// one RS256 signature, the encryption of the claims.
import { runLogins } from './login-load.mjs';
import { timeBareNode } from './processes.mjs';
import { startBareServer, startFloor, startMockPass, startSgidMock } from './providers.mjs';
import { compare } from './rows.mjs';
import { median } from './statistics.mjs';

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

/**
 * Rows on the embedded provider.
 *
 * @param {number} runs Starts and turns of each.
 */
export async function benchMock(runs) {
  const rows = await benchStarts(runs);
  const running = { mock: await startSgidMock(), mockpass: await startMockPass(), floor: await startFloor() };
  try {
    for (const provider of Object.values(running)) await runLogins(provider, WARM_UP);
    for (const load of LOADS) rows.push(...(await benchLoad(running, load, runs)));
    rows.push(...compareMemory(running.mock.peakMemory(), running.mockpass.peakMemory()));
  } finally {
    await Promise.all(Object.values(running).map((provider) => provider.stop()));
  }
  return rows;
}

async function benchStarts(runs) {
  const times = { bare: [], mock: [], floor: [], mockpass: [] };
  timeBareNode();
  for (let run = 0; run < runs; run += 1) {
    times.bare.push(timeBareNode());
    for (const [name, start] of Object.entries({
      mock: startSgidMock,
      floor: startBareServer,
      mockpass: startMockPass,
    })) {
      const provider = await start();
      times[name].push(provider.milliseconds);
      await provider.stop();
    }
  }
  const beside = (against, other, aim) =>
    compare({
      name: 'sgid mock, start to listening',
      unit: 'ms',
      own: times.mock,
      against,
      other,
      ...(aim && { aim }),
    });
  return [
    beside('node -e 0', times.bare, { atMost: 1.3 }),
    compare({
      name: '  the floor: node:http and node:crypto alone',
      unit: 'ms',
      own: times.floor,
      against: 'node -e 0',
      other: times.bare,
    }),
    beside('MockPass', times.mockpass),
  ];
}

async function benchLoad(running, load, turns) {
  const rates = { mock: [], mockpass: [], floor: [] };
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [name, provider] of Object.entries(running)) {
      const { total, durations } = await runLogins(provider, load);
      rates[name].push((durations.length * 1000) / total);
    }
  }
  const name = `sgid mock, ${load.clients} client${load.clients === 1 ? '' : 's'}`;
  const beside = (against, other, aim) =>
    compare({ name, unit: 'logins/s', own: rates.mock, against, other, ...(aim && { aim }) });
  // Where no provider in Node reaches the aim, a share of what one can reach counts instead.
  const floorReaches = median(rates.floor.map((rate, turn) => rate / rates.mockpass[turn])) >= AIM;
  return [
    beside('MockPass', rates.mockpass, floorReaches ? { atLeast: AIM } : undefined),
    beside('bare cryptography', rates.floor, floorReaches ? undefined : { atLeast: SHARE_OF_FLOOR }),
  ];
}

/** Only Linux tells the memory of another process. */
function compareMemory(own, other) {
  if (own === undefined) return [];
  const name = 'sgid mock, peak memory under load';
  return [
    compare({ name, unit: 'MB', own: [own], against: 'MockPass', other: [other], aim: { atMost: 0.6 } }),
  ];
}
