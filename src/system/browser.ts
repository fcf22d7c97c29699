import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from './environment.ts';
import { errorCode } from './node-error.ts';

export interface Browser {
  /**
   * Opens an http or https URL, without a shell. `command` is a program and its arguments, in which `%s` stands
   * for the URL, or else the URL comes last; without words the system's browser is used. It gets the variables `env`.
   *
   * Resolves with a short reason when the launcher cannot be started or exits with a failure, and with `undefined` when it
   * exits well. It may stay pending as long as the browser is open.
   *
   * @throws TypeError for any other URL.
   */
  open(url: string, command: readonly string[], env: Environment): Promise<string | undefined>;
}

/** @param openSystem Opens a URL where no command is given; resolves when the launcher runs, or has run. */
export function createBrowser(openSystem: (url: string, env: Environment) => Promise<ChildProcess>): Browser {
  return {
    async open(url, [program, ...args], env) {
      const { protocol, href } = new URL(url);
      if (protocol !== 'http:' && protocol !== 'https:') {
        throw new TypeError(`not an http or https URL: ${protocol}`);
      }
      if (program === undefined) {
        return describeFailure('the system browser', async () => ended(await openSystem(href, env)));
      }
      // The command may be the browser itself, so it must outlive this program: in a session of its own, where
      // Ctrl-C in the terminal does not reach it, and never ended by us.
      // Without this, Windows looks for a program in the current folder first.
      if (process.platform === 'win32') process.env['NoDefaultCurrentDirectoryInExePath'] = '1';
      const options = { shell: false, stdio: 'ignore', detached: true, env } as const;
      return describeFailure(program, async () => ended(spawn(program, placeUrl(args, href), options)));
    },
  };
}

export const systemBrowser: Browser = createBrowser(async (url, env) => {
  // `open` always starts programs with the variables of this process.
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  return (await import('open')).default(url);
});

/** As other programs read `$BROWSER`: in place of `%s`, or at the end. */
function placeUrl(args: readonly string[], url: string): string[] {
  const placed = args.map((word) => word.replaceAll('%s', () => url));
  return args.some((word) => word.includes('%s')) ? placed : [...placed, url];
}

/** Neither the child nor its pipes keep this program alive. */
async function ended(child: ChildProcess): Promise<ChildProcess> {
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child;
}

async function describeFailure(
  name: string,
  launch: () => Promise<ChildProcess>,
): Promise<string | undefined> {
  try {
    const { exitCode, signalCode } = await launch();
    if (exitCode === 0) return undefined;
    return signalCode === null
      ? `${name} exited with status ${exitCode}`
      : `${name} was ended by ${signalCode}`;
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' ? `${name} was not found` : `${name} could not be started (${code ?? error})`;
  }
}
