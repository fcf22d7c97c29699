import { Argument, Option } from '@commander-js/extra-typings';
import type { DeclareCommand } from '../command-context.ts';
import { SHELLS } from '../completion/shells.ts';

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
export const declareCompletion: DeclareCommand = (completion, openContext) => {
  completion
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addOption(
      new Option('--candidates', 'complete the words on standard input, each ended by a NUL').hideHelp(),
    )
    .addHelpText('after', INSTALL)
    .action(async (shell, options) => {
      const [context, { runCompletion }] = await Promise.all([
        openContext(),
        import('../completion/run-completion.ts'),
      ]);
      await runCompletion(shell, options, context);
    });
};
