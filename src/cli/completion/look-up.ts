import type { Platform } from '../../platform/platform.ts';
import type { Candidate, LookUp } from './complete.ts';

/** Looks values up in this program's own lists, each loaded when it is asked for, and among the person's profiles. */
export function createLookUp({ configFolder }: Pick<Platform, 'configFolder'>): LookUp {
  const sources: Readonly<Record<Parameters<LookUp>[0], () => Promise<readonly Candidate[]>>> = {
    checks: async () => {
      const { CHECK_IDS } = await import('../../check/check.ts');
      return CHECK_IDS.map((value) => ({ value, description: '' }));
    },
    claims: async () => {
      const scopes = await listScopes();
      return [
        { value: 'sub', description: 'the pairwise user identifier' },
        ...scopes.filter(({ value }) => value.includes('.')),
      ];
    },
    codes: async () => {
      const { EXPLANATIONS } = await import('../explain/explanations.ts');
      return Object.entries(EXPLANATIONS).map(([value, { summary }]) => ({ value, description: summary }));
    },
    faults: async () => {
      const { listFaults } = await import('../../mock/faults.ts');
      return listFaults().map(({ name, effect }) => ({ value: name, description: effect }));
    },
    personas: async () => {
      const { PERSONAS } = await import('../../mock/personas.ts');
      return PERSONAS.map(({ id, name }) => ({ value: id, description: name }));
    },
    profiles: async () => {
      const { createProfileStore } = await import('../../config/profile-store.ts');
      const names = await createProfileStore(configFolder).list();
      return names.map((value) => ({ value, description: '' }));
    },
    scopes: listScopes,
  };
  return (kind) => sources[kind]();
}

async function listScopes(): Promise<readonly Candidate[]> {
  const { SCOPES } = await import('../../protocol/scopes.ts');
  return SCOPES.map(({ name, description }) => ({ value: name, description }));
}
