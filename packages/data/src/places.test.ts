import { homedir } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { defaultPlaces } from './places.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each([
  ['/caches', '/caches/kindred/datasets'],
  ['caches', `${homedir()}/.cache/kindred/datasets`],
  ['', `${homedir()}/.cache/kindred/datasets`],
])('with XDG_CACHE_HOME %j the cache is %s: relative paths are ignored', (variable, folder) => {
  vi.stubEnv('XDG_CACHE_HOME', variable);
  expect(defaultPlaces()).toEqual({ cacheFolder: folder, systemFolders: ['/usr/share/datasets'], download: true });
});

it('takes overrides', () => {
  expect(defaultPlaces({ dataFolder: 'mine', cacheFolder: 'c', download: false })).toEqual({
    dataFolder: 'mine',
    cacheFolder: 'c',
    systemFolders: ['/usr/share/datasets'],
    download: false,
  });
});
