import { Argument, Option } from '@commander-js/extra-typings';
import { decodeText } from '../keys/key-text.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import type { Platform } from '../system/platform.ts';
import { type Candidate, complete, type LookUp, readTypedWords } from './complete.ts';
import {
  BASH_SCRIPT,
  FISH_SCRIPT,
  POWERSHELL_SCRIPT,
  renderCompletion,
  SHELLS,
  type Shell,
  ZSH_SCRIPT,
} from './completion-scripts.ts';
import type { CommandContext, DeclareCommand, DescribeProgram } from './context.ts';

/** The options of `sgid completion`, as the command line gives them. */
export interface CompletionOptions {
  readonly candidates?: true;
}

const INSTALL = `
Install it, and start a new shell:
  bash        $ echo 'source <(sgid completion bash)' >> ~/.bashrc
  zsh         $ echo 'source <(sgid completion zsh)' >> ~/.zshrc
              after the line that runs compinit
  fish        $ sgid completion fish > ~/.config/fish/completions/sgid.fish
  powershell  > 'sgid completion powershell | Out-String | Invoke-Expression' |
                  Add-Content $PROFILE

Where shells load completions from files, the start of the shell costs nothing:
  bash        $ mkdir -p ~/.local/share/bash-completion/completions
              $ sgid completion bash \\
                  > ~/.local/share/bash-completion/completions/sgid
              with the package bash-completion
  zsh         $ sgid completion zsh > ~/.zfunc/_sgid
              with fpath=(~/.zfunc $fpath) before the line that runs compinit

The script asks sgid itself at each TAB, so it stays right when sgid is updated. It completes commands, options,
their choices, and the names of profiles, personas, faults, scopes, checks and error codes.`;

/** Declares `sgid completion`; what it does is loaded when it runs. */
export const declare: DeclareCommand = (completion, openContext, describeProgram) => {
  completion
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addOption(
      new Option('--candidates', 'complete the words on standard input, each ended by a NUL').hideHelp(),
    )
    .addHelpText('after', INSTALL)
    .action(async (shell, options) => {
      const context = await openContext();
      await runCompletion(shell, options, context, describeProgram);
    });
};

/** Prints the completion script of a shell, or answers such a script. */
export async function runCompletion(
  shell: Shell,
  { candidates }: CompletionOptions,
  { platform }: CommandContext,
  describeProgram: DescribeProgram,
): Promise<void> {
  const text = candidates ? await listCandidates(platform, describeProgram) : await loadScript(shell);
  await writeStandardOutput(text, platform.terminal);
}

async function loadScript(shell: Shell): Promise<string> {
  switch (shell) {
    case 'bash':
      return BASH_SCRIPT;
    case 'zsh':
      return ZSH_SCRIPT;
    case 'fish':
      return FISH_SCRIPT;
    case 'powershell':
      return POWERSHELL_SCRIPT;
  }
}

/** Answers for all shells alike; the words that were typed come on standard input. */
async function listCandidates(platform: Platform, describeProgram: DescribeProgram): Promise<string> {
  const typed = readTypedWords(decodeText(await platform.terminal.readInput(platform.signal)));
  const program = await describeProgram(typed.before);
  return renderCompletion(await complete(program, typed, createLookUp(platform)));
}

/** Looks values up in this program's own lists, each loaded when it is asked for, and among the person's profiles. */
export function createLookUp({ configFolder }: Pick<Platform, 'configFolder'>): LookUp {
  const sources: Readonly<Record<Parameters<LookUp>[0], () => Promise<readonly Candidate[]>>> = {
    checks: async () => {
      const { CHECK_IDS } = await import('../check/run-checks.ts');
      return CHECK_IDS.map((value) => ({ value, description: '' }));
    },
    claims: async () => {
      const scopes = await listScopes();
      return [
        { value: 'sub', description: 'the pairwise user identifier' },
        ...scopes.filter(({ value }) => value.includes('.')),
      ];
    },
    codes: async () => {
      const { EXPLANATIONS } = await import('./explain.ts');
      return EXPLANATIONS.map(({ code, summary }) => ({ value: code, description: summary }));
    },
    faults: async () => {
      const { listFaults } = await import('../mock/faults.ts');
      return listFaults().map(({ name, effect }) => ({ value: name, description: effect }));
    },
    personas: async () => {
      const { PERSONAS } = await import('../mock/personas.ts');
      return PERSONAS.map(({ id, name }) => ({ value: id, description: name }));
    },
    profiles: async () => {
      const { createProfileStore } = await import('../settings/profile-store.ts');
      const names = await createProfileStore(configFolder).list();
      return names.map((value) => ({ value, description: '' }));
    },
    scopes: listScopes,
  };
  return (kind) => sources[kind]();
}

async function listScopes(): Promise<readonly Candidate[]> {
  const { SCOPES } = await import('../sgid/scopes.ts');
  return SCOPES.map(({ name, description }) => ({ value: name, description }));
}
