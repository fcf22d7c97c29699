import { CONTROLS_BEYOND_C0 } from '../../protocol/printable.ts';

/**
 * A document as JSON with a final newline, pretty-printed unless `indent` is 0. DEL, C1 and bidi controls, and what a runner of GitHub
 * Actions takes for a command wherever it stands (`##[`), are spelled as escapes: it is the same document, with
 * nothing in it that a terminal would obey.
 */
export function renderJson(document: unknown, indent = 2): string {
  const spell = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const json = JSON.stringify(document, null, indent);
  return `${json.replace(new RegExp(`[${CONTROLS_BEYOND_C0}]|#(?=\\[)`, 'g'), spell)}\n`;
}
