import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a reader comes for, and what of the reference serves it. */
const TASKS = {
  'Log in': ['SgidClient', 'generatePkcePair', 'authorizationUrl', 'callback', 'userinfo'],
  'Read typed claims': ['SgidScope', 'parseData', 'ParsedSgidData'],
  'Handle errors': ['SgidError', 'SgidErrorCode', 'ProviderReply'],
  'Start the mock': ['startMockSgid', 'createMockSgid', 'MockSgidOptions'],
  'Choose who logs in': ['queuePersona', 'Persona'],
  'Queue a fault': ['queueFault', 'listFaults', 'FaultName'],
  'Change an answer': ['queueReply', 'Interceptor'],
};

/** Makes links of what the pages name of docs, and writes an index of all that they describe. */
export function linkPages(folder) {
  const entries = ['sgid-cli', 'sgid-cli.mock'].map((name) => {
    const path = join(folder, `${name}.md`);
    const text = readFileSync(path, 'utf8').replace(/\bdocs\/([\w-]+\.md)(?:, "([^"]+)")?/g, linkTo);
    writeFileSync(path, text);
    return { page: `${name}.md`, text, title: /^# (.+)/.exec(text)?.[1] };
  });
  const links = new Map(
    entries
      .flatMap(({ page, text }) =>
        [...text.matchAll(/^(?:###|#####) (\w+)(?:\(\))?$/gm)].map(([, name]) => [
          name,
          `[\`${name}\`](${page}#${name.toLowerCase()})`,
        ]),
      )
      .reverse(),
  );
  const tasks = Object.entries(TASKS).map(([task, names]) => {
    const unknown = names.filter((name) => !links.has(name));
    if (unknown.length > 0) throw new Error(`not in the reference: ${unknown.join(', ')}`);
    return `- ${task}: ${names.map((name) => links.get(name)).join(', ')}`;
  });
  const index = entries.flatMap(({ page, text, title }) => [
    `## [${title}](${page})`,
    ...sectionsOf(text, '##').flatMap(([kind, section]) => {
      const described = kind === 'References' ? [] : sectionsOf(section, '###');
      const lines = described.map(
        ([name, about]) => `- ${links.get(name.replace('()', ''))}: ${firstSentence(about, page)}`,
      );
      return lines.length === 0 ? [] : [`### ${kind}`, lines.join('\n')];
    }),
  ]);
  const parts = ['# API reference', '## By task', tasks.join('\n'), ...index];
  writeFileSync(join(folder, 'README.md'), `${parts.join('\n\n')}\n`);
}

function linkTo(named, page, heading) {
  const anchor = heading ? `#${heading.toLowerCase().replaceAll(' ', '-')}` : '';
  return `[${named}](../${page}${anchor})`;
}

/** Name and text of each section below headings of this level. */
function sectionsOf(text, hashes) {
  return text
    .split(new RegExp(`^${hashes} `, 'm'))
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section.slice(section.indexOf('\n'))]);
}

/** Of what is said about an export; its declaration stands in front. */
function firstSentence(about, page) {
  const [paragraph] = about
    .replace(/^#[^\n]*|```.*?```/gms, '')
    .trim()
    .split('\n\n');
  return paragraph
    .replaceAll('\n', ' ')
    .replace(/(?<=\.) .*/, '')
    .replaceAll('](#', `](${page}#`);
}
