// Renders what `sgid --help` prints, from what the commands declare. Used by scripts/build.mjs.
import { loadSource } from '../load-source.mjs';

const COLUMNS = 80;

/** The help of the program, laid out for 80 columns. */
export async function renderRootHelp() {
  const { describeProgram } = await loadSource('src/commands/program.ts');
  const { fitHelp } = await loadSource('src/commands/program.ts');
  const program = await describeProgram([]);
  let help = '';
  const writeOut = (text) => {
    help += text;
  };
  program.configureOutput({ writeOut, getOutHelpWidth: () => COLUMNS }).outputHelp();
  return fitHelp(help, COLUMNS);
}
