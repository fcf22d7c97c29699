import { randomBytes } from 'node:crypto';

const DRAWN_AT_ONCE = 4_096;

let drawn = Buffer.alloc(0);

/**
 * Random bytes of the generator of node:crypto, each handed out once. They are drawn in bulk, because a call takes
 * some microseconds for however few bytes, and a login needs keys and IVs in eight places.
 */
export function takeRandomBytes(count: number): Buffer {
  if (drawn.length < count) drawn = randomBytes(Math.max(count, DRAWN_AT_ONCE));
  const taken = drawn.subarray(0, count);
  drawn = drawn.subarray(count);
  return taken;
}
