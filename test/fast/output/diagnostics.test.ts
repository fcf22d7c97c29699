import { describe, expect, it } from 'vitest';
import { createDiagnostics, type Verbosity, wantsColour } from '../../../src/output/diagnostics.ts';

function record(verbosity: Verbosity) {
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  return { written, diagnostics: createDiagnostics({ write, verbosity, colour: false }) };
}

describe('createDiagnostics', () => {
  it.each([
    ['quiet', ['e\n']],
    ['normal', ['i\n', 'warning: w\n', 'e\n']],
    ['verbose', ['i\n', 'warning: w\n', 'd\n', 'e\n']],
  ] as const)('says what %s asks for', (verbosity, expected) => {
    const { written, diagnostics } = record(verbosity);
    diagnostics.info('i');
    diagnostics.warn('w');
    diagnostics.detail('d');
    diagnostics.error('e');
    expect(written).toEqual(expected);
  });

  it('takes hidden values out of every kind of line', () => {
    const { written, diagnostics } = record('verbose');
    diagnostics.hide(['CANARY/1']);
    for (const say of [diagnostics.info, diagnostics.warn, diagnostics.detail, diagnostics.error])
      say('x CANARY/1 CANARY%2F1');
    expect(written).toHaveLength(4);
    expect(written.join('')).not.toContain('CANARY');
  });

  it.each(['::error::x', 'a\n::error::x', 'a\n\u3164 \t::error::x', 'a ##[error]x'])(
    'gives GitHub Actions no command in %j',
    (text) => {
      const { written, diagnostics } = record('verbose');
      for (const say of [diagnostics.info, diagnostics.detail, diagnostics.error]) say(text);
      diagnostics.errorJson({ error: { message: text } });
      expect(written).toHaveLength(4);
      expect(written.join('')).not.toMatch(/(?:^|[\r\n])[\s\u3164]*::|##\[/);
    },
  );

  it('leaves the address of this machine whole where a terminal breaks the line before it', () => {
    const written: string[] = [];
    const write = (text: string): void => void written.push(text);
    const wrap = (line: string): string => line.replace(' ', '\n  ');
    createDiagnostics({ write, verbosity: 'normal', colour: false, wrap }).error('on ::1 is one');
    expect(written).toEqual(['on\n  ::1 is one\n']);
  });

  it('redacts JSON text by text, on one line, and keeps it JSON', () => {
    const { written, diagnostics } = record('quiet');
    diagnostics.hide(['CANARY/1"']);
    diagnostics.errorJson({ error: { message: 'x CANARY/1" y\nz', exitCode: 2, hint: null } });
    const error = { message: 'x [redacted] y\nz', exitCode: 2, hint: null };
    expect(written).toEqual([`${JSON.stringify({ error })}\n`]);
  });
});

it('colour is wanted where NO_COLOR is set to nothing', () => {
  expect(wantsColour(true, { NO_COLOR: '' }, true)).toBe(true);
});
