import { PALETTE } from '../html/style.ts';

/** The style sheet of the trace page: light and dark, on a desktop, a phone and paper. */
export const TRACE_STYLE: string = `${PALETTE}
:root { --http: #2f6fd0; --local: #7a4fc2; --wait: #8b93a8; --fail: #c9342b; --note: #9a6700; --soft: #eef0f6; --fail-soft: #fdecea; }
@media (prefers-color-scheme: dark) {
  :root { --http: #6ea8ff; --local: #b899ff; --wait: #7a849c; --fail: #ff8a80; --note: #e8b64c; --soft: #252b3a; --fail-soft: #3a1f22; }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2rem 1.25rem; background: var(--paper); color: var(--ink);
  font: .9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main { max-width: 76rem; margin: 0 auto; }
section {
  margin: 0 0 1.25rem; padding: 1.25rem 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem;
}
h1 { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; margin: 0; font-size: 1.5rem; line-height: 1.3; }
h2 { margin: 0 0 .75rem; font-size: 1rem; }
h3 { margin: 0 0 .25rem; color: var(--muted); font-size: .8125rem; font-weight: 600; overflow-wrap: anywhere; }
p { margin: .25rem 0; }
code, .what, .parameters dd { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875em; overflow-wrap: anywhere; }
.muted, footer { color: var(--muted); }
footer { font-size: .8125rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

header { margin: 0 0 1.25rem; }
.pill { padding: .1rem .7rem; border: 1px solid currentColor; border-radius: 99rem; font-size: .8125rem; font-weight: 600; }
.good { color: var(--good); }
.bad, .error code { color: var(--bad); }
.error { margin: .75rem 0 0; padding: .6rem 1rem; border-left: 4px solid var(--fail); border-radius: .4rem; background: var(--fail-soft); }
.eyebrow { margin: 0; color: var(--muted); font-size: .8125rem; font-weight: 600; letter-spacing: .04em; text-transform: uppercase; }
.status.warn { color: var(--note); }
.facts { display: flex; flex-wrap: wrap; gap: .75rem 2.25rem; margin: 1rem 0 0; }
dt { color: var(--muted); font-size: .8125rem; overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; }
.facts dd { font-variant-numeric: tabular-nums; font-weight: 600; }

.waterfall { width: 100%; border-collapse: collapse; }
.waterfall th, .waterfall td { padding: .4rem .9rem .4rem 0; text-align: left; vertical-align: middle; font-weight: normal; }
.waterfall thead th { color: var(--muted); font-size: .8125rem; border-bottom: 1px solid var(--line); }
.waterfall tbody tr + tr > * { border-top: 1px solid var(--soft); }
.waterfall tbody .fail > * { background: var(--fail-soft); }
.waterfall tbody th { width: 26rem; }
.waterfall th:first-child { padding-left: .5rem; }
.step { display: inline-block; min-width: 5.5rem; font-weight: 600; }
.what { color: var(--muted); }
.number, .size { white-space: nowrap; font-variant-numeric: tabular-nums; }
.waterfall .number { text-align: right; }
.size span { display: block; }
.size { color: var(--muted); font-size: .8125rem; line-height: 1.3; }
.status { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.status.fail { color: var(--bad); font-weight: 600; }
.waterfall .flow { position: relative; width: 38%; padding: 0; }
.flow svg { position: absolute; inset: 0 .6rem; width: calc(100% - 1.2rem); height: 100%; overflow: visible; }
.bar { stroke-width: 9; stroke-linecap: round; }
.bar.http { stroke: var(--http); }
.bar.local { stroke: var(--local); }
.bar.wait { stroke: var(--wait); }
.bar.fail { stroke: var(--fail); }
.break { fill: var(--soft); }
.ruler text { fill: var(--muted); font-size: .75rem; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0 0; color: var(--muted); font-size: .8125rem; }
.key::before { content: ""; display: inline-block; width: 1rem; margin-right: .4rem; border-bottom: .55rem solid; border-radius: 99rem; }
.key.http::before { border-color: var(--http); }
.key.local::before { border-color: var(--local); }
.key.wait::before { border-color: var(--wait); }
.key.fail::before { border-color: var(--fail); }
.key.pauses::before { border-color: var(--soft); border-radius: 0; }

.columns { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 1.25rem; align-items: start; }
.group + .group { margin-top: .9rem; }
.verdicts {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .15rem .75rem;
  margin: 0; padding: 0; list-style: none;
}
.verdicts li { display: flex; gap: 0 .45rem; align-items: baseline; }
.check { min-width: 0; overflow-wrap: anywhere; }
.verdicts :is(.fail, .warn) { flex-wrap: wrap; grid-column: 1 / -1; }
.verdicts code { color: var(--muted); }
.icon { flex: none; align-self: start; width: .95rem; height: .95rem; margin-top: .3rem; fill: none; stroke: var(--muted); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.pass .icon { stroke: var(--good); }
.fail .icon { stroke: var(--fail); }
.warn .icon { stroke: var(--note); }
.fail .check { color: var(--bad); font-weight: 600; }
.verdicts .skip { color: var(--muted); }
.parameters { margin: .75rem 0 0; }
.parameters > div { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: .75rem; padding: .3rem 0; border-top: 1px solid var(--soft); }

.sequence { --gutter: 4.5rem; --lane: calc((100% - var(--gutter)) / 3); }
.sequence.two { --lane: calc((100% - var(--gutter)) / 2); }
.actors, .message { display: grid; grid-template-columns: var(--gutter) repeat(6, minmax(0, 1fr)); }
.two .actors, .two .message { grid-template-columns: var(--gutter) repeat(4, minmax(0, 1fr)); }
.actor {
  margin: 0 .4rem; padding: .35rem .25rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--soft);
  text-align: center; line-height: 1.25;
}
.actor strong, .actor span { display: block; }
.actor span { color: var(--muted); font-size: .75rem; }
.actor.browser, .browser-browser .line { grid-column: 2 / 4; }
.actor.sgid, .sgid-sgid .line { grid-column: 4 / 6; }
.actor.provider { grid-column: 6 / 8; }
.browser-sgid .line, .sgid-browser .line { grid-column: 3 / 5; }
.sgid-provider .line, .provider-sgid .line { grid-column: 5 / 7; }
.browser-provider .line, .provider-browser .line { grid-column: 3 / 7; }
.two .actor.sgid, .two .sgid-sgid .line { grid-column: 2 / 4; }
.two .actor.provider { grid-column: 4 / 6; }
.two .sgid-provider .line, .two .provider-sgid .line { grid-column: 3 / 5; }
.messages {
  --thread: linear-gradient(var(--line) 0 0); --first: calc(var(--gutter) + var(--lane) / 2);
  margin: 0; padding: .5rem 0; list-style: none;
  background: var(--thread) var(--first) 0 / 1px 100% no-repeat,
    var(--thread) calc(var(--first) + var(--lane)) 0 / 1px 100% no-repeat,
    var(--thread) calc(var(--first) + 2 * var(--lane)) 0 / 1px 100% no-repeat;
}
.message { align-items: end; padding: .3rem 0; font-size: .8125rem; line-height: 1.35; }
.at { grid-column: 1; padding-bottom: .1rem; color: var(--muted); font-size: .75rem; font-variant-numeric: tabular-nums; }
.line { position: relative; padding: 0 .6rem .3rem; text-align: center; }
.label, .detail { padding: 0 .2rem; background: var(--card); box-decoration-break: clone; overflow-wrap: anywhere; }
.detail { display: inline-block; color: var(--muted); font-size: .75rem; }
.arrow { position: absolute; inset: auto 0 0; border-bottom: 1.5px solid var(--http); }
.reply .arrow { border-bottom-style: dashed; }
.arrow::after {
  content: ""; position: absolute; top: -4px; right: 0; border: solid transparent; border-width: 4.75px 0 4.75px 8px;
  border-left-color: var(--http);
}
:is(.provider-sgid, .provider-browser, .sgid-browser) .arrow::after { right: auto; left: 0; border-width: 4.75px 8px 4.75px 0; border-right-color: var(--http); }
.note .line {
  margin: 0 .4rem; padding: .2rem .4rem; border: 1px solid var(--line); border-left: 3px solid var(--local);
  border-radius: .3rem; background: var(--card);
}
.browser-browser .line { border-left-color: var(--wait); }
.note .arrow { display: none; }
.fail .label { color: var(--bad); font-weight: 600; }
.fail .arrow, .fail .arrow::after, .note.fail .line { border-color: var(--fail); }
.fail .arrow::after { border-top-color: transparent; border-bottom-color: transparent; }
.assumed .arrow, .assumed .arrow::after { border-color: var(--wait); border-bottom-style: dotted; }
.assumed .arrow::after { border-top-color: transparent; border-bottom-color: transparent; }
.assumed .label { color: var(--muted); }

@media (max-width: 60rem) {
  .columns { grid-template-columns: minmax(0, 1fr); }
  .columns > div { display: contents; }
  .request { order: 1; }
  .waterfall tbody th { width: auto; }
  .waterfall .size { display: none; }
  .step { display: block; min-width: 0; }
}
@media (max-width: 40rem) {
  body { padding: 1rem .6rem; font-size: .875rem; }
  section { padding: 1rem .8rem; }
  .facts { gap: .5rem 1.5rem; }
  .waterfall th, .waterfall td { padding-right: .6rem; }
  .waterfall .flow { width: 26%; }
  .flow svg { inset: 0 .35rem; width: calc(100% - .7rem); }
  .bar { stroke-width: 7; }
  .pause { display: none; }
  .sequence { --gutter: 0rem; }
  .at { display: none; }
  .actor { margin: 0 .15rem; }
  .line { padding: 0 .3rem .25rem; }
  .note .line { margin: 0; }
}
@media print {
  body { padding: 0; background: none; }
  section { break-inside: avoid-page; }
  * { print-color-adjust: exact; }
}
`;
