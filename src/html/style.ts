/** The colours of every page, light and dark. */
export const PALETTE: string = `
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
`;

/** The one style sheet of every page: system fonts, light and dark, comfortable on a phone. */
export const STYLE: string = `${PALETTE}* { box-sizing: border-box; }
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

@media (max-width: 30rem) {
  body { padding: .75rem; }
  main { margin-top: 0; padding: 1.25rem 1rem; }
}
main:has(.people) { max-width: 56rem; }
main:has(.claims) { max-width: 48rem; }
h1 { text-wrap: balance; }
h1 code { display: inline-block; font-family: inherit; font-size: 1em; }
a { color: var(--accent); }
dl { margin: .5rem 0 1rem; }
dt { color: var(--muted); font-size: .9rem; }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; text-align: left; unicode-bidi: plaintext; }

.scopes { display: flex; flex-wrap: wrap; gap: .4rem; padding: 0; list-style: none; }
.scopes li { padding: .1rem .6rem; border-radius: 99rem; background: var(--paper); }
.people { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: .5rem; }
.people a { height: 100%; margin: 0; }
.people a, .person { display: flex; align-items: center; gap: .4rem .75rem; line-height: 1.35; }
.who strong { display: block; overflow-wrap: anywhere; }
.people strong { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.who .muted { font-size: .9rem; }
.person { flex-wrap: wrap; margin: 1rem 0; }
.person .who { flex: 1 1 12rem; }
.initials {
  flex: none; width: 2.5rem; height: 2.5rem; border-radius: 50%; background: var(--paper); color: var(--muted);
  font-size: .85rem; font-weight: 600; line-height: 2.5rem; text-align: center;
}

.claims > div { padding: .55rem 0; border-top: 1px solid var(--line); }
@media (min-width: 48rem) {
  main:has(.people, .claims) { margin-top: 1.5rem; }
  .claims > div { display: grid; grid-template-columns: 19.5rem 1fr; gap: 1rem; align-items: baseline; }
}
.facts > div { margin-top: .75rem; }

.actions { display: flex; gap: .75rem; margin: 1.5rem 0 0; }
.sticky {
  position: sticky; bottom: 0; margin-top: 1rem; padding: .75rem 0; border-top: 1px solid var(--line);
  background: var(--card);
}
.button {
  flex: 1; padding: .65rem 1rem; border: 1px solid var(--line); border-radius: .6rem; color: inherit;
  font-weight: 600; text-align: center; text-decoration: none;
}
.button:hover { border-color: var(--accent); }
.primary { border-color: var(--accent); background: var(--accent); color: var(--accent-ink); }
`;
