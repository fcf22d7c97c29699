import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache');
const UNPACKED = join(CACHE, 'sgid-test-chromium');

/** Where systems keep a Chrome or Chromium that somebody installed. */
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium and the environment that it needs. */
export interface ChromiumProgram {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds a Chromium: an installed one (`$CHROME_PATH` first), or else that of `@sparticuz/chromium`, which brings its
 * libraries and fonts along and needs nothing of the system.
 */
export async function findChromium(): Promise<ChromiumProgram> {
  const installed = [process.env['CHROME_PATH'] ?? '', ...INSTALLED].find((path) => existsSync(path));
  if (installed !== undefined) return { executablePath: installed, env: {} };
  if (!existsSync(UNPACKED)) await unpack();
  return {
    executablePath: join(UNPACKED, 'chromium'),
    env: { LD_LIBRARY_PATH: join(UNPACKED, 'al2023', 'lib'), FONTCONFIG_PATH: join(UNPACKED, 'fonts') },
  };
}

/**
 * Starts a headless Chromium.
 *
 * @param args Switches of Chromium's command line.
 */
export async function launchChromium(args: string[] = []): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({ executablePath, args, timeout: 0, env: { ...process.env, ...env } });
}

/** The package unpacks into the temporary folder, and its libraries only where it takes itself to be in a cloud. */
async function unpack(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'unpacking-'));
  const script = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: ROOT,
    env: { TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
  });
  await writeFile(join(folder, 'fonts', 'fonts.conf'), FONTS_CONF);
  // Of several test files that unpack at once the first wins, and the folder is never there by half.
  await rename(folder, UNPACKED).catch(() => rm(folder, { recursive: true }));
}

/** The package's own looks in fixed folders of the system. Without any font Chromium crashes. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir>${join(UNPACKED, 'fonts-cache')}</cachedir>
</fontconfig>
`;
