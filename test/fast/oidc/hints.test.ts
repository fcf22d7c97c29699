import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../../../src/oidc/', import.meta.url);

// The same words reach the person at the command line and the code that calls the library.
describe('the words of src/oidc', () => {
  it.each(readdirSync(FOLDER))('%s names no option without words that stand for it in code', (file) => {
    const source = readFileSync(new URL(file, FOLDER), 'utf8');
    const texts = source.match(/(['"`])(?:(?!\1)[^\\\n]|\\.)*--[a-z](?:(?!\1)[^\\\n]|\\.)*\1/g) ?? [];
    for (const text of texts) expect(text).toMatch(/\(--[a-z-]+\)|in code, |sgid mock --port/);
    expect(source).not.toMatch(/run the command/i);
  });
});
