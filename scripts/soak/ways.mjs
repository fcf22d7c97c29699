// The ways in which a process of `sgid login` may go, and how each must end.
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { visit } from '../bench/visits.mjs';
import { FAULT_OUTCOMES } from './fault-outcomes.mjs';

const SIGNALS = {
  SIGHUP: [129, 'ERR_HANGUP'],
  SIGINT: [130, 'ERR_INTERRUPTED'],
  SIGTERM: [143, 'ERR_TERMINATED'],
};

export const PROFILE = 'soak';

const NAME = 'myinfo.name';
const FOLLOW = fileURLToPath(new URL('follow.mjs', import.meta.url));

/** Of the person who logs in. */
function requireResult(text, { data }, what) {
  let result;
  try {
    result = JSON.parse(text);
  } catch {
    throw new Error(`${what} is not JSON: ${JSON.stringify(text)}`);
  }
  if (result.data?.[NAME] !== data[NAME] || Object.keys(result.data).length !== 1 || !result.sub)
    throw new Error(`${what} holds another result`);
}

function requireNothing(text, what) {
  if (text !== '') throw new Error(`${what} is not empty: ${JSON.stringify(text)}`);
}

/** Reads a file that the program wrote, and takes it away. */
function takeFile(path) {
  if (!existsSync(path)) throw new Error(`${path} was not written`);
  if ((statSync(path).mode & 0o777) !== 0o600) throw new Error(`others can read ${path}`);
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  return text;
}

/** The person goes to the URL, with a fault or without. */
async function visitUrl(run, lane, fault) {
  const url = new URL(await run.authorizationUrl());
  url.searchParams.set('login_hint', lane.person.id);
  if (fault !== undefined) url.searchParams.set('mock_fault', fault);
  await visit(url);
}

const success = {
  exit: 0,
  play: visitUrl,
  verify: ({ stdout }, { person }) => requireResult(stdout, person, 'stdout'),
};

const failure = (code, exit) => ({
  exit,
  play: visitUrl,
  args: ['--json-errors'],
  verify: ({ stdout, stderr }) => {
    requireNothing(stdout, 'stdout');
    const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1));
    if (error.code !== code || error.exitCode !== exit) throw new Error(`it said ${error.code}, not ${code}`);
  },
});

/** Nobody visits: the signal comes when the URL is there. */
const interruption = (signal) => ({
  ...failure(SIGNALS[signal][1], SIGNALS[signal][0]),
  play: async (run) => {
    await run.authorizationUrl();
    run.child.kill(signal);
  },
});

/** At any moment, also while Node starts, when the system ends the process. */
const earlyInterruption = {
  exit: 130,
  args: ['--out', 'written'],
  play: async (run, { index }) => {
    await sleep((index * 7) % 400);
    run.child.kill('SIGINT');
  },
  verify: ({ stdout }) => requireNothing(stdout, 'stdout'),
};

/** In the middle of the exchange: the file is whole, or not there. */
const lateInterruption = {
  exit: [0, 130],
  args: ['--out', 'written'],
  play: async (run, lane) => {
    const visited = visitUrl(run, lane).catch(() => {});
    await run.authorizationUrl();
    await sleep((lane.index * 7) % 100);
    run.child.kill('SIGINT');
    await visited;
  },
  verify: ({ status, stdout }, { folder, person }) => {
    requireNothing(stdout, 'stdout');
    const path = `${folder}/written`;
    if (status === 0 || existsSync(path)) requireResult(takeFile(path), person, '--out');
  },
};

const intoFile = (option, verifyFile) => ({
  ...success,
  args: [option, 'written'],
  verify: (ended, lane) => verifyFile(takeFile(`${lane.folder}/written`), ended, lane),
});

const byFault = (fault, [code, exit]) => {
  const play = (run, lane) => visitUrl(run, lane, fault).catch(() => {});
  const ending = (patience = []) => {
    const way = failure(code, exit);
    return { ...way, play, args: [...way.args, ...patience] };
  };
  switch (code) {
    case 'success':
      return { ...success, play };
    case 'ERR_HTTP_TIMEOUT':
      return ending(['--http-timeout', '2']);
    // Of no use to a login that listens: it waits for another callback.
    case 'ERR_STATE_MISMATCH':
    case 'ERR_CALLBACK_TIMEOUT':
      return { ...WAYS['no visit'], play };
    default:
      return ending();
  }
};

const FAULTS = Object.entries(FAULT_OUTCOMES);

/**
 * Each way by its name. `play` is what the person does; `exit` is the status, or several; `verify` looks at what was
 * written.
 */
const WAYS = {
  json: success,
  out: intoFile('--out', (text, { stdout }, { person }) => {
    requireNothing(stdout, 'stdout');
    requireResult(text, person, '--out');
  }),
  trace: intoFile('--trace', (text, { stdout }, { person }) => {
    requireResult(stdout, person, 'stdout');
    if (JSON.parse(text).version !== 1 || text.includes(person.data[NAME]))
      throw new Error('the trace is wrong');
  }),
  profile: {
    ...success,
    hasProfile: true,
    args: ({ redirectUri }) => ['--profile', PROFILE, '--redirect-uri', redirectUri],
  },
  field: {
    ...success,
    args: ['--field', NAME],
    verify: ({ stdout }, { person }) => {
      // Plain text is without what nobody sees: the joiner of an emoji.
      if (stdout !== `${person.data[NAME].replaceAll('\u200d', '')}\n`)
        throw new Error(`stdout is another value: ${JSON.stringify(stdout)}`);
    },
  },
  'browser command': {
    ...success,
    args: ({ person }) => ['--browser', `"${process.execPath}" "${FOLLOW}" ${person.id}`],
    play: () => {},
  },
  'embedded provider': {
    ...success,
    args: ({ person }) => ['--mock', '--persona', person.id],
    play: () => {},
  },
  'stdout closed': {
    exit: 0,
    play: async (run, lane) => {
      run.child.stdout.destroy();
      await visitUrl(run, lane);
    },
    verify: () => {},
  },
  'no visit': {
    ...failure('ERR_CALLBACK_TIMEOUT', 6),
    args: ['--json-errors', '--timeout', '1'],
    play: () => {},
  },
  interrupted: interruption('SIGINT'),
  'interrupted before it writes': {
    ...interruption('SIGINT'),
    args: ['--json-errors', '--out', 'written'],
  },
  terminated: interruption('SIGTERM'),
  'hung up': interruption('SIGHUP'),
  'interrupted early': earlyInterruption,
  'interrupted late': lateInterruption,
  expectation: { ...success, exit: 9, args: ['--expect', `${NAME}=NOBODY`] },
  'port in use': { ...failure('ERR_LISTEN_PORT_IN_USE', 10), play: () => {}, isPortTaken: true },
  'unknown option': {
    exit: 2,
    args: ['--nonsense'],
    play: () => {},
    verify: ({ stdout }) => requireNothing(stdout, 'stdout'),
  },
  'no such profile': {
    ...failure('ERR_PROFILE', 3),
    args: ['--json-errors', '--profile', 'nobody'],
    play: () => {},
  },
};
const NAMES = Object.keys(WAYS);

/** Each way in turn; after all of them, two of the faults. */
export function wayOf(index) {
  const [turn, place] = [Math.floor(index / (NAMES.length + 2)), index % (NAMES.length + 2)];
  if (place < NAMES.length) return { name: NAMES[place], ...WAYS[NAMES[place]] };
  const [fault, code] = FAULTS[(2 * turn + place - NAMES.length) % FAULTS.length];
  return { name: `the fault ${fault}`, ...byFault(fault, code) };
}
