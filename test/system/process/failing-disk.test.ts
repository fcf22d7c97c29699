import { describe, expect, it } from 'vitest';
import { setScene } from '../../helpers/machine-fault.ts';
import { inPairs, POINTS_TIMEOUT, pointsOf } from '../../helpers/points.ts';
import { TEMPORARY, WRITING_COMMANDS } from '../../helpers/writing-commands.ts';

const FAULTS = [
  {
    end: 'ENOSPC',
    calls: 'create|mkdir|write|writeFile|sync|close|rename|link',
    lasting: true,
    says: 'no space is left',
  },
  {
    end: 'EROFS',
    calls: 'create|mkdir|rename|link|unlink|rm|chmod',
    lasting: true,
    says: 'read-only file system',
  },
  { end: 'EMFILE', calls: 'open|openSync|create|readdir', lasting: true, says: 'ulimit -n' },
  { end: 'EIO', says: 'the device failed' },
] as const;

/** What is written of a login that failed, too. */
const REPORT = /^(?:trace\.json|junit\.xml)$/;

/**
 * What may be missing: a login goes on where its certificate cannot be kept, and a profile is saved, with a warning, where
 * nobody can say which one is current.
 */
const UNNEEDED = /\/(?:callback\.(?:pem|crt)|current-profile)$/;

describe.each(FAULTS)('$end', ({ says, ...fault }) => {
  it.each(WRITING_COMMANDS)(
    'at any call of sgid $line',
    async (command) => {
      const { old, whole, ...scene } = await setScene(command);
      const calls = scene.calls('calls' in fault ? fault.calls : undefined);
      expect(calls).not.toEqual([]);
      await inPairs(pointsOf(calls.length, 2), async (at) => {
        const call = calls[at - 1] ?? '';
        const where = `at call ${at}, ${call}`;
        const { left, ended } = await scene.run({ ...fault, at });
        const { status, stderr } = ended;
        const rests = [...left.keys()].filter((path) => TEMPORARY.test(path));
        if (fault.end !== 'EROFS' && !/^(?:rm|unlink|lstat)$/.test(call)) expect(rests, where).toEqual([]);
        for (const rest of rests) left.delete(rest);
        if (status === 0) {
          const missing = [...whole.keys()].filter((path) => left.get(path) !== whole.get(path));
          expect(
            missing.filter((path) => !UNNEEDED.test(path)),
            where,
          ).toEqual([]);
          if (missing.some((path) => path.endsWith('current-profile')))
            expect(stderr, where).toContain('warning: ');
          return;
        }
        const words = expect.stringContaining(says);
        expect({ where, status, stderr }).toEqual({ where, status: 3, stderr: words });
        expect(stderr.match(/^error: /gm), stderr).toHaveLength(1);
        expect(stderr).toMatch(/^ {2}next: .+\nMore: sgid explain ERR_(?:FILE|OUTPUT|PROFILE)\n$/m);
        expect(stderr).not.toMatch(/^\s+at |node:|canary/m);
        for (const [path, text] of left) {
          const isUnwritten = stderr.includes(`${path} was not written`);
          if (REPORT.test(path)) expect(text, where).toMatch(/(?:\}|<\/testsuites>)\n$/);
          else
            expect(isUnwritten ? [old.get(path)] : [old.get(path), whole.get(path)], where).toContain(text);
        }
        for (const path of old.keys()) if (whole.has(path)) expect([...left.keys()], where).toContain(path);
      });
    },
    POINTS_TIMEOUT,
  );
});
