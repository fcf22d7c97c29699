import { EXIT_CODES, EXIT_MEANINGS } from '../../errors/exit-codes.ts';
import type { SgidErrorCode } from '../../errors/sgid-error.ts';
import { CODES } from '../explain.ts';
import type { Cause } from './explanation.ts';
import { EXPLANATIONS } from './explanations.ts';

const INTRODUCTION = `<!-- Made by scripts/generate-troubleshooting.mjs from src/cli/explain. Change the texts there. -->

# Troubleshooting

Every error ends with a code. Each is explained here: what it means, the likely causes, the likeliest first, and for
each cause how to confirm it and how to mend it. \`sgid explain <code>\` prints the same.`;

/** docs/troubleshooting.md: the explanations of all codes, by exit code. */
export function renderTroubleshootingPage(): string {
  const exits = [...EXIT_MEANINGS].filter(([exit]) => codesOf(exit).length > 0);
  return `${[
    INTRODUCTION,
    exits.map(([exit]) => codesOf(exit).map(listEntry).join('\n')).join('\n'),
    ...exits.flatMap(([exit, meaning]) => [
      `## Exit code ${exit}: ${meaning}`,
      ...codesOf(exit).flatMap(renderCode),
    ]),
  ].join('\n\n')}\n`;
}

function codesOf(exit: number): readonly SgidErrorCode[] {
  return CODES.filter((code) => EXIT_CODES[code] === exit);
}

function listEntry(code: SgidErrorCode): string {
  return fold(`- [${code}](#${code.toLowerCase()}): ${EXPLANATIONS[code].summary}`, '  ');
}

function renderCode(code: SgidErrorCode): readonly string[] {
  const { summary, meaning, causes } = EXPLANATIONS[code];
  const list = causes.map((cause, index) => renderCause(cause, index + 1)).join('\n');
  return [`### ${code}`, fold(`**${capitalise(summary)}.** ${meaning}`), list];
}

function renderCause({ cause, confirm, mend }: Cause, number: number): string {
  const indent = ' '.repeat(`${number}. `.length);
  return [
    fold(`${number}. ${capitalise(cause)}.`, indent),
    fold(`${indent}- Confirm: ${confirm}`, `${indent}  `),
    fold(`${indent}- Mend: ${mend}`, `${indent}  `),
  ].join('\n');
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Breaks a line between words at 120 columns, but not between backticks. Angle brackets outside would be tags. */
function fold(text: string, indent = ''): string {
  const words = escapeTags(text).match(/(?:`[^`]*`|\S)+|^ +/g) ?? [];
  const lines = [words.shift() ?? ''];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (last.length + 1 + word.length > 120) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = /^ *$/.test(last) ? `${last}${word}` : `${last} ${word}`;
  }
  return lines.join('\n');
}

function escapeTags(text: string): string {
  return text.replace(/`[^`]*`|</g, (piece) => (piece === '<' ? '\\<' : piece));
}
