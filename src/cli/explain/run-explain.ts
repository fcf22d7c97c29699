import type { CommandContext } from '../command-context.ts';
import type { ExplainOptions } from '../commands/explain.ts';
import { renderJson } from '../output/render-json.ts';
import { writeStandardOutput } from '../output/standard-output.ts';
import { layoutForStdout } from '../output/stdout-layout.ts';
import { findCode } from './find-code.ts';
import {
  describeCode,
  describeCodes,
  renderCodes,
  renderExplanation,
  type TextStyle,
} from './render-explanation.ts';

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
