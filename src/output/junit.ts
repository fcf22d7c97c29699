/** A test case of a JUnit report. */
export interface JunitCase {
  readonly name: string;
  readonly seconds: number;
  readonly failure?: { readonly type: string; readonly message: string; readonly text: string } | undefined;
  /** Why it was not tried. */
  readonly skipped?: string | undefined;
  /** What else there is to say. */
  readonly output?: string | undefined;
}

/**
 * Renders a JUnit report of one suite, in the shape that GitLab, Jenkins and their like read: the schema of the
 * Jenkins xUnit plug-in (github.com/jenkinsci/xunit-plugin, junit-10.xsd).
 *
 * @param suite The name of the suite, and the class name of its cases.
 */
export function renderJunit(suite: string, cases: readonly JunitCase[]): string {
  const attributes = [
    attribute('name', suite),
    attribute('tests', String(cases.length)),
    attribute('failures', String(cases.filter(({ failure }) => failure).length)),
    attribute('errors', '0'),
    attribute('skipped', String(cases.filter(({ skipped }) => skipped !== undefined).length)),
    attribute('time', toSeconds(cases.reduce((sum, { seconds }) => sum + seconds, 0))),
  ].join('');
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
  const children = [
    ...(skipped === undefined ? [] : [`<skipped${attribute('message', skipped)}/>`]),
    ...(failure === undefined
      ? []
      : [
          `<failure${attribute('message', failure.message)}${attribute('type', failure.type)}>${escapeXml(failure.text)}</failure>`,
        ]),
    ...(output === undefined ? [] : [`<system-out>${escapeXml(output)}</system-out>`]),
  ];
  return [
    `    <testcase${attribute('classname', suite)}${attribute('name', name)}${attribute('time', toSeconds(seconds))}>`,
    ...children.map((child) => `      ${child}`),
    '    </testcase>',
  ];
}

/** XML takes white space in an attribute for spaces (section 3.3.3), unless it is written by number. */
function attribute(name: string, value: string): string {
  return ` ${name}="${escapeXml(value).replaceAll(/[\t\n]/g, (space) => `&#${space.charCodeAt(0)};`)}"`;
}

function toSeconds(seconds: number): string {
  return seconds.toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // As it is it would be read as a line feed (section 2.11).
  '\r': '&#13;',
};

/** Text as XML 1.0 takes it: what no XML document may hold (section 2.2) becomes U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? '');
}
