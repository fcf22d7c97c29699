import { type ChildProcess, spawn } from 'node:child_process';
import { errorCode } from './node-error.ts';

/** A browser that was asked to open something. */
export interface BrowserLaunch {
  /**
   * Resolves with a short reason when the launcher cannot be started or exits with a failure, and with
   * `undefined` when it exits well. Never rejects; may stay open as long as the browser does.
   */
  readonly failed: Promise<string | undefined>;
}

/** Opens URLs for a person to see. */
export interface Browser {
  /**
   * Opens an http or https URL, without a shell. `command` is a program and its arguments, in which `%s` stands
   * for the URL, or else the URL comes last; without words the system's browser is used. Resolves at once: a
   * launcher that fails says so in `failed`.
   *
   * @throws TypeError for any other URL.
   */
  open(url: string, command?: readonly string[]): Promise<BrowserLaunch>;
}

/** Starts the system's opener. Resolves when it runs, or has run. */
export type SystemOpener = (url: string) => Promise<ChildProcess>;

/** Makes a browser; `openSystem` opens a URL where no command is given. */
export function createBrowser(openSystem: SystemOpener): Browser {
  return {
    async open(url, command = []) {
      const { protocol, href } = new URL(url);
      if (protocol !== 'http:' && protocol !== 'https:') {
        throw new TypeError(`not an http or https URL: ${protocol}`);
      }
      const [program, ...args] = command;
      if (program === undefined) {
        return { failed: describe('the system browser', openSystem(href).then(ended)) };
      }
      return { failed: describe(program, run(program, placeUrl(args, href))) };
    },
  };
}

/** The browser of this machine. */
export const systemBrowser: Browser = createBrowser(async (url) => (await import('open')).default(url));

/** As `$BROWSER` is read elsewhere: in place of `%s`, or at the end. */
function placeUrl(args: readonly string[], url: string): string[] {
  const placed = args.map((word) => word.replaceAll('%s', () => url));
  return args.some((word) => word.includes('%s')) ? placed : [...placed, url];
}

/**
 * The command may be the browser itself, so it must outlive this program: in a session of its own, where
 * Ctrl-C in the terminal does not reach it, and never ended by us. Closing a person's tabs would be worse
 * than leaving a launcher, which ends by itself.
 */
async function run(program: string, args: readonly string[]): Promise<LaunchEnd> {
  return ended(spawn(program, args, { shell: false, stdio: 'ignore', detached: true }));
}

interface LaunchEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Waits for a child, which does not keep this program alive meanwhile: neither it nor its pipes. */
function ended(child: ChildProcess): Promise<LaunchEnd> {
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve({ code: child.exitCode, signal: child.signalCode });
    }
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

async function describe(name: string, launch: Promise<LaunchEnd>): Promise<string | undefined> {
  try {
    const { code, signal } = await launch;
    if (code === 0) return undefined;
    return signal === null ? `${name} exited with status ${code}` : `${name} was ended by ${signal}`;
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' ? `${name} was not found` : `${name} could not be started (${code ?? error})`;
  }
}
