// The commands that are measured as whole processes, and a folder to run them in.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT } from './environment.mjs';
import { makeUserinfo, REDIRECT_URI, TEST_CLIENT } from './test-client.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const LOGIN = ['login', '-q', '--mock', '--persona', 'zoe'];

/** The program, before its arguments. */
export const SGID = here('../../bin/sgid.js');

/** The arguments of a Node that does nothing. */
export const BARE = ['-e', '0'];

/**
 * What is measured: the arguments of `sgid`, what a script on the official SDK is told to do the same, a script that does
 * the least, and what time and memory are aimed at.
 */
export const COMMANDS = [
  { name: 'sgid --version', args: ['--version'], aim: { atMost: 1.1 } },
  { name: 'sgid --help', args: ['--help'], aim: { atMost: 1.1 } },
  {
    name: 'sgid pkce',
    args: ['pkce'],
    aim: { atMost: 1.2 },
    sdk: [here('sdk-steps.mjs'), 'pkce'],
    floor: { name: 'commander and node:crypto alone', args: [here('bare-pkce.cjs'), 'pkce'] },
  },
  {
    name: 'sgid authorize-url',
    args: ['authorize-url'],
    aim: { atMost: 1.2 },
    sdk: [here('sdk-steps.mjs'), 'authorize-url'],
  },
  {
    name: 'sgid decrypt, 20 fields',
    args: ['decrypt', 'userinfo.json'],
    sdk: [here('sdk-steps.mjs'), 'decrypt', 'userinfo.json'],
  },
  {
    name: 'sgid login --mock --persona',
    args: LOGIN,
    aim: { atMost: 2.2 },
    floor: { name: 'node:http and node:crypto alone', args: [here('bare-mock-login.cjs')] },
    memoryAim: { atMost: 1.25 },
  },
  { name: '  its first run, nothing compiled yet', args: LOGIN, firstRun: true },
];

/** The environment of the commands, which run in the folder of {@link inFolder}. */
export const COMMAND_ENVIRONMENT = {
  ...ENVIRONMENT,
  SGID_CLIENT_ID: TEST_CLIENT.clientId,
  SGID_CLIENT_SECRET: TEST_CLIENT.clientSecret,
  SGID_PRIVATE_KEY_PATH: './key.pem',
  SGID_REDIRECT_URI: REDIRECT_URI,
};

/** Runs `measure` with a folder that holds a key and a userinfo reply. */
export async function inFolder(measure) {
  const folder = mkdtempSync(join(tmpdir(), 'sgid-bench-'));
  try {
    writeFileSync(join(folder, 'userinfo.json'), await makeUserinfo(20), { mode: 0o600 });
    writeFileSync(join(folder, 'key.pem'), TEST_CLIENT.privateKey, { mode: 0o600 });
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Measures each command in turn, so many times, after one turn that does not count. */
export async function takeTurns(commands, runs, measure) {
  const samples = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let turn = 0; turn <= runs; turn += 1) {
    for (const [name, command] of Object.entries(commands)) {
      const sample = await measure(command);
      if (turn > 0) samples[name].push(sample);
    }
  }
  return samples;
}
