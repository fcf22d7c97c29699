import { type RunResult, runSgid } from './fake-platform.ts';

/** Runs `sgid mock` in this process on any free port, until `use` is over. */
export async function runMock(
  args: readonly string[],
  use: (hostname: string) => Promise<unknown> = async () => {},
): Promise<RunResult> {
  const ending = new AbortController();
  let stdout = '';
  const writeOut = async (text: string | Uint8Array): Promise<void> => {
    stdout += text;
    await use(JSON.parse(String(text)).hostname).finally(() => ending.abort());
  };
  const options = { signal: ending.signal, terminal: { writeOut } };
  return { ...(await runSgid(['mock', '--port', '0', ...args], options)), stdout };
}
