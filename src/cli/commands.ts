import type { DeclareCommand } from './command-context.ts';

/** A command of the program, as its help lists it. */
interface CommandEntry {
  readonly name: string;
  readonly description: string;
  /** Loads the rest of it: no run of the program pays for the commands that it does not use. */
  load(): Promise<DeclareCommand>;
}

/** Every command, in the order in which people meet them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'login',
    description: 'log in through the browser and print the decrypted claims as JSON',
    load: async () => (await import('./commands/login.ts')).declareLogin,
  },
  {
    name: 'mock',
    description: 'serve an embedded sgID to develop and test against',
    load: async () => (await import('./commands/mock.ts')).declareMock,
  },
];
