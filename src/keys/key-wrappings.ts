import { parseJson } from '../protocol/guards.ts';
import { decodeText } from './decode-text.ts';
import { looksLikeDer } from './der.ts';
import { unwrapKeyText } from './key-text.ts';
import { hasPemBoundary } from './pem.ts';

/** What is around a key or was done to its text: this program looks through it, most others do not. */
export type KeyWrapping = 'byte-order-mark' | 'quoted' | 'escaped' | 'base64';

/** Lists what a key is wrapped in. The input must be one that a key was found in. */
export function listWrappings(input: string | Uint8Array): readonly KeyWrapping[] {
  if (typeof input !== 'string' && looksLikeDer(Buffer.from(input))) return [];
  const text = typeof input === 'string' ? input : decodeText(input);
  const bare = unwrapKeyText(text);
  const wrappings: KeyWrapping[] = [];
  if (hasByteOrderMark(input)) wrappings.push('byte-order-mark');
  if (bare !== text.trim()) wrappings.push('quoted');
  if (isEscaped(bare)) wrappings.push('escaped');
  if (!bare.startsWith('{') && !hasPemBoundary(bare)) wrappings.push('base64');
  return wrappings;
}

/** `decodeText` takes the mark away, so the bytes tell: EF BB BF, FF FE. */
function hasByteOrderMark(input: string | Uint8Array): boolean {
  if (typeof input === 'string') return input.startsWith('\uFEFF');
  return ['efbbbf', 'fffe'].some((mark) =>
    Buffer.from(input.subarray(0, 3)).toString('hex').startsWith(mark),
  );
}

function isEscaped(bare: string): boolean {
  return bare.startsWith('{') ? parseJson(bare) === undefined : /-----\\+[nr]/.test(bare);
}
