import type { DeclareCommand } from './context.ts';

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
    load: async () => (await import('./login.ts')).declareLogin,
  },
  {
    name: 'init',
    description: 'import or enter credentials, test them and save them as a profile',
    load: async () => (await import('./init.ts')).declareInit,
  },
  {
    name: 'mock',
    description: 'serve an embedded sgID to develop and test against',
    load: async () => (await import('./mock.ts')).declareMock,
  },
  {
    name: 'profile',
    description: 'list, show, choose and remove saved credentials',
    load: async () => (await import('./profile.ts')).declareProfile,
  },
  {
    name: 'key',
    description: 'inspect, convert and make private keys',
    load: async () => (await import('./key.ts')).declareKey,
  },
  {
    name: 'pkce',
    description: 'make a PKCE pair',
    load: async () => (await import('./pkce.ts')).declarePkce,
  },
  {
    name: 'authorize-url',
    description: 'make the URL of a login, and the transaction to finish it with',
    load: async () => (await import('./authorize-url.ts')).declareAuthorizeUrl,
  },
  {
    name: 'callback',
    description: 'take the redirected URL, and print the verified tokens',
    load: async () => (await import('./callback.ts')).declareCallback,
  },
  {
    name: 'userinfo',
    description: "fetch and decrypt the person's data with those tokens",
    load: async () => (await import('./userinfo.ts')).declareUserinfo,
  },
  {
    name: 'decrypt',
    description: 'decrypt a saved userinfo reply, offline',
    load: async () => (await import('./decrypt.ts')).declareDecrypt,
  },
  {
    name: 'inspect',
    description: 'say what is in a token, and what each check finds',
    load: async () => (await import('./inspect.ts')).declareInspect,
  },
  {
    name: 'check',
    description: 'test the credentials without a person',
    load: async () => (await import('./check.ts')).declareCheck,
  },
  {
    name: 'trace',
    description: 'look at what --trace wrote, in the terminal or as a page',
    load: async () => (await import('./trace.ts')).declareTrace,
  },
  {
    name: 'scopes',
    description: 'list the scopes of sgID',
    load: async () => (await import('./scopes.ts')).declareScopes,
  },
  {
    name: 'explain',
    description: 'explain an error code: causes, how to confirm and how to fix them',
    load: async () => (await import('./explain.ts')).declareExplain,
  },
  {
    name: 'completion',
    description: 'print a script that completes commands in your shell',
    load: async () => (await import('./completion.ts')).declareCompletion,
  },
];
