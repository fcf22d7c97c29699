import { expect, it } from 'vitest';
import { runIn, setScene } from '../../helpers/machine-fault.ts';
import { inPairs, POINTS_TIMEOUT, pointsOf } from '../../helpers/points.ts';
import { TEMPORARY, WRITING_COMMANDS } from '../../helpers/writing-commands.ts';

it.each(WRITING_COMMANDS)(
  'SIGKILL at any moment of sgid $line',
  async (command) => {
    const { old, whole, ...scene } = await setScene(command);
    const ends = new Map<string, string>();
    const { length } = scene.calls();
    expect(length).toBeGreaterThan(0);
    await inPairs(pointsOf(length, 5), async (at) => {
      const { folder, left, ended } = await scene.run({ at, end: 'SIGKILL' });
      expect(ended.status).toBe(137);
      for (const [path, text] of left) {
        if (!TEMPORARY.test(path)) expect([old.get(path), whole.get(path)]).toContain(text);
        expect(text, path).not.toMatch(/^open to others[\s\S]*(?:PRIVATE|canary)/);
      }
      for (const path of old.keys()) if (whole.has(path)) expect([...left.keys()]).toContain(path);
      ends.set(JSON.stringify([...left].map(([path, text]) => [path.replace(TEMPORARY, ''), text])), folder);
    });
    await inPairs([...ends.values()], async (folder) => {
      expect(await runIn(folder, command.again)).toMatchObject({ status: 0 });
      if (!/^(?:init|profile)/.test(command.line)) return;
      const { status, stdout, stderr } = await runIn(folder, 'profile list');
      expect([status, stderr]).toEqual([0, '']);
      const profiles: { readonly current: boolean }[] = JSON.parse(stdout);
      expect(profiles.filter(({ current }) => current)).toHaveLength(1);
    });
  },
  POINTS_TIMEOUT,
);
