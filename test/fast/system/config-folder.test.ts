import { expect, it } from 'vitest';
import { openConfigFolder } from '../../../src/system/private-folder.ts';

it('openConfigFolder gives this program a folder of its own, or none', () => {
  expect(openConfigFolder({ HOME: '/home/test', XDG_CONFIG_HOME: '/srv' })?.path).toMatch(/[\\/]sgid$/);
  expect(openConfigFolder({})).toBeUndefined();
});
