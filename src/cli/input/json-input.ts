import { type JsonNode, readFilledText, readMembers } from '../../config/json-file.ts';
import { parseJsonAt } from '../../config/json-position.ts';
import { SgidError } from '../../protocol/errors.ts';
import type { TextInput } from './text-input.ts';

/** The members of a JSON object, which is refused once all that a command asks for were looked at. */
export interface JsonMembers {
  /** A member, with `undefined` for its value when it is missing. */
  node(name: string): JsonNode;
  /** The text of a member; empty when there is none, which is a problem. */
  text(name: string): string;
  /** The text of a member that may be missing. */
  optionalText(name: string): string | undefined;
}

/** More problems than this are counted, not listed. */
const MOST_PROBLEMS = 10;

/**
 * Reads a JSON object that another step wrote. Members that nobody asks for are let be.
 *
 * @param hint What to do about one that is broken.
 * @throws SgidError `ERR_FILE` with line and column, or with the place of each problem; never with a value.
 */
export function readJsonObject<T extends object>(
  { text, name }: TextInput,
  hint: string,
  read: (members: JsonMembers) => T,
): T {
  const parsed = parseJsonAt(text);
  if (!parsed.ok) throw jsonError(`${name} is not valid JSON${parsed.position}`, hint);
  const problems: string[] = [];
  const members = readMembers({ value: parsed.value, place: '$', problems });
  const result = members && read(openMembers(members, problems));
  if (result !== undefined && problems.length === 0) return result;
  const more = problems.length - MOST_PROBLEMS;
  const listed = [...problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])];
  throw jsonError(`${name}: ${listed.join('; ')}`, hint);
}

function openMembers(members: ReadonlyMap<string, JsonNode>, problems: string[]): JsonMembers {
  const node = (name: string): JsonNode =>
    members.get(name) ?? { value: undefined, place: `$.${name}`, problems };
  const text = (name: string): string => readFilledText(node(name)) ?? '';
  return { node, text, optionalText: (name) => (members.has(name) ? text(name) : undefined) };
}

function jsonError(message: string, hint: string): SgidError {
  return new SgidError('ERR_FILE', message, { step: 'config', hint });
}
