import { html } from '../html/html.ts';
import { stripLines } from '../text/printable.ts';

export interface JunitCase {
  readonly name: string;
  readonly seconds: number;
  readonly failure?: { readonly type: string; readonly message: string; readonly text: string } | undefined;
  readonly skipped?: string | undefined;
  readonly output?: string | undefined;
}

/**
 * Renders a JUnit report of one suite, in the shape that GitLab, Jenkins and their like read: the schema of the
 * Jenkins xUnit plug-in (github.com/jenkinsci/xunit-plugin, junit-10.xsd).
 *
 * @param suite The name of the suite, and the class name of its cases.
 */
export function renderJunit(suite: string, cases: readonly JunitCase[]): string {
  const attributes = renderAttributes({
    name: suite,
    tests: `${cases.length}`,
    failures: `${cases.filter(({ failure }) => failure).length}`,
    errors: '0',
    skipped: `${cases.filter(({ skipped }) => skipped !== undefined).length}`,
    time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite${attributes}>`,
    ...cases.flatMap((testCase) => renderCase(suite, testCase)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function renderCase(suite: string, { name, seconds, failure, skipped, output }: JunitCase): string[] {
  const lines = [`    <testcase${renderAttributes({ classname: suite, name, time: seconds.toFixed(3) })}>`];
  if (skipped !== undefined) lines.push(`      <skipped${renderAttributes({ message: skipped })}/>`);
  if (failure !== undefined) {
    const { text, message, type } = failure;
    lines.push(`      <failure${renderAttributes({ message, type })}>${escapeXml(text)}</failure>`);
  }
  if (output !== undefined) lines.push(`      <system-out>${escapeXml(output)}</system-out>`);
  return [...lines, '    </testcase>'];
}

/** XML takes a line break in an attribute for a space (section 3.3.3), unless it is written by number. */
function renderAttributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(value).replaceAll('\n', '&#10;')}"`)
    .join('');
}

/** Text as XML 1.0 takes it: what else no document may hold (section 2.2) becomes U+FFFD. */
function escapeXml(text: string): string {
  const allowed = stripLines(text).replaceAll(
    /[^\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu,
    '\uFFFD',
  );
  return html`${allowed}`.text;
}
