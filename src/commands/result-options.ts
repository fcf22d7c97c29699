import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { type Expectation, parseExpectation } from '../output/expectations.ts';
import type { ResultFlags } from '../output/result.ts';
import { GROUPS } from './context.ts';
import { collect, refuseBeside } from './option-values.ts';

export const OUT_DESCRIPTION = 'write to this file (mode 0600), not to stdout';

export const SAVE_CANARY_DESCRIPTION = 'save a canary here, for "sgid check --canary"';

export function addResultOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & ResultFlags> {
  command
    .optionsGroup(GROUPS.output)
    .option('--field <claim>', 'print this one value as plain text')
    .addOption(new Option('--format <format>', 'json by default').choices(['json', 'env', 'table']))
    .option('--raw', 'keep claims that hold JSON as text')
    .option('--out <file>', OUT_DESCRIPTION)
    .optionsGroup(GROUPS.testing)
    .option('--expect <claim>', 'require <claim>[=<value>|~<regex>]; repeatable', collect);
  return command;
}

/** @throws SgidError `ERR_USAGE`. */
export function parseExpectations({ field, format, expect = [] }: ResultFlags): readonly Expectation[] {
  if (field !== undefined) refuseBeside('--field', { '--format': format }, '--field prints plain text');
  return expect.map(parseExpectation);
}
