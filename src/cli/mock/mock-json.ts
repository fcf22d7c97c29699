import { CONTROLS_BEYOND_C0 } from '../../protocol/printable.ts';

/**
 * A document as JSON with a final newline. What comes from a file may hold what a terminal or a runner of GitHub
 * Actions (`##[`) would obey; it is spelled as escapes, so that it is the same document.
 */
export function renderMockJson(document: unknown, indent?: number): string {
  const spell = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const json = JSON.stringify(document, null, indent);
  return `${json.replace(new RegExp(`[${CONTROLS_BEYOND_C0}]|#(?=\\[)`, 'g'), spell)}\n`;
}
