/**
 * The text that a person reads of an HTML page, without tags, title, scripts and styles: from its alert on, else from its
 * heading, else from its main part, so that no banner takes the room. Takes time in proportion to the
 * page, whatever is wrong with it: the page may be a stranger's.
 */
export function visibleText(html: string): string {
  const pieces = html.split('<');
  const shown = pieces.splice(0, 1);
  let hidden: string | undefined;
  let rank = 0;
  for (const piece of pieces) {
    const tag = /^\/?[a-z]+\d?/i.exec(piece)?.[0].toLowerCase();
    if (hidden !== undefined && tag !== `/${hidden}`) continue;
    hidden = tag === 'script' || tag === 'style' || tag === 'title' ? tag : undefined;
    if (hidden !== undefined) continue;
    const own = /^[a-z][^>]*\srole="?alert\b/i.test(piece) ? 3 : tag === 'h1' ? 2 : tag === 'main' ? 1 : 0;
    if (own > rank) shown.length = 0;
    rank = Math.max(rank, own);
    shown.push(piece.slice(piece.indexOf('>') + 1));
  }
  return shown.join(' ');
}
