import { describe, expect, it } from 'vitest';
import { openShell, PROMPT, type ShellOptions } from '../helpers/shell-session.ts';

/** The ways to install it that `sgid completion --help` tells. */
const INSTALLATIONS: Readonly<Record<string, ShellOptions>> = {
  'bash without bash-completion': {
    command: ['bash', '--noprofile', '--rcfile', '$HOME/.bashrc', '-i'],
    files: { '.bashrc': `PS1='${PROMPT}'\nsource <(sgid completion bash)\n` },
  },
  'bash with bash-completion': {
    command: ['bash', '--noprofile', '--rcfile', '$HOME/.bashrc', '-i'],
    files: {
      '.bashrc': `PS1='${PROMPT}'
mkdir -p ~/.local/share/bash-completion/completions
sgid completion bash > ~/.local/share/bash-completion/completions/sgid
source /usr/share/bash-completion/bash_completion
`,
    },
  },
  'zsh by sourcing': {
    command: ['zsh', '-d', '-i'],
    files: {
      '.zshrc': `PS1='${PROMPT}'\nautoload -Uz compinit\ncompinit -u\nsource <(sgid completion zsh)\n`,
    },
  },
  'zsh by fpath': {
    command: ['zsh', '-d', '-i'],
    files: {
      '.zshrc': `PS1='${PROMPT}'
mkdir -p ~/.zfunc
sgid completion zsh > ~/.zfunc/_sgid
fpath=(~/.zfunc $fpath)
autoload -Uz compinit
compinit -u
`,
    },
  },
  fish: {
    command: ['fish', '-i'],
    files: {
      '.config/fish/config.fish': `function fish_prompt; printf '${PROMPT}'; end
mkdir -p ~/.config/fish/completions
sgid completion fish > ~/.config/fish/completions/sgid.fish
`,
    },
  },
};

describe.each(Object.entries(INSTALLATIONS))('completion in %s', (_name, installation) => {
  it.each([
    ['a command', 'sgid logi\t', ['login']],
    ['a command of a command', 'sgid mock perso\t', ['mock', 'personas']],
    ['an option', 'sgid login --include-t\t', ['login', '--include-tokens']],
    ['a choice', 'sgid login --format js\t', ['login', '--format', 'json']],
    ['a choice after =', 'sgid login --format=js\t', ['login', '--format=json']],
    ['an error code', 'sgid explain ERR_ST\t', ['explain', 'ERR_STATE_MISMATCH']],
    ['a profile', 'sgid profile use stag\t', ['profile', 'use', 'staging-2']],
    ['a second scope', 'sgid login -s "openid myinfo.hdb\t', ['login', '-s', 'openid myinfo.hdbtype']],
    ['a second check', 'sgid check --only jwks,clo\t', ['check', '--only', 'jwks,clock']],
    ['a file', 'sgid decrypt "a n\t', ['decrypt', 'a name.json']],
    ['a file after =', 'sgid login --out=plain\t', ['login', '--out=plain.json']],
  ])('%s', async (_what, keys, expected) => {
    const shell = await openShell({
      ...installation,
      files: {
        ...installation.files,
        'a name.json': '',
        'plain.json': '',
        '.config/sgid/profiles/staging-2.json': '{}',
      },
    });
    expect(await shell.run(keys)).toEqual(expected);
  });
});
