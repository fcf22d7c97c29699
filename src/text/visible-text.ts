/**
 * The text that a person reads of an HTML page: without tags, title, scripts and styles. Takes time in proportion to the
 * page, whatever is wrong with it: the page may be a stranger's.
 */
export function visibleText(html: string): string {
  const [before = '', ...pieces] = html.split('<');
  const shown = [before];
  let hidden: string | undefined;
  for (const piece of pieces) {
    const tag = /^\/?[a-z]+/i.exec(piece)?.[0].toLowerCase();
    if (hidden !== undefined && tag !== `/${hidden}`) continue;
    hidden = tag === 'script' || tag === 'style' || tag === 'title' ? tag : undefined;
    if (hidden === undefined) shown.push(piece.slice(piece.indexOf('>') + 1));
  }
  return shown.join(' ');
}
