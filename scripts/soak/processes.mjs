// Processes of `sgid login` at one built mock, eight at a time, each lane on a port of its own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMockSgid } from '../../dist/mock.mjs';
import { sgidOf, startSgidMock, TEST_CLIENT } from '../bench/programs.mjs';
import { endWithUs, makeFolder } from '../end-with-us.mjs';
import { listen, requireFree, takePort } from '../ports.mjs';
import { findProcesses } from './find-processes.mjs';
import { measureChild } from './gauge.mjs';
import { describeOpen, runInTenths, settle, withinDeadline } from './tenths.mjs';
import { PROFILE, wayOf } from './ways.mjs';

const LANES = 8;
const BUILD = fileURLToPath(new URL('../..', import.meta.url));
const { personas: PERSONAS } = createMockSgid();

/**
 * Runs so many processes; gives a row for each tenth.
 *
 * @param {number} total
 * @param {(failure: string) => void} fail
 */
export async function soakProcesses(total, fail) {
  const { folder, remove } = makeFolder('sgid-soak-');
  let mock;
  try {
    const lanes = [];
    for (let lane = 0; lane < LANES; lane += 1) lanes.push(await openLane(join(folder, `lane-${lane}`)));
    const dotenv = join(folder, '.env');
    const preload = new URL('gauge.mjs', import.meta.url).href;
    const redirects = lanes.flatMap(({ redirectUri }) => ['--redirect-uri', redirectUri]);
    mock = await startSgidMock(BUILD, undefined, { args: [...redirects, '-e', dotenv], preload });
    const surroundings = prepare(folder, dotenv);
    const rows = await soak(total, { folder, lanes, mock, surroundings }, fail);
    const status = await withinDeadline(mock.stop('SIGINT'));
    if (status !== 0) fail(`the mock ended with ${status}`);
    return rows;
  } finally {
    await mock?.stop();
    remove();
  }
}

async function openLane(folder) {
  mkdirSync(folder);
  const port = await takePort();
  return { folder, port, redirectUri: `http://localhost:${port}/callback` };
}

/** Folders of their own for all processes, with a profile. */
function prepare(folder, dotenv) {
  const [home, temporary] = ['home', 'tmp'].map((name) => join(folder, name));
  mkdirSync(home);
  mkdirSync(temporary);
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: temporary };
  const init = ['init', '--from', dotenv, '--profile', PROFILE, '--yes'];
  execFileSync(process.execPath, [sgidOf(BUILD), ...init], { cwd: folder, env, stdio: 'pipe' });
  return { env, home, temporary };
}

async function soak(total, { folder, lanes, mock, surroundings }, fail) {
  let wrong = 0;
  const count = (failure) => {
    wrong += 1;
    fail(failure);
  };
  const { env, home, temporary } = surroundings;
  const work = async (index, place) => {
    const way = wayOf(index);
    // Each way gets each person.
    const person = PERSONAS[(index + Math.floor(index / 100)) % PERSONAS.length];
    const lane = { ...lanes[place], index, person, env, hostname: mock.hostname };
    await runProcess(way, lane).catch((error) => count(`process ${index}, ${way.name}: ${error.message}`));
  };
  const listHome = () => readdirSync(home, { recursive: true }).sort().join('\n');
  const before = listHome();
  const rest = async () => {
    const left = await settle(
      () => findProcesses(folder),
      ({ length }) => length === 0,
    );
    if (left.length > 0) count(`processes are left: ${left.join(', ')}`);
    const files = readdirSync(temporary);
    for (const file of files) rmSync(join(temporary, file), { recursive: true });
    if (files.length > 0) count(`temporary files are left: ${files.join(', ')}`);
    if (listHome() !== before) count(`the home folder holds other files: ${listHome()}`);
    return { wrong, kept: { mock: await measureChild(mock.child) } };
  };
  const rows = await runInTenths({ total, atOnce: LANES, work, rest });
  const counts = rows.map(({ kept }) => kept.mock.descriptors);
  for (const open of describeOpen('mock', counts)) fail(open);
  return rows;
}

async function runProcess(way, lane) {
  const blocker = way.isPortTaken ? await listen(lane.port, '127.0.0.1') : undefined;
  const run = startLogin(way, lane);
  try {
    try {
      await withinDeadline(Promise.all([way.play(run, lane), run.ended]));
    } finally {
      run.child.kill('SIGKILL');
      await blocker?.close();
    }
    const ended = { status: await run.ended, ...run.written };
    if (![way.exit].flat().includes(ended.status)) throw new Error(`it ended with ${ended.status}`);
    way.verify(ended, lane);
    await requireFree(lane.port);
    const files = readdirSync(lane.folder);
    for (const file of files) rmSync(join(lane.folder, file));
    if (files.length > 0) throw new Error(`it left ${files.join(', ')}`);
  } catch (error) {
    throw new Error(`${error.message}\n${run.written.stderr.slice(-2000)}`);
  }
}

function startLogin(way, lane) {
  const given = typeof way.args === 'function' ? way.args(lane) : (way.args ?? []);
  const browser = given.includes('--browser') ? [] : ['--no-browser'];
  const env = way.hasProfile
    ? lane.env
    : {
        ...lane.env,
        SGID_CLIENT_ID: TEST_CLIENT.clientId,
        SGID_CLIENT_SECRET: TEST_CLIENT.clientSecret,
        SGID_PRIVATE_KEY: TEST_CLIENT.privateKey,
        SGID_REDIRECT_URI: lane.redirectUri,
        SGID_HOSTNAME: lane.hostname,
      };
  // A busy machine is no failure.
  const args = [sgidOf(BUILD), 'login', '--http-timeout', '100', ...browser, ...given];
  const child = endWithUs(
    spawn(process.execPath, args, { cwd: lane.folder, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (text) => {
      written[name] += text;
    });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal === null ? code : 128 + constants.signals[signal]));
  });
  /** The URL on stderr. */
  const authorizationUrl = () =>
    new Promise((resolve, reject) => {
      const look = () => {
        const [url] = /^https?:\S+(?=\n)/m.exec(written.stderr) ?? [];
        if (url !== undefined) resolve(url);
      };
      child.stderr.on('data', look);
      look();
      ended.then(() => reject(new Error(`no URL was printed, but: ${written.stderr}`)), reject);
    });
  return { child, written, ended, authorizationUrl };
}
