import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { runSecretCommand } from '../../../src/settings/secrets.ts';
import { createFindings } from '../../../src/settings/settings.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { memoryFiles } from './in-memory.ts';
import { memoryProfiles } from './in-memory-profiles.ts';

describe('a command that is not found', () => {
  it.each([
    ['linux', /^Install it, or write its path in full\.$/],
    ['win32', /For a \.cmd file, write command:cmd \/c name\.$/],
  ] as const)('on %s, says what to do', async (platform, hint) => {
    const { store: _, ...profiles } = memoryProfiles({ profiles: {} });
    const runCommand = async () => ({
      end: { kind: 'not-started', code: 'ENOENT' } as const,
      stdout: new Uint8Array(),
      stderr: '',
    });
    const fetchers = { env: {}, files: memoryFiles({}), ...profiles, runCommand };
    const fail = (problem: string, next: string): SgidError =>
      new SgidError('ERR_SECRET_SOURCE', problem, { step: 'config', hint: next });
    const error = await errorOf(() =>
      runSecretCommand(['gcloud'], '/test', fetchers, createFindings(), fail, platform),
    );
    expect(error.message).toBe('was not found');
    expect(error.hint).toMatch(hint);
  });
});
