import { Option } from '@commander-js/extra-typings';
import type { CommandContext, DeclareCommand } from '../command-context.ts';

/** The options of `sgid mock`, as the command line gives them. */
export interface MockOptions {
  readonly port: string;
  readonly host: string;
  readonly hostname?: string;
  readonly redirectUri?: readonly string[];
  readonly client?: string;
  readonly personas?: string;
  /** `true` for --approve without a persona. */
  readonly approve?: string | true;
  readonly fault?: readonly string[];
  readonly latency?: string;
  readonly jwe: 'sdk' | 'mockpass';
  readonly envFile?: string;
  readonly stateless?: true;
  readonly secretFile?: string;
  readonly control?: true;
  readonly https?: true;
  readonly certFile?: string;
}

/** How the lists of `sgid mock` are printed. */
export type ListFormat = 'json' | 'table';

const EXAMPLES = `
Examples:
  $ sgid mock -e .env.mock                               serve, and write a ready .env for your application
  $ sgid mock --redirect-uri http://localhost:3000/callback --approve wei-ming
  $ sgid mock --client clients.json --control            your own clients; tests steer it under /_mock
  $ sgid mock --approve --fault expired-token:1          the first login gets an expired ID token
  $ sgid mock personas --format table
  $ sgid mock faults --format table`;

/** Declares `sgid mock` and its lists; what they do is loaded when they run. */
export const declareMock: DeclareCommand = (mock, openContext) => {
  mock
    .option('--port <port>', 'the port; 0 takes any free one', '5157')
    .option('--host <address>', 'the IP address to listen on', '127.0.0.1')
    .option('--hostname <origin>', 'the origin that clients reach it under, if another')
    .option('--redirect-uri <uri>', 'a redirect URI of the ready-made client; repeatable', collect)
    .option('--client <file>', 'register the clients of this file instead (JSON)')
    .option('--personas <file>', 'add or replace personas by this file (JSON)')
    .option('--approve [persona]', 'log this persona in, or the first, without a page')
    .option('--fault <name[:times]>', 'misbehave, in every login or that many; repeatable', collect)
    .option('--latency <duration>', 'delay every answer by this long, e.g. 0.5s')
    .addOption(
      new Option('--jwe <profile>', 'how userinfo is encrypted')
        .choices(['sdk', 'mockpass'] as const)
        .default('sdk' as const),
    )
    // Node takes --env-file from any command line, and stops when the file is not there yet; -e is ours alone.
    .option(
      '-e, --env-file <file>',
      'write a ready .env for the client (mode 0600); say -e, as Node takes --env-file itself',
    )
    .option('--stateless', 'let several processes serve one login, with one secret')
    .option('--secret-file <file>', 'the secret that they share, at least 16 bytes')
    .option('--control', 'serve the control API under /_mock')
    .option('--https', 'serve https with a self-signed certificate')
    .option('--cert-file <file>', 'write its certificate, for clients to trust')
    .addHelpText('after', EXAMPLES)
    // A word that is no command is told with the nearest one.
    .allowExcessArguments()
    .action(async (options, command) => {
      const [context, { runMock }] = await Promise.all([openContext(), import('../mock/run-mock.ts')]);
      await runMock(options, context, command.args);
    });
  declareList('personas', 'list the people who can log in', async (format, context) => {
    const { listPersonas } = await import('../mock/mock-lists.ts');
    const { personas }: Pick<MockOptions, 'personas'> = mock.opts();
    await listPersonas(format, context, personas);
  });
  declareList('faults', 'list the ways to misbehave', async (format, context) => {
    const { listMockFaults } = await import('../mock/mock-lists.ts');
    await listMockFaults(format, context);
  });

  function declareList(
    name: string,
    description: string,
    run: (format: ListFormat, context: CommandContext) => Promise<void>,
  ): void {
    mock
      .command(name)
      .description(description)
      .addOption(
        new Option('--format <format>', 'how to print the list')
          .choices(['json', 'table'] as const)
          .default('json' as const),
      )
      .addHelpText('after', `\nExamples:\n  $ sgid mock ${name} --format table`)
      .action(async ({ format }) => run(format, await openContext()));
  }
};

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
