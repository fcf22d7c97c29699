/** The links of a page, in order, as the browser reads them. */
export function linksOf(body: string): string[] {
  return [...body.matchAll(/ href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
}
