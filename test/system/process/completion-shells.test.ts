import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openShell, PROMPT, type ShellOptions } from '../../helpers/shell-session.ts';

const BASH: ShellOptions['command'] = ['bash', '--noprofile', '--rcfile', '$HOME/.bashrc', '-i'];
const ZSH: ShellOptions['command'] = ['zsh', '-d', '-i'];

/** Shells that source the script when they start. */
const SOURCED: Readonly<Record<string, ShellOptions>> = {
  bash: {
    command: BASH,
    files: { '.bashrc': `PS1='${PROMPT}'\nsource <(sgid completion bash)\n` },
  },
  zsh: {
    command: ZSH,
    files: {
      '.zshrc': `PS1='${PROMPT}'\nautoload -Uz compinit\ncompinit -u\nsource <(sgid completion zsh)\n`,
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

/** Shells that load the script from a file when it is needed, as \`sgid completion --help\` tells. */
const LOADED: Readonly<Record<string, ShellOptions>> = {
  'bash with bash-completion': {
    command: BASH,
    files: {
      '.bashrc': `PS1='${PROMPT}'
mkdir -p ~/.local/share/bash-completion/completions
sgid completion bash > ~/.local/share/bash-completion/completions/sgid
source /usr/share/bash-completion/bash_completion
`,
    },
  },
  'zsh with a folder in fpath': {
    command: ZSH,
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
};

const FILES: ShellOptions['files'] = {
  'a name.json': '',
  'plain.json': '',
  '.config/sgid/profiles/staging-2.json': '{}',
};

/** What is typed, and the arguments that sgid then gets. */
const LINES: readonly (readonly [keys: string, words: readonly string[]])[] = [
  ['sgid logi\t', ['login']],
  ['sgid mock perso\t', ['mock', 'personas']],
  ['sgid login --include-t\t', ['login', '--include-tokens']],
  ['sgid login --format js\t', ['login', '--format', 'json']],
  ['sgid login --format=js\t', ['login', '--format=json']],
  ['sgid login --mock --persona wei\t', ['login', '--mock', '--persona', 'wei-ming']],
  ['sgid explain ERR_ST\t', ['explain', 'ERR_STATE_MISMATCH']],
  ['sgid profile use stag\t', ['profile', 'use', 'staging-2']],
  ['sgid login -s "openid myinfo.hdb\t', ['login', '-s', 'openid myinfo.hdbtype']],
  ['sgid login -s openid\\ myinfo.hdb\t', ['login', '-s', 'openid myinfo.hdbtype']],
  ['sgid check --only jwks,clo\t', ['check', '--only', 'jwks,clock']],
  ['sgid decrypt "a n\t', ['decrypt', 'a name.json']],
  ['sgid login --out=plain\t', ['login', '--out=plain.json']],
  ['sgid login --dotenv plain\t', ['login', '--dotenv', 'plain.json']],
  ['sgid login --client-id plain\t', ['login', '--client-id', 'plain']],
];

/** After this, no blank is added, except by fish. */
const OPEN_LINE: (typeof LINES)[number] = [
  'sgid login --expect myinfo.hdb\t=x',
  ['login', '--expect', 'myinfo.hdbtype=x'],
];

/** A value and a description that would each make a file, were they evaluated. */
const HOSTILE = 'x$(touch harm)`touch harm`\'";touch harm';

describe.each(Object.entries(SOURCED))('completion in %s', (name, installation) => {
  it('completes commands, options, values and files', async () => {
    const shell = await openShell({ ...installation, files: { ...installation.files, ...FILES } });
    const lines = name === 'fish' ? LINES : [...LINES, OPEN_LINE];
    const completed: unknown[] = [];
    for (const [keys] of lines) completed.push([keys, await shell.run(keys)]);
    expect(completed).toEqual(lines);
  });

  it('lists what is possible', async () => {
    const shell = await openShell(installation);
    const [one, other] = name === 'bash' ? ['', ''] : ['.*list the faults', '.*list the people'];
    await shell.shows('sgid mock \t\t', new RegExp(`faults${one}.*[\\s\\S]*personas${other}`));
  });

  it('evaluates nothing that sgid answers, and gives it to sgid as it is', async () => {
    const answer = `case "$3" in
--candidates) printf '%s\\n' words "$HOSTILE	$HOSTILE" ;;
*) "$NODE" "$SGID_JS" "$@" ;;
esac`;
    const shell = await openShell({ ...installation, env: { HOSTILE }, answer });
    expect(await shell.run('sgid x\t')).toEqual([HOSTILE]);
    await expect(access(join(shell.home, 'harm'))).rejects.toThrow('ENOENT');
  });

  it('is quiet when sgid fails', async () => {
    const answer = `case "$3" in
--candidates) echo broken >&2; exit 1 ;;
*) "$NODE" "$SGID_JS" "$@" ;;
esac`;
    const shell = await openShell({ ...installation, answer });
    expect(await shell.run('sgid x\t')).toEqual(['x']);
    expect(shell.screen()).not.toContain('broken');
  });
});

describe.each(Object.entries(LOADED))('completion in %s', (_name, installation) => {
  it('completes from the first line on', async () => {
    const shell = await openShell(installation);
    expect(await shell.run('sgid mock perso\t')).toEqual(['mock', 'personas']);
    expect(await shell.run('sgid login --format=js\t')).toEqual(['login', '--format=json']);
  });
});
