import { type ProcessOptions, type SgidProcess, startSgid } from './sgid-process.ts';

/** What `sgid mock` prints when it listens. */
export interface ListeningLine {
  readonly hostname: string;
  readonly issuer: string;
  readonly clients: readonly {
    readonly clientId: string;
    readonly redirectUris: readonly string[];
    readonly scopes: readonly string[];
  }[];
}

/** `sgid mock` of the built program, listening. */
export interface MockProcess extends SgidProcess {
  /** Its one line of standard output. */
  readonly line: ListeningLine;
  readonly port: number;
}

/** Starts `sgid mock` of the built program, on any free port unless told otherwise, and waits until it listens. */
export async function startMock(
  args: readonly string[] = [],
  options: ProcessOptions = {},
): Promise<MockProcess> {
  const run = await startSgid(
    ['mock', ...(args.includes('--port') ? [] : ['--port', '0']), ...args],
    options,
  );
  const line: ListeningLine = JSON.parse(await firstLine(run));
  return { ...run, line, port: Number(new URL(line.hostname).port) };
}

function firstLine({ child, ended }: SgidProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (piece: string) => {
      text += piece;
      if (text.includes('\n')) resolve(text);
    });
    ended.then(({ stderr }) => reject(new Error(`the mock ended:\n${stderr}`)), reject);
  });
}
