/**
 * A copy that stands alone. A piece that was cut out of a text keeps all of that text in memory: a nonce of a few
 * characters would hold its whole request.
 */
export function copyText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
