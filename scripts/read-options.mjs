// Reads the options of a script. Used by the others.
import { parseArgs } from 'node:util';

// What a script starts paints into a pipe, too, unless it is told not to.
if (!process.stdout.isTTY && process.env.FORCE_COLOR === undefined) process.env.NO_COLOR ??= '1';

/**
 * What an option takes, beside what `parseArgs` knows of it.
 *
 * @typedef {object} Value
 * @property {string} takes For example `a whole number`.
 * @property {(text: string) => boolean} accepts
 */

/**
 * The options on the command line. Ends with 2 and the usage where they are not understood, empty or not what they take,
 * with 0 and the usage at --help.
 *
 * @param {string} usage For example `npm run bench -- [--runs 20]`.
 * @param {Record<string, import('node:util').ParseArgsOptionDescriptor & Partial<Value>>} options
 */
export function readOptions(usage, options) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } });
    for (const [name, given] of Object.entries(values)) {
      const { takes, accepts } = options[name] ?? {};
      for (const value of [given].flat()) {
        if (value === '') throw new Error(`Option '--${name}' is empty`);
        if (accepts?.(value) === false) throw new Error(`--${name} takes ${takes}: ${value}`);
      }
    }
    if (!values.help) return values;
    console.log(`Usage: ${usage}`);
    return process.exit(0);
  } catch (error) {
    console.error(`${error.message}\nUsage: ${usage}`);
    return process.exit(2);
  }
}

/**
 * Of an option that takes a number.
 *
 * @param {number} least
 * @returns {Value}
 */
export function wholeNumber(least) {
  return {
    takes: `a whole number${Number.isFinite(least) ? ` of ${least} or more` : ''}`,
    accepts: (text) => /^-?\d+$/.test(text) && Number(text) >= least,
  };
}

/**
 * Of an option that takes one of some names.
 *
 * @param {readonly string[]} names
 * @returns {Value}
 */
export function oneOf(names) {
  return { takes: `one of ${names.join(', ')}`, accepts: (text) => names.includes(text) };
}
