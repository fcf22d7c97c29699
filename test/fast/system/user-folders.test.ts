import { describe, expect, it } from 'vitest';
import { findConfigFolder } from '../../../src/system/private-folder.ts';

describe('findConfigFolder', () => {
  it.each<[NodeJS.Platform, Record<string, string>, string | undefined]>([
    ['linux', { HOME: '/home/test' }, '/home/test/.config'],
    ['linux', { HOME: '/home/test', XDG_CONFIG_HOME: '/srv/config' }, '/srv/config'],
    ['linux', { HOME: '/home/test', XDG_CONFIG_HOME: '' }, '/home/test/.config'],
    ['linux', { HOME: '/home/test', XDG_CONFIG_HOME: 'config' }, '/home/test/.config'],
    ['linux', { XDG_CONFIG_HOME: '/srv/config' }, '/srv/config'],
    ['linux', { XDG_CONFIG_HOME: './config' }, undefined],
    ['linux', { HOME: 'test' }, undefined],
    ['linux', { HOME: '' }, undefined],
    ['linux', { APPDATA: '/srv/config' }, undefined],
    ['linux', {}, undefined],
    ['freebsd', { HOME: '/home/test' }, '/home/test/.config'],
    ['darwin', { HOME: '/Users/test' }, '/Users/test/Library/Application Support'],
    [
      'darwin',
      { HOME: '/Users/test', XDG_CONFIG_HOME: '/srv/config' },
      '/Users/test/Library/Application Support',
    ],
    ['darwin', {}, undefined],
    ['win32', { APPDATA: 'C:\\Users\\test\\AppData\\Roaming' }, 'C:\\Users\\test\\AppData\\Roaming'],
    ['win32', { USERPROFILE: 'C:\\Users\\test' }, 'C:\\Users\\test\\AppData\\Roaming'],
    ['win32', { APPDATA: 'AppData', USERPROFILE: 'C:\\Users\\test' }, 'C:\\Users\\test\\AppData\\Roaming'],
    ['win32', { HOME: 'C:\\Users\\test' }, undefined],
  ])('on %s with %j is %s', (platform, env, folder) => {
    expect(findConfigFolder(env, platform)).toBe(folder);
  });
});
