import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type EndedProcess, runCommand } from './sgid-process.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** `action.yml`, as far as it is looked at here (GitHub's metadata syntax for actions). */
export interface CompositeAction {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

interface ActionStep {
  readonly id?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly uses?: string;
}

/** What a run of the action left behind. */
export interface ActionRun {
  /** That of the step which ended the run. */
  readonly status: number;
  /** All that the steps printed, as the log has it before it is masked. */
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Reads the action of this project. */
export async function readAction(): Promise<CompositeAction> {
  return parse(await readFile(new URL('../../action.yml', import.meta.url), 'utf8'));
}

/**
 * Runs the steps one after the other as a runner of GitHub Actions does: inputs are put into the environment, bash
 * stops at the first error, and the first step that fails ends the run.
 *
 * @param env What the job has in its environment beside the variables of the runner.
 */
export async function runAction(
  { inputs: declared, outputs, runs }: CompositeAction,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<ActionRun> {
  const folder = await makeTemporaryFolder();
  const paths = { summary: join(folder, 'summary.md'), outputs: join(folder, 'outputs') };
  for (const path of Object.values(paths)) await writeFile(path, '');
  const lookUp = (name: string): string => inputs[name] ?? declared[name]?.default ?? '';
  let ended: EndedProcess = { status: 0, stdout: '', stderr: '' };
  let log = '';
  for (const { env: stepEnv = {}, run = '' } of runs.steps) {
    const values = Object.entries(stepEnv).map(([name, text]) => [name, fillIn(text, lookUp)] as const);
    ended = await runCommand(['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: folder,
      env: {
        ...env,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_STEP_SUMMARY: paths.summary,
        GITHUB_OUTPUT: paths.outputs,
        ...Object.fromEntries(values),
      },
    });
    log += ended.stdout + ended.stderr;
    if (ended.status !== 0) break;
  }
  const set = new Map((await readFile(paths.outputs, 'utf8')).split('\n').map(readOutput));
  return {
    status: ended.status,
    log,
    summary: await readFile(paths.summary, 'utf8'),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [
        name,
        fillIn(value, (path) => set.get(path.replace('check.outputs.', '')) ?? ''),
      ]),
    ),
  };
}

/** Puts values in the place of `${{ inputs.x }}` and `${{ steps.x }}`, the only expressions that there may be. */
function fillIn(text: string, lookUp: (path: string) => string): string {
  return text.replace(/\$\{\{ (?:inputs|steps)\.([\w.-]+) \}\}/g, (_, path: string) => lookUp(path));
}

function readOutput(line: string): readonly [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
