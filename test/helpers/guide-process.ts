import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { takePort } from '../../scripts/ports.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OTHER_PORT = fileURLToPath(new URL('../guides/other-port.sh', import.meta.url));

/** The environment of whoever follows a guide: it has nothing of vitest, and their text has no colours. */
const READER = {
  ...process.env,
  NODE_ENV: undefined,
  VITEST: undefined,
  FORCE_COLOR: undefined,
  NO_COLOR: '1',
};

/** An example that runs. */
export interface RunningGuide {
  readonly origin: string;
  /** What it has printed. */
  output(): string;
  /** Ends it, with all that it started. */
  stop(): Promise<void>;
}

/** The command at the top of a guide, without the installation of this project, from which it runs. */
export function commandOf(guide: string): string {
  const [, command = ''] =
    /^```sh\nnpm ci && (.+)\n```$/m.exec(readFileSync(`${ROOT}/docs/guides/${guide}.md`, 'utf8')) ?? [];
  return command;
}

/** Runs a command of a guide to its end. */
export async function runGuide(command: string, env: NodeJS.ProcessEnv = {}) {
  const { output, ended } = start(command, env);
  const status = await ended;
  return { status, output: output() };
}

/**
 * Runs a command of a guide until its application answers, on a free port.
 *
 * @param settings Variables that the machine of the test needs.
 */
export async function startGuide(command: string, settings: NodeJS.ProcessEnv = {}): Promise<RunningGuide> {
  const port = await takePort();
  const origin = `http://localhost:${port}`;
  const {
    pid = 0,
    output,
    ended,
  } = start(command, { GUIDE_PORT: `${port}`, npm_config_script_shell: OTHER_PORT, ...settings });
  let status: number | undefined;
  const over = ended.then((code) => {
    status = code;
  });
  const stop = async (): Promise<void> => {
    if (status === undefined) process.kill(-pid);
    await over;
  };
  while (status === undefined) {
    const answers = await fetch(origin).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return { origin, output, stop };
    await sleep(200);
  }
  throw new Error(`"${command}" ended with ${status}:\n${output()}`);
}

/** In a group of its own, so that the end reaches npm, the mock and the application. */
function start(command: string, env: NodeJS.ProcessEnv) {
  const child = spawn(command, { cwd: ROOT, shell: true, detached: true, env: { ...READER, ...env } });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  return { pid: child.pid, output: () => printed, ended };
}
