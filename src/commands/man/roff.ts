const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\(rs',
  '-': '\\-',
  '"': '\\(dq',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
};

/**
 * Text as roff shows it, character by character: a hyphen is one that can be copied into a shell, and nothing in it
 * is a request, an escape or the end of a macro's argument. One line, ASCII alone.
 */
export function escapeRoff(text: string): string {
  const line = text
    .replace(/\s+/g, ' ')
    .replace(/[\\"'`^~-]/g, (character) => ESCAPES[character] ?? '')
    .replace(/[^ -~]/gu, toUnicodeName);
  return /^[. ]/.test(line) ? `\\&${line}` : line;
}

/** The same, where a long word may be broken without a hyphen: not for what is to be copied. */
function prose(text: string): string {
  return escapeRoff(text).replace(/([,/])(?=[^ /])/g, '$1\\:');
}

/** Bold text within a line. */
export function bold(text: string): string {
  return `\\fB${escapeRoff(text)}\\fR`;
}

/** A section. */
export function section(title: string, ...body: readonly string[]): string {
  return below(`.SH ${escapeRoff(title.toUpperCase())}`, body);
}

/** A section within a section. */
export function subsection(title: string, ...body: readonly string[]): string {
  return below(`.SS "${escapeRoff(title)}"`, body);
}

/** A paragraph needs no macro of its own below a heading. */
function below(heading: string, body: readonly string[]): string {
  return [heading, ...body.map((block, index) => (index === 0 ? block.replace(/^\.PP\n/, '') : block))].join(
    '\n',
  );
}

/** A paragraph of plain text. */
export function paragraph(text: string): string {
  return `.PP\n${prose(text)}`;
}

/** Something and what it is, indented below it. */
export function item(term: string, text: string): string {
  return `.TP\n${bold(term)}\n${prose(text)}`;
}

/** Lines as they are, blanks included. */
export function literal(text: string): string {
  const lines = text.split('\n').map((line) => {
    const [indent = ''] = /^ */.exec(line) ?? [];
    return `\\&${indent}${line
      .trim()
      .split(/( {2,})/)
      .map(keepBlanks)
      .join('')}`;
  });
  return ['.PP', '.nf', ...lines, '.fi'].join('\n');
}

function keepBlanks(part: string): string {
  return part.trim() === '' ? part : escapeRoff(part);
}

function toUnicodeName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}
