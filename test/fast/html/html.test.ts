import { describe, expect, it } from 'vitest';
import { html, SafeHtml } from '../../../src/html/html.ts';

describe('html', () => {
  it('escapes text in content and attributes', () => {
    const { text } = html`<p title="${'"&\'<>'}">${'<script>'}</p>`;
    expect(text).toBe('<p title="&quot;&amp;&#39;&lt;&gt;">&lt;script&gt;</p>');
  });

  it('places markup, lists of markup and numbers as they are', () => {
    expect(html`${html`<b>${1}</b>`}${[new SafeHtml('<i>'), new SafeHtml('</i>')]}`.text).toBe(
      '<b>1</b><i>\n</i>',
    );
  });
});
