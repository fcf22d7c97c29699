import { describe, expect, it } from 'vitest';
import { createDiagnostics, type Verbosity, wantsColour } from '../../../src/output/diagnostics.ts';

function record(verbosity: Verbosity, colour = false) {
  const written: string[] = [];
  return {
    written,
    diagnostics: createDiagnostics({ write: (text) => written.push(text), verbosity, colour }),
  };
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

  it('redacts JSON text by text, on one line, and keeps it JSON', () => {
    const { written, diagnostics } = record('quiet');
    diagnostics.hide(['CANARY/1"']);
    const message = 'x CANARY/1" y\nz';
    diagnostics.errorJson({ error: { code: 'ERR_USAGE', message, exitCode: 2, hint: null } });
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(written.join(''))).toEqual({
      error: { code: 'ERR_USAGE', message: 'x [redacted] y\nz', exitCode: 2, hint: null },
    });
  });

  it('gives redirected lines to the prompt, redacted, and goes back to stderr', () => {
    const { written, diagnostics } = record('normal');
    const above: string[] = [];
    diagnostics.hide(['CANARY']);
    diagnostics.redirect((line) => above.push(line));
    diagnostics.info('one CANARY');
    diagnostics.redirect(undefined);
    diagnostics.info('two');
    expect(above).toEqual(['one [redacted]']);
    expect(written).toEqual(['two\n']);
  });

  it('styles only where colour is wanted', () => {
    expect(record('normal').diagnostics.style('red', 'x')).toBe('x');
    expect(record('normal', true).diagnostics.style('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  });
});

describe('wantsColour', () => {
  it.each([
    [true, {}, true, true],
    [false, {}, true, false],
    [true, { NO_COLOR: '1' }, true, false],
    [true, { NO_COLOR: '' }, true, true],
    [true, { TERM: 'dumb' }, true, false],
    [true, { CI: 'true' }, true, false],
    [true, {}, false, false],
  ])('terminal %s, environment %j, option %s: %s', (terminal, env, option, expected) => {
    expect(wantsColour(terminal, env, option)).toBe(expected);
  });
});
