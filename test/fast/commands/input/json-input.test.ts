import { describe, expect, it } from 'vitest';
import { type JsonMembers, readJsonObject } from '../../../../src/commands/text-input.ts';
import { errorOf, wordsOf } from '../../../helpers/error-of.ts';

const read = (text: string, pick: (members: JsonMembers) => object) =>
  readJsonObject({ text, name: 'standard input' }, 'what to do', pick);
const readName = (text: string) => read(text, ({ text: member }) => ({ name: member('name') }));

describe('readJsonObject', () => {
  it('takes the members that are asked for, and lets the others be', () => {
    expect(readName('{"name": "x", "other": 1, "__proto__": []}')).toEqual({ name: 'x' });
  });

  it('knows a member that may be missing', () => {
    const pick = ({ optionalText }: JsonMembers) => ({ name: optionalText('name') });
    expect(read('{}', pick)).toEqual({ name: undefined });
    expect(read('{"name":"x"}', pick)).toEqual({ name: 'x' });
  });

  it.each([
    ['{"name": "CANARY"', 'standard input is not valid JSON (line 1, column 18)'],
    ['["CANARY"]', 'standard input: $ must be an object, got a list'],
    ['{}', 'standard input: $.name is missing'],
    ['{"name": ""}', 'standard input: $.name must not be empty'],
    ['{"name": null}', 'standard input: $.name must be text, got null'],
    ['{"name": {"a": "CANARY"}}', 'standard input: $.name must be text, got an object'],
    ['{"__proto__": {"name": "CANARY"}}', 'standard input: $.name is missing'],
  ])('refuses %s', async (text, message) => {
    const error = await errorOf(() => readName(text));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config', message, hint: 'what to do' });
    expect(wordsOf(error)).not.toContain('CANARY');
  });

  it('does not inherit members', async () => {
    const error = await errorOf(() => read('{}', ({ text }) => ({ a: text('constructor') })));
    expect(error.message).toContain('$.constructor is missing');
  });

  it('names all problems at once, and counts those beyond ten', async () => {
    const names = [...'abcdefghijkl'];
    const error = await errorOf(() => read('{}', ({ text }) => names.map(text)));
    expect(error.message.split('; ')).toHaveLength(11);
    expect(error.message).toMatch(/; \$\.j is missing; and 2 more$/);
  });
});
