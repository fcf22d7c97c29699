import { Option } from '@commander-js/extra-typings';
import page from '../../docs/troubleshooting.md';
import { ERRORS, type SgidErrorCode } from '../errors/codes.ts';
import { usageError } from '../errors/sgid-error.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { breakText, layoutOfReport, type TextLayout } from '../output/table.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { quoteValue } from '../text/printable.ts';
import type { DeclareCommand } from './context.ts';

const EXAMPLES = `
Examples:
  $ sgid explain ERR_STATE_MISMATCH
  $ sgid explain state-mismatch                          the same
  $ sgid explain 4                                       the error codes of exit code 4
  $ sgid explain                                         all codes, one a line
  $ sgid explain --format json | jq -r '.[] | select(.exitCode == 7).code'

An error ends with its code. The explanation has its meaning and the likely causes, the likeliest first, each
with how to confirm it and how to fix it.`;

const WIDEST = 100;

export const declare: DeclareCommand = (command, openContext) => {
  command
    .argument('[code]', 'the error code, with or without ERR_; or an exit code (default: list all)')
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (text, { format }) => {
      const context = await openContext();
      const { terminal } = context.platform;
      const list = EXPLANATIONS.filter(({ exitCode }) => text === undefined || text.trim() === `${exitCode}`);
      const found = text === undefined || list.length > 0 ? undefined : findExplanation(text);
      const { style, columns } = layoutOfReport(context);
      const layout = { style, columns: terminal.stdoutIsTerminal ? Math.min(columns, WIDEST) : columns };
      let output = found ? renderExplanation(found, layout) : renderList(list, layout);
      if (format === 'json') output = renderJson(found ?? list.map(({ meaning, causes, ...short }) => short));
      await writeStandardOutput(output, terminal);
    });
};

interface Explanation {
  readonly code: SgidErrorCode;
  readonly exitCode: number;
  /** A clause without a full stop, as are the causes. */
  readonly summary: string;
  readonly meaning: string;
  /** The likeliest first. */
  readonly causes: readonly { readonly cause: string; readonly confirm: string; readonly fix: string }[];
}

/** The explanations of all codes, in the order of the exit codes. */
export const EXPLANATIONS: readonly Explanation[] = page.split(/^### /m).slice(1).map(parseSection);

function parseSection(section: string): Explanation {
  const [code = '', paragraph = '', list = ''] = section.trimEnd().replaceAll('\\<', '<').split('\n\n');
  if (!isCode(code))
    throw new Error(`docs/troubleshooting.md has a section for ${code}, which is not a code`);
  const [, summary = '', meaning = ''] = /^\*\*(.+?)\.\*\* (.+)$/.exec(paragraph.replaceAll('\n', ' ')) ?? [];
  const causes = Array.from(
    list
      .replaceAll(/\n +(?! *- (?:Confirm|Fix): )/g, ' ')
      .matchAll(/^\d+\. (.+)\.\n +- Confirm: (.+)\n +- Fix: (.+)$/gm),
    ([, cause = '', confirm = '', fix = '']) => ({ cause: toClause(cause), confirm, fix }),
  );
  return { code, exitCode: ERRORS[code].exit, summary: toClause(summary), meaning, causes };
}

function isCode(name: string): name is SgidErrorCode {
  return Object.hasOwn(ERRORS, name);
}

/** Begins in lower case, unless it is a name such as SGID_HOSTNAME. */
function toClause(sentence: string): string {
  return sentence.replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase());
}

function findExplanation(text: string): Explanation {
  const bare = bareName(text);
  const found = EXPLANATIONS.find(({ code }) => bareName(code) === bare);
  if (found !== undefined) return found;
  const codes = EXPLANATIONS.map(({ code }) => code);
  throw usageError(
    `unknown error code ${quoteValue(text)}`,
    didYouMean(`err_${bare}`, codes, Math.max(1, Math.floor(bare.length / 3))) ??
      'Run "sgid explain" for all of them.',
  );
}

/** Codes are found in any case, with or without `ERR_`, with dashes or spaces for `_`. */
function bareName(text: string): string {
  const name = text.trim().toLowerCase();
  return name.replace(/[\s-]+/g, '_').replace(/^err_/, '');
}

function renderExplanation(
  { code, exitCode, summary, meaning, causes }: Explanation,
  { style, columns }: TextLayout,
): string {
  const bold = (words: string): string => style('bold', words);
  const fit = (text: string, indent: string): string => wrapKeepingCode(text, columns, indent);
  const lines = [
    fit(`${bold(code)}: ${summary} (exit code ${exitCode})`, '  '),
    '',
    fit(meaning, ''),
    '',
    bold(causes.length === 1 ? 'Cause' : 'Likely causes, the likeliest first'),
    ...causes.flatMap(({ cause, confirm, fix }, index) => [
      '',
      fit(`${index + 1}. ${cause}`, '   '),
      `   ${fit(`${bold('Confirm:')} ${confirm}`, '     ')}`,
      `   ${fit(`${bold('Fix:')} ${fix}`, '     ')}`,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function renderList(list: readonly Explanation[], { style, columns }: TextLayout): string {
  const width = Math.max(...list.map(({ code }) => code.length));
  const heading = `${'code'.padEnd(width)}  exit  `;
  const margin = `\n${' '.repeat(heading.length)}`;
  const rows = list.map(({ code, exitCode, summary }) => {
    const words = breakText(summary, columns - heading.length).join(margin);
    return `${style('bold', code)}${' '.repeat(width - code.length)}  ${String(exitCode).padStart(4)}  ${words}`;
  });
  return `${[heading.trimEnd(), ...rows, '', 'More about one of them: sgid explain <code>'].join('\n')}\n`;
}

/**
 * Breaks a text between words, but keeps a command in backticks whole where it fits, to be copied.
 *
 * @param indent What each line but the first begins with.
 */
function wrapKeepingCode(text: string, columns: number, indent: string): string {
  const width = columns - indent.length;
  const tie = (code: string): string => (code.length > width ? code : code.replaceAll(' ', '\u00a0'));
  const lines = breakText(text.replaceAll(/`[^`]+`[^ ]*/g, tie), width);
  return lines.join(`\n${indent}`).replaceAll('\u00a0', ' ');
}
