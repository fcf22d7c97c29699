import type { Emphasis } from '../output/diagnostics.ts';
import { type JunitCase, renderJunit } from '../output/junit.ts';
import { breakText, type TextLayout } from '../output/table.ts';
import type { CheckId, CheckReport, CheckResult } from './run-checks.ts';

type Verdict = CheckResult['verdict'];

const COLOURS: Readonly<Record<Verdict, Emphasis>> = {
  pass: 'green',
  fail: 'red',
  warn: 'yellow',
  skip: 'dim',
};
const MARKS: Readonly<Record<Verdict, string>> = { pass: '✅', fail: '❌', warn: '⚠️', skip: '⏭️' };
const VERDICT_WIDTH = 4;
/** In columns; narrower text is hard to read. */
const NARROWEST = 30;

/**
 * The report for people: a line for each check with its evidence, its hint below. A failure that an
 * earlier check had already, for example that the provider does not answer in time, only refers to it.
 */
export function renderTextReport(report: CheckReport, { style, columns }: TextLayout): string {
  const idWidth = Math.max(0, ...report.checks.map(({ id }) => id.length));
  const beside = VERDICT_WIDTH + idWidth + 4;
  const isNarrow = columns - beside < NARROWEST;
  const margin = isNarrow ? VERDICT_WIDTH + 2 : beside;
  const width = columns - margin;
  // A longer word starts further left, so that it can be copied whole.
  const place = (line: string): string =>
    ' '.repeat(Math.max(0, Math.min(margin, columns - line.length))) + line;
  const lines = report.checks.map(referToEarlier).flatMap(({ id, verdict, evidence, hint }) => {
    const head = `${style(COLOURS[verdict], verdict.padEnd(VERDICT_WIDTH))}  ${id.padEnd(idWidth)}  `;
    const words = breakText(foldDigests(evidence, width), width);
    const [first = '', ...rest] = isNarrow ? ['', ...words] : words;
    const [next = '', ...more] = hint === undefined ? [] : breakText(`next: ${hint}`, width);
    const advice = next === '' ? [] : [place(next).replace('next:', style('bold', 'next:'))];
    return [(head + first).trimEnd(), ...rest.map(place), ...advice, ...more.map(place)];
  });
  const counts = style(report.ok ? 'bold' : ['red', 'bold'], renderCounts(report));
  return `${[...lines, '', counts].join('\n')}\n`;
}

/**
 * What a run leaves open, whatever its verdicts are, and what would show it.
 *
 * @param login The command that logs in with the same credentials.
 */
export function renderUnproven({ checks }: CheckReport, { columns }: TextLayout, login: string): string {
  const verdictOf = (id: CheckId): Verdict => checks.find((check) => check.id === id)?.verdict ?? 'skip';
  const skipped = (...ids: readonly CheckId[]): boolean => ids.every((id) => verdictOf(id) === 'skip');
  const open: string[] = [];
  if (verdictOf('private-key') === 'pass' && skipped('public-key', 'canary'))
    open.push('the private key is the registered one: --canary <file>, or publicKey in a credentials file');
  if (skipped('client-secret', 'redirect-uri-registered')) {
    const isChosen = checks.some(({ id }) => id === 'client-secret');
    const way = isChosen ? 'with all credentials and without --offline' : 'without --only and --offline';
    open.push(`the provider accepts redirect URI and client secret: sgid check, ${way}`);
  }
  const lines = open.flatMap((words) => {
    const [first = '', ...rest] = breakText(words, Math.max(columns - 2, NARROWEST));
    return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
  });
  const [what, command] = ['- a person can log in:', ` ${login}`];
  // The command stays whole, to be copied.
  const last = what.length + command.length <= columns ? [what + command] : [what, ` ${command}`];
  return `\n${['Not proven by this run:', ...lines, ...last].join('\n')}\n`;
}

/** A digest, which is compared and not typed, stays in its column. */
function foldDigests(text: string, width: number): string {
  const size = width >= 64 ? 64 : width >= 32 ? 32 : 16;
  return text.replace(
    /\b[0-9a-f]{64}\b/g,
    (digest) => digest.match(RegExp(`.{${size}}`, 'g'))?.join(' ') ?? '',
  );
}

function referToEarlier(check: CheckResult, index: number, checks: readonly CheckResult[]): CheckResult {
  const { hint, ...rest } = check;
  const isSame = ({ verdict, evidence, hint: advice }: CheckResult): boolean =>
    verdict === 'fail' && evidence === rest.evidence && advice === hint;
  const earlier = isSame(check) && checks.slice(0, index).find(isSame);
  return earlier ? { ...rest, evidence: `same failure as ${earlier.id}` } : check;
}

/** The report for programs: `{"ok","checks":[{"id","verdict","evidence","hint","code"}]}`. */
export function renderJsonReport(report: CheckReport): string {
  return `${JSON.stringify(report, MEMBERS, 2)}\n`;
}

const MEMBERS = ['ok', 'checks', 'id', 'verdict', 'evidence', 'hint', 'code'];

/** The report for the test views of CI systems; a warning is a passed case that says something. */
export function renderJunitReport({ checks }: CheckReport): string {
  const cases = checks.map(({ id, verdict, evidence, hint, code = '', durationMs }): JunitCase => {
    const words = hint === undefined ? evidence : `${evidence}\nnext: ${hint}`;
    const base = { name: id, seconds: durationMs / 1000 };
    if (verdict === 'skip') return { ...base, skipped: evidence };
    if (verdict === 'fail') return { ...base, failure: { type: code, message: evidence, text: words } };
    return { ...base, output: verdict === 'warn' ? `warning: ${words}` : words };
  });
  return renderJunit('sgid check', cases);
}

/**
 * The report as the log of GitHub Actions shows it: a line for each check, and annotations for what failed or may be
 * wrong (docs.github.com, "Workflow commands for GitHub Actions"). No text can start a workflow command of its own:
 * each is on a line that begins otherwise, and is a single line.
 */
export function renderGithubReport(report: CheckReport): string {
  const lines = report.checks.flatMap((check) => [
    `${check.verdict.padEnd(4)}  ${check.id}: ${check.evidence}`,
    ...annotate(check),
  ]);
  return `${[...lines, renderCounts(report)].join('\n')}\n`;
}

function annotate({ id, verdict, evidence, hint = '' }: CheckResult): string[] {
  if (verdict !== 'fail' && verdict !== 'warn') return [];
  const kind = verdict === 'fail' ? 'error' : 'warning';
  // As @actions/core escapes the message of a workflow command.
  const message = `${evidence}\nnext: ${hint}`
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');
  return [`::${kind} title=sgid check%3A ${id}::${message}`];
}

/** The report for the file of the job summary: GitHub-flavoured Markdown in which no text of the report is markup. */
export function renderGithubSummary(report: CheckReport): string {
  const rows = report.checks.map(
    ({ id, verdict, evidence, hint = '' }) =>
      `| ${MARKS[verdict]} ${verdict} | \`${id}\` | ${escapeMarkdown(evidence)} | ${escapeMarkdown(hint)} |`,
  );
  return [
    '### sgID credentials',
    '',
    renderCounts(report),
    '',
    '| verdict | check | evidence | what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '',
  ].join('\n');
}

/** The report for the file of the step's outputs: `ok`, and `report` as JSON, which is a single line. */
export function renderGithubOutputs(report: CheckReport): string {
  return `ok=${report.ok}\nreport=${JSON.stringify(report, MEMBERS)}\n`;
}

/** Every character that could be markup becomes an entity, which Markdown takes for text. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function renderCounts({ checks }: CheckReport): string {
  const count = (wanted: Verdict): number => checks.filter(({ verdict }) => verdict === wanted).length;
  const counts = [`${count('pass')} passed`, `${count('fail')} failed`];
  if (count('warn') > 0) counts.push(`${count('warn')} ${count('warn') === 1 ? 'warning' : 'warnings'}`);
  if (count('skip') > 0) counts.push(`${count('skip')} skipped`);
  return counts.join(', ');
}
