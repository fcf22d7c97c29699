import { readFileSync } from 'node:fs';
import { validateXML } from 'xmllint-wasm';

const SCHEMA = readFileSync(new URL('../fixtures/junit/junit.xsd', import.meta.url), 'utf8');

/** What is wrong with a JUnit report: nothing, it is to be hoped. */
export async function findJunitFaults(report: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'report.xml', contents: report }],
    schema: [SCHEMA],
  });
  return errors.map(({ rawMessage }) => rawMessage);
}

/** A case of a report that was parsed back. */
export interface ParsedCase {
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'skipped';
  /** The attributes of its outcome. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The text of the failure or of what was put out. */
  readonly text: string;
}

/** Parses a report back, one that is valid. */
export function parseJunit(report: string): readonly ParsedCase[] {
  return [...report.matchAll(/<testcase ([^>]*)>([\s\S]*?)<\/testcase>/g)].map(([, head = '', body = '']) => {
    const [, outcome, attributes = ''] = body.match(/<(failure|skipped)([^>]*)>/) ?? [];
    const [, text = ''] = body.match(/<(?:failure|system-out)[^>]*>([^<]*)</) ?? [];
    return {
      name: readAttributes(head)['name'] ?? '',
      outcome: outcome === 'failure' || outcome === 'skipped' ? outcome : 'passed',
      attributes: readAttributes(attributes),
      text: unescapeXml(text),
    };
  });
}

function readAttributes(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, unescapeXml(value)]),
  );
}

function unescapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (_entity, code: string | undefined, name = '') =>
    code === undefined ? (names[name] ?? '') : String.fromCodePoint(Number(code)),
  );
}
