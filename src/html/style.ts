/** The one style sheet of every page: system fonts, light and dark, comfortable on a phone. */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --ink: #1c2230; --muted: #56607a; --paper: #f5f6fa; --card: #ffffff; --line: #d8dce8;
  --accent: #2f4fd0; --accent-ink: #ffffff; --good: #1a7f4b; --bad: #b3261e; --mark: #fff3c4; --mark-ink: #5a4300;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #eceef5; --muted: #a5aec6; --paper: #12151d; --card: #1b202c; --line: #323a4d;
    --accent: #9db2ff; --accent-ink: #10162b; --good: #6fd3a0; --bad: #ffb4ab; --mark: #4a3b0a; --mark-ink: #ffe9a8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 1.5rem 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main {
  max-width: 34rem; margin: 6vh auto 0; padding: 1.75rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .9rem;
}
h1 { margin: 0 0 .5rem; font-size: 1.45rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; }
main > :last-child { margin-bottom: 0; }
.muted { color: var(--muted); }
.good { color: var(--good); }
.bad { color: var(--bad); }
code { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: .92em; overflow-wrap: anywhere; }
.mark {
  display: inline-block; margin: 0 0 1rem; padding: .15rem .6rem; border-radius: 99rem;
  background: var(--mark); color: var(--mark-ink); font-size: .85rem; font-weight: 600;
}
ul { margin: .5rem 0; padding-left: 1.2rem; }
summary { cursor: pointer; }
.choices { padding: 0; list-style: none; }
.choices a {
  display: block; color: inherit; text-decoration: none; padding: .7rem .9rem; margin: .3rem 0;
  border: 1px solid var(--line); border-radius: .6rem; overflow-wrap: anywhere;
}
.choices a:hover { border-color: var(--accent); }
.choices strong { display: block; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
