import { describe, expect, it } from 'vitest';
import { findCacheFolder, findConfigFolder } from '../../../src/system/private-folder.ts';

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

describe('findCacheFolder', () => {
  it.each<[NodeJS.Platform, Record<string, string>, string | undefined]>([
    ['linux', { HOME: '/home/test' }, '/home/test/.cache'],
    ['linux', { HOME: '/home/test', XDG_CACHE_HOME: '/srv/cache' }, '/srv/cache'],
    ['linux', { HOME: '/home/test', XDG_CACHE_HOME: 'cache' }, '/home/test/.cache'],
    ['linux', { HOME: 'test', XDG_CACHE_HOME: '' }, undefined],
    ['linux', {}, undefined],
    ['darwin', { HOME: '/Users/test', XDG_CACHE_HOME: '/srv/cache' }, '/Users/test/Library/Caches'],
    ['win32', { LOCALAPPDATA: 'C:\\Users\\test\\AppData\\Local' }, 'C:\\Users\\test\\AppData\\Local'],
    ['win32', { USERPROFILE: 'C:\\Users\\test' }, 'C:\\Users\\test\\AppData\\Local'],
    ['win32', { HOME: 'C:\\Users\\test', APPDATA: 'C:\\x' }, undefined],
  ])('on %s with %j is %s', (platform, env, folder) => {
    expect(findCacheFolder(env, platform)).toBe(folder);
  });
});
