import { cp, mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takePort } from '../../scripts/ports.mjs';
import { type EndedProcess, SGID_JS, startProgram } from './sgid-process.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { FILES, type WritingCommand } from './writing-commands.ts';

const FAULT = fileURLToPath(new URL('machine-fault.cjs', import.meta.url));

/** What happens at a call of the file system. */
export interface Fault {
  /** At which call, counted from 1. */
  readonly at: number;
  /** The error code that the call fails with, or how it ends the program. */
  readonly end: string;
  /** The calls that count, as a regular expression; all when left out. */
  readonly calls?: string;
  /** All calls after it fail as well. */
  readonly lasting?: true;
}

/** A folder that is home and working folder of its command. */
export interface Scene {
  readonly old: Files;
  /** What the command leaves when nothing happens. */
  readonly whole: Files;
  /** The names of the calls that it makes then. */
  calls(counted?: string): readonly string[];
  run(
    fault: Fault,
  ): Promise<{ readonly folder: string; readonly left: Map<string, string>; readonly ended: EndedProcess }>;
}

/** The text of each file by its path. */
export type Files = ReadonlyMap<string, string>;

const scenes = new Map<WritingCommand, Promise<Scene>>();

/** Runs what comes before a command in a folder, then the command in a copy of it; once in all the tests of this process. */
export function setScene(command: WritingCommand): Promise<Scene> {
  const scene = scenes.get(command) ?? makeScene(command);
  scenes.set(command, scene);
  return scene;
}

async function makeScene({ line, before }: WritingCommand): Promise<Scene> {
  // The end of the tests takes it away.
  const place = await mkdtemp(join(tmpdir(), 'sgid-scene-'));
  const [template, first, log] = [join(place, 'before'), join(place, 'after'), join(place, 'calls')];
  await mkdir(template);
  for (const [name, text] of Object.entries(FILES))
    await writeFile(join(template, name), text, { mode: 0o600 });
  for (const words of before) await runIn(template, words);
  await cp(template, first, { recursive: true });
  const { status, stderr } = await runIn(first, line, { log });
  if (status !== 0) throw new Error(`sgid ${line}: ${stderr}`);
  const made = (await readFile(log, 'utf8')).trimEnd().split('\n');
  return {
    old: await readFiles(template),
    whole: await readFiles(first),
    calls: (counted = '.*') => made.filter((name) => new RegExp(`^(?:${counted})$`).test(name)),
    run: async (fault) => {
      const folder = await makeTemporaryFolder();
      await cp(template, folder, { recursive: true });
      const ended = await runIn(folder, line, fault);
      return { folder, left: await readFiles(folder), ended };
    },
  };
}

/** Runs a line, in which `PORT` is a free one, in its folder. */
export async function runIn(cwd: string, words: string, fault: object = {}): Promise<EndedProcess> {
  const line = words.replace('PORT', String(await takePort()));
  const env = { HOME: cwd, MACHINE_FAULT: JSON.stringify({ at: 0, ...fault }) };
  const command = [process.execPath, '--require', FAULT, SGID_JS, ...line.split(' ')];
  return (await startProgram(command, { cwd, env })).ended;
}

/** Numbers and keys differ from run to run. Half a text is not the whole one for that. */
async function readFiles(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = new Map<string, string>();
  for (const path of paths.toSorted()) {
    const text = (await readFile(path, 'utf8'))
      .replace(/-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/g, '<$1>')
      .replace(/\d+(?:\.\d+)?/g, '0');
    const isOpen = ((await stat(path)).mode & 0o077) !== 0;
    files.set(path.slice(folder.length + 1), `${isOpen ? 'open to others\n' : ''}${text}`);
  }
  return files;
}
