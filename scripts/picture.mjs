// Draws the picture of README.md: a real `sgid login --mock`, its terminal beside the page on which one chooses who
// logs in. Writes docs/images/login-light.png and login-dark.png, with the fonts of this machine.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { rolldown } from 'rolldown';
import { renderPicture } from './picture/render.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const BUILT = 'build/picture';
/** Cut below the second person: fonts for the third one's scripts are rare. */
const PAGE = { width: 478, height: 397 };

const browser = await launchBrowser();
try {
  const { terminal, address, pages } = await logIn();
  await mkdir('docs/images', { recursive: true });
  for (const [colorScheme, page] of Object.entries(pages)) {
    const canvas = await browser.newPage({ colorScheme, deviceScaleFactor: 2 });
    await canvas.setContent(renderPicture({ terminal, address, page, size: PAGE }));
    const picture = canvas.locator('main');
    await picture.screenshot({ path: `docs/images/login-${colorScheme}.png`, omitBackground: true });
  }
} finally {
  await browser.close();
}

/** The Chromium of the tests, with the fonts that it brings along before those of the system. */
async function launchBrowser() {
  const bundle = await rolldown({ input: 'test/helpers/chromium.ts', external: /^[^./]/, platform: 'node' });
  await bundle.write({ file: join(BUILT, 'chromium.mjs') });
  const { findChromium } = await import(pathToFileURL(join(BUILT, 'chromium.mjs')).href);
  const { executablePath, env } = await findChromium();
  const own = env.FONTCONFIG_PATH;
  if (own !== undefined) {
    await writeFile(join(BUILT, 'fonts.conf'), fontsConf(own));
    env.FONTCONFIG_PATH = join(process.cwd(), BUILT);
  }
  return chromium.launch({ executablePath, env: { ...process.env, ...env } });
}

function fontsConf(folder) {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <dir>/usr/share/fonts</dir>
  <match>
    <test name="family" compare="not_eq"><string>monospace</string></test>
    <edit name="family" mode="append" binding="strong"><string>Open Sans</string></edit>
  </match>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;
}

/** Logs an invented person in; keeps what the terminal showed, and the page of the choice in both looks. */
async function logIn() {
  // This browser opens nothing: the page is opened here.
  const args = ['bin/sgid.js', 'login', '--mock', '--browser', 'true'];
  const login = spawn(process.execPath, args, { env: { PATH: process.env.PATH } });
  try {
    return await attend(login);
  } finally {
    login.kill();
  }
}

/** The person at the browser. */
async function attend(login) {
  const result = text(login.stdout);
  let said = '';
  const url = await new Promise((resolve, reject) => {
    login.stderr.setEncoding('utf8').on('data', (chunk) => {
      said += chunk;
      const [found] = /^http:\S+$/m.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    login.once('exit', () => reject(new Error(`the login ended early:\n${said}`)));
  });
  const page = await browser.newPage({ viewport: PAGE, deviceScaleFactor: 2 });
  await page.goto(url);
  const pages = {};
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    pages[colorScheme] = (await page.screenshot()).toString('base64');
  }
  await page.click('a[href*="mock_persona=wei-ming"]');
  await page.click('a[href*="mock_decision=share"]');
  const claims = await result;
  const address = new URL(url).host + new URL(url).pathname;
  return { terminal: { command: 'sgid login --mock', said, claims }, address, pages };
}
