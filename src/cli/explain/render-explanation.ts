import type { SgidErrorCode } from '../../protocol/errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import type { Emphasis } from '../output/diagnostics.ts';
import { breakText, wrapLine } from '../output/wrap-line.ts';
import { EXPLANATIONS } from './explanations.ts';
import { CODES } from './find-code.ts';

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
