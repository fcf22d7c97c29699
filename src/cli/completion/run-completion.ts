import { decodeText } from '../../keys/decode-text.ts';
import type { Platform } from '../../platform/platform.ts';
import type { CommandContext } from '../command-context.ts';
import type { CompletionOptions } from '../commands/completion.ts';
import { writeStandardOutput } from '../output/standard-output.ts';
import type { Shell } from './shells.ts';

/** Prints the completion script of a shell, or answers such a script. */
export async function runCompletion(
  shell: Shell,
  { candidates }: CompletionOptions,
  { platform }: CommandContext,
): Promise<void> {
  const text = candidates ? await listCandidates(platform) : await loadScript(shell);
  await writeStandardOutput(text, platform.terminal);
}

async function loadScript(shell: Shell): Promise<string> {
  switch (shell) {
    case 'bash':
      return (await import('./scripts/bash.ts')).BASH_SCRIPT;
    case 'zsh':
      return (await import('./scripts/zsh.ts')).ZSH_SCRIPT;
    case 'fish':
      return (await import('./scripts/fish.ts')).FISH_SCRIPT;
    case 'powershell':
      return (await import('./scripts/powershell.ts')).POWERSHELL_SCRIPT;
  }
}

/** Answers for all shells alike; the words that were typed come on standard input. */
async function listCandidates(platform: Platform): Promise<string> {
  const [{ readTypedWords }, { complete }, { createLookUp }, { renderCompletion }, { describeProgram }] =
    await Promise.all([
      import('./typed-words.ts'),
      import('./complete.ts'),
      import('./look-up.ts'),
      import('./render-completion.ts'),
      import('../program.ts'),
    ]);
  const typed = readTypedWords(decodeText(await platform.terminal.readInput(platform.signal)));
  const program = await describeProgram(typed.before);
  return renderCompletion(await complete(program, typed, createLookUp(platform)));
}
