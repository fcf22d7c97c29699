import { describe, expect, it } from 'vitest';
import { POWERSHELL_SCRIPT } from '../../../../src/commands/completion-scripts.ts';

// No PowerShell runs here: this holds the script to what can be told from its text.
describe('the script for PowerShell', () => {
  it('closes every bracket and quote in the right order', () => {
    const open: string[] = [];
    const code = POWERSHELL_SCRIPT.replace(/^#.*$/gm, '').replace(/'[^'\n]*'|"[^"\n]*"/g, '');
    expect(code).not.toMatch(/["'`]/);
    for (const [bracket] of code.matchAll(/[(){}[\]]/g)) {
      if ('({['.includes(bracket)) open.push(bracket);
      else expect(`${open.pop()}${bracket}`).toMatch(/^(?:\(\)|\{\}|\[\])$/);
    }
    expect(open).toEqual([]);
  });

  it('evaluates nothing that sgid answers', () => {
    expect(POWERSHELL_SCRIPT).not.toMatch(/Invoke-Expression|iex|& \$|\. \$|ScriptBlock\]::Create/i);
  });

  it('hands over the words on standard input, so that Node does not take an --env-file for its own', () => {
    expect(POWERSHELL_SCRIPT).toContain('| sgid completion powershell --candidates 2>$null');
  });

  it('quotes what is more than a plain word, with its own quotes doubled', () => {
    expect(POWERSHELL_SCRIPT).toContain(`"'" + $value.Replace("'", "''") + "'"`);
  });

  it('gives every candidate a description, because an empty one is refused', () => {
    expect(POWERSHELL_SCRIPT).toContain('if (-not $description) { $description = $value }');
  });
});
