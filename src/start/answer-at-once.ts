import { systemTerminal } from '../system/terminal.ts';

/**
 * Answers `--version` and `--help`, which the build has put in here: what scripts, editors and the undecided ask for all
 * day long is not worth loading the program.
 *
 * @param args What follows the name of the program.
 * @returns Whether that was all. What cannot be written is left to the program, which reports the failure.
 */
export async function answerAtOnce(args: readonly string[]): Promise<boolean> {
  const text = readyText(args);
  if (text === undefined) return false;
  return systemTerminal.writeOut(text).then(
    () => true,
    () => false,
  );
}

function readyText([only = '--help', ...others]: readonly string[]): string | undefined {
  if (others.length > 0) return undefined;
  if (only === '--version' || only === '-V') return `${SGID_VERSION}\n`;
  const asksForHelp = only === '--help' || only === '-h' || only === 'help';
  // It is laid out for 80 columns.
  return asksForHelp && (systemTerminal.stdoutColumns ?? 80) >= 80 ? SGID_HELP : undefined;
}
