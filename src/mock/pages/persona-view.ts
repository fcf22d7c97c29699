import { html, type SafeHtml } from '../../html/html.ts';
import type { Persona } from '../persona.ts';

/** A persona in one line: initials to scan by, the name, and what makes this person worth testing with. */
export function describePersona({ id, name, description }: Persona): SafeHtml {
  return html`<span class="initials" aria-hidden="true">${initialsOf(name)}</span>
<span class="who"><strong><bdi>${name}</bdi></strong> <span class="muted">${description ?? id}</span></span>`;
}

/** The first letters of the first two words, in any script. */
function initialsOf(name: string): string {
  const words = name.match(/(?<![\p{L}\p{M}'’])\p{L}\p{M}*/gu) ?? ['?'];
  return words.slice(0, 2).join('');
}
