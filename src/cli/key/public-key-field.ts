import { parseEnvText } from '../../config/env-file.ts';
import { isRecord, parseJson } from '../../protocol/guards.ts';

/** How the public key may be called in a credentials file or `.env`; case, `_` and `-` do not matter. */
const NAMES = ['publickey', 'publickeypem', 'sgidpublickey'];

/** Nested objects beyond this depth are not searched. */
const MAXIMUM_DEPTH = 3;

/** The public key in the text of a credentials file or `.env`: PEM and its like, or the text of a JWK. */
export function findPublicKeyField(text: string): string | undefined {
  const value = findValue(parseJson(text) ?? parseEnvText(text), 0);
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value);
}

function findValue(node: unknown, depth: number): unknown {
  if (depth > MAXIMUM_DEPTH) return undefined;
  const entries = isRecord(node)
    ? Object.entries(node)
    : Array.isArray(node)
      ? node.map((item) => ['', item])
      : [];
  const own = entries.find(
    ([name, value]) => isPublicKeyName(name) && (typeof value === 'string' || isRecord(value)),
  );
  if (own !== undefined) return own[1];
  return entries.map(([, value]) => findValue(value, depth + 1)).find((value) => value !== undefined);
}

function isPublicKeyName(name: string): boolean {
  return NAMES.includes(name.toLowerCase().replaceAll(/[_-]/g, ''));
}
