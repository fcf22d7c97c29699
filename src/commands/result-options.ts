import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { type Expectation, parseExpectation } from '../output/expectations.ts';
import type { ResultFlags } from '../output/result.ts';
import { GROUPS } from './context.ts';
import { refuseBeside } from './option-values.ts';

export const OUT_DESCRIPTION = 'write the result to this file (mode 0600) instead of standard output';

export const SAVE_CANARY_DESCRIPTION =
  'save the encrypted payload key to this file (mode 0600) for "sgid check --canary"';

export function addResultOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & ResultFlags> {
  command
    .optionsGroup(GROUPS.output)
    .option('--field <claim>', 'print this one value as plain text')
    .addOption(
      new Option('--format <format>', 'how to print the result (default: "json")').choices([
        'json',
        'env',
        'table',
      ]),
    )
    .option('--raw', 'keep claims that hold JSON as text')
    .option('--out <file>', OUT_DESCRIPTION)
    .optionsGroup(GROUPS.testing)
    .option(
      '--expect <claim>',
      'fail unless <claim>, <claim>=<value> or <claim>~<regex> holds; repeatable',
      (value: string, previous: readonly string[] = []) => [...previous, value],
    );
  return command;
}

/** @throws SgidError `ERR_USAGE`. */
export function parseExpectations({ field, format, expect = [] }: ResultFlags): readonly Expectation[] {
  if (field !== undefined) refuseBeside('--field', { '--format': format }, '--field prints plain text');
  return expect.map(parseExpectation);
}
