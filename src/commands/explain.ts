import { Option } from '@commander-js/extra-typings';
import { EXIT_CODES } from '../errors/exit-codes.ts';
import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import type { Emphasis } from '../output/diagnostics.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { breakText, layoutForStdout, wrapLine } from '../output/table.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext, DeclareCommand } from './context.ts';
import { EXPLANATIONS } from './explain/explanations.ts';

/** The options of `sgid explain`, as the command line gives them. */
export interface ExplainOptions {
  readonly format: 'text' | 'json';
}

const EXAMPLES = `
Examples:
  $ sgid explain ERR_STATE_MISMATCH
  $ sgid explain state-mismatch                          the same
  $ sgid explain                                         every code in a line
  $ sgid explain --format json | jq -r '.[] | select(.exitCode == 7).code'

A code is what the last line of an error says. Its explanation: what it means, the likely causes, the likeliest
first, and for each how to confirm it and how to mend it.`;

/** Declares `sgid explain`; what it does is loaded when it runs. */
export const declareExplain: DeclareCommand = (command, openContext) => {
  command
    .argument('[code]', 'the code, in any case and with or without ERR_ (default: list all)')
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (code, options) => {
      const context = await openContext();
      await runExplain(code, options, context);
    });
};

/** Wider lines are hard to read. */
const WIDEST = 100;

/**
 * Prints the explanation of an error code, or the list of all codes.
 *
 * @throws SgidError `ERR_USAGE` for a code that there is not.
 */
export async function runExplain(
  text: string | undefined,
  { format }: ExplainOptions,
  context: CommandContext,
): Promise<void> {
  const { platform } = context;
  const code = text === undefined ? undefined : findCode(text);
  const { style, columns } = layoutForStdout(context);
  const layout: TextStyle = {
    style,
    columns: platform.terminal.stdoutIsTerminal ? Math.min(columns, WIDEST) : undefined,
  };
  const output =
    format === 'json'
      ? renderJson(code === undefined ? describeCodes() : describeCode(code))
      : code === undefined
        ? renderCodes(layout)
        : renderExplanation(code, layout);
  await writeStandardOutput(output, platform.terminal);
}

/** Every error code, in the order of the exit codes. */
export const CODES: readonly SgidErrorCode[] = Object.keys(EXIT_CODES).filter(isCode);

/**
 * Finds the error code that somebody means: in any case, with or without `ERR_`, with dashes or spaces for `_`.
 *
 * @throws SgidError `ERR_USAGE` with the nearest code.
 */
export function findCode(text: string): SgidErrorCode {
  const bare = bareName(text);
  const code = CODES.find((name) => bareName(name) === bare);
  if (code !== undefined) return code;
  const nearest = nearestName(bare, CODES.map(bareName));
  const meant = CODES.find((name) => bareName(name) === nearest);
  throw new SgidError('ERR_USAGE', `there is no error code ${toPrintable(JSON.stringify(text), 200)}`, {
    step: 'usage',
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}Run "sgid explain" for all of them.`,
  });
}

function bareName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(/^err_/, '');
}

function isCode(name: string): name is SgidErrorCode {
  return Object.hasOwn(EXIT_CODES, name);
}

/** How text for people is laid out. */
export interface TextStyle {
  /** The width of the terminal; `undefined` breaks no line. */
  readonly columns: number | undefined;
  readonly style: (emphasis: Emphasis, text: string) => string;
}

/** The explanation of one code, for people. */
export function renderExplanation(code: SgidErrorCode, { columns, style }: TextStyle): string {
  const { summary, meaning, causes } = EXPLANATIONS[code];
  const lines = [
    `${style('bold', code)}: ${summary} (exit code ${EXIT_CODES[code]})`,
    '',
    meaning,
    '',
    style('bold', causes.length === 1 ? 'Cause' : 'Likely causes, the likeliest first'),
    ...causes.flatMap(({ cause, confirm, mend }, index) => [
      '',
      `${index + 1}. ${cause}`,
      `   ${style('bold', 'Confirm:')} ${confirm}`,
      `   ${style('bold', 'Mend:')} ${mend}`,
    ]),
  ];
  return lines.map((line) => `${wrapLine(line, columns).replaceAll(/^ +$/gm, '')}\n`).join('');
}

/** Every code in a line, for people. */
export function renderCodes({ columns, style }: TextStyle): string {
  const width = Math.max(...CODES.map((code) => code.length));
  const heading = `${'code'.padEnd(width)}  exit  `;
  const margin = `\n${' '.repeat(heading.length)}`;
  const lines = CODES.map((code) => {
    const { summary } = EXPLANATIONS[code];
    const words = columns === undefined ? summary : breakText(summary, columns - heading.length).join(margin);
    const exit = String(EXIT_CODES[code]).padStart('exit'.length);
    return `${style('bold', code)}${' '.repeat(width - code.length)}  ${exit}  ${words}`;
  });
  return `${[heading.trimEnd(), ...lines, '', 'More about one of them: sgid explain <code>'].join('\n')}\n`;
}

/** The explanation of one code, for programs. */
export function describeCode(code: SgidErrorCode): object {
  const { summary, meaning, causes } = EXPLANATIONS[code];
  return { code, exitCode: EXIT_CODES[code], summary, meaning, causes };
}

/** Every code in short, for programs. */
export function describeCodes(): readonly object[] {
  return CODES.map((code) => ({ code, exitCode: EXIT_CODES[code], summary: EXPLANATIONS[code].summary }));
}
