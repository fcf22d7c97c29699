/**
 * The picture as a page: a terminal and a browser, side by side.
 *
 * @param {{
 *   terminal: { command: string, said: string, claims: string },
 *   address: string,
 *   page: string,
 *   size: { width: number, height: number },
 * }} shown `page` is a PNG in base64, at twice its `size`.
 */
export function renderPicture({ terminal, address, page, size }) {
  const { command, said, claims } = terminal;
  return `<!doctype html>
<meta charset="utf-8">
<style>${STYLE}</style>
<main>
<section class="terminal">
<header>${LIGHTS}<span>Terminal</span></header>
<pre><b>$</b> <strong>${escapeHtml(command)}</strong>
${said.trim().split('\n').map(drawLine).join('')}${drawJson(claims)}<b>$</b> <i></i></pre>
</section>
<section class="browser">
<header>${LIGHTS}<span class="address">${escapeHtml(address)}</span></header>
<img alt="" width="${size.width}" height="${size.height}" src="data:image/png;base64,${page}">
</section>
</main>`;
}

const LIGHTS = '<span class="lights"><i></i><i></i><i></i></span>';

/** A line that is too long ends in an ellipsis. */
function drawLine(line) {
  return `<span class="${line.startsWith('http') ? 'url' : 'line'}">${escapeHtml(line) || ' '}</span>`;
}

function drawJson(text) {
  return escapeHtml(text).replace(/(&quot;.*?&quot;)(:?)/g, (_all, string, colon) =>
    colon ? `<em>${string}</em>${colon}` : `<q>${string}</q>`,
  );
}

function escapeHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const STYLE = `
:root {
  color-scheme: light dark;
  --card: #ffffff; --bar: #eef0f6; --line: #d0d5e2; --ink: #1c2230; --muted: #6a7390;
  --prompt: #1a7f4b; --url: #2f4fd0; --name: #7a3fb0; --value: #1a6f43; --field: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --card: #12151d; --bar: #232938; --line: #3a4358; --ink: #eceef5; --muted: #97a1bc;
    --prompt: #6fd3a0; --url: #9db2ff; --name: #d2a8ff; --value: #8fe0b4; --field: #161a24;
  }
}
body { margin: 0; background: transparent; }
main { display: inline-flex; gap: 20px; padding: 2px; color: var(--ink); font: 13px "Open Sans", sans-serif; }
section { border: 1px solid var(--line); border-radius: 12px; overflow: hidden; background: var(--card); }
header { position: relative; display: flex; align-items: center; justify-content: center; height: 40px;
  background: var(--bar); border-bottom: 1px solid var(--line); color: var(--muted); }
.lights { position: absolute; left: 14px; display: flex; gap: 8px; }
.lights i { width: 12px; height: 12px; border-radius: 50%; background: #ff5f57; }
.lights i + i { background: #febc2e; }
.lights i + i + i { background: #28c840; }
.address { width: 60%; padding: 4px 12px; border-radius: 8px; background: var(--field); color: var(--ink);
  font-size: 12px; text-align: center; }
.browser img { display: block; }
.terminal { width: 450px; }
pre { margin: 0; padding: 18px 20px; font: 13px/1.7 "JetBrains Mono", Menlo, "DejaVu Sans Mono", monospace; }
pre span { display: block; overflow: hidden; text-overflow: ellipsis; }
.line { color: var(--muted); }
.url { color: var(--url); }
b { color: var(--prompt); }
em { color: var(--name); font-style: normal; }
q { color: var(--value); quotes: none; }
pre i { display: inline-block; width: 9px; height: 18px; vertical-align: text-bottom; background: var(--muted); }
`;
