import { html, SafeHtml } from '../../html/html.ts';

/** A text that may be broken after each slash, so that a path fits a narrow place. */
export function breakable(text: string): SafeHtml {
  return new SafeHtml(html`${text}`.text.replaceAll('/', '/<wbr>'));
}
