import { type JsonReading, parseJsonAt } from './json-position.ts';

/** JSON that stands among the lines of an env-shaped text. */
export interface JsonBlock {
  /** The variable that it is the value of, if any. */
  readonly name: string | undefined;
  readonly text: string;
  readonly reading: JsonReading;
}

/** The blocks of a text, and what is left of it without them. */
export interface CutText {
  readonly blocks: readonly JsonBlock[];
  readonly rest: string;
}

/** Each is read to its end, and a text could hold an opening bracket a line. */
const MOST_BLOCKS = 50;

/** A line that begins a quoted value (which is passed over as a whole) or a bracket, with or without `NAME=`. */
const START =
  /^[ \t]*(?:(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:(["'`])[\s\S]*?\2|(?=[[{]))|(?=[[{]))/gm;

/**
 * Cuts JSON out of env-shaped text: objects and lists at the beginning of a line or after `NAME=`, over as many
 * lines as they take. A value that only looks like JSON stays; a `[section]` is none.
 */
export function cutJsonBlocks(text: string): CutText {
  const blocks: JsonBlock[] = [];
  const pieces: string[] = [];
  let end = 0;
  let tries = 0;
  START.lastIndex = 0;
  for (let match = START.exec(text); match !== null && tries < MOST_BLOCKS; match = START.exec(text)) {
    const [line, name, quote] = match;
    const start = match.index + line.length;
    // An empty match would be found again and again.
    if (line === '') START.lastIndex += 1;
    if (quote !== undefined || (name === undefined && text[start] === '[')) continue;
    tries += 1;
    const block = readBlock(text, start);
    if (!block.reading.ok && name !== undefined) continue;
    blocks.push({ ...block, name });
    pieces.push(text.slice(end, match.index));
    end = start + block.text.length;
    START.lastIndex = end;
  }
  return { blocks, rest: pieces.join('\n') + text.slice(end) };
}

function readBlock(text: string, start: number): Omit<JsonBlock, 'name'> {
  const block = text.slice(start, endOfBlock(text, start));
  return { text: block, reading: parseJsonAt(block, text.slice(0, start)) };
}

/** Where the bracket that opens at `start` is closed; brackets in strings do not count. */
function endOfBlock(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
