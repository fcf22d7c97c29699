// Reads the options of a script. Used by the others.
import { parseArgs } from 'node:util';

/**
 * The options on the command line. Ends with 2 and the usage where they are not understood or empty, with 0 and the usage at --help.
 *
 * @param {string} usage For example `npm run bench -- [--runs 20]`.
 * @param {import('node:util').ParseArgsConfig['options']} options
 */
export function readOptions(usage, options) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } });
    const empty = Object.keys(values).find((name) => [values[name]].flat().includes(''));
    if (empty !== undefined) throw new Error(`Option '--${empty}' is empty`);
    if (!values.help) return values;
    console.log(`Usage: ${usage}`);
    return process.exit(0);
  } catch (error) {
    console.error(`${error.message}\nUsage: ${usage}`);
    return process.exit(2);
  }
}
