import { symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { put, useTemporaryFolder } from '../testing/data-files.ts';
import { lookUpFiles, originOf } from './look-up.ts';

const temporary = useTemporaryFolder();
const layouts = [
  { names: { one: ['one.gz', 'one'], two: ['two'] } },
  { names: { one: ['one'], two: ['two'] }, subfolder: 'unpacked' },
];
const look = (dataFolder?: string) => lookUpFiles('set', layouts, temporary.places(dataFolder ? { dataFolder } : {}));
const putBoth = async (...folder: string[]) => {
  await put(temporary.path(...folder, 'one'), 'abc');
  await put(temporary.path(...folder, 'two'), 'defg');
};

describe('lookUpFiles', () => {
  it('takes the sub-folder of the data folder, the folder itself, the cache, the system, in this order', async () => {
    const origins: (string | undefined)[] = [];
    for (const folder of [['system', 'set'], ['cache', 'set'], ['mine'], ['mine', 'set']]) {
      await putBoth(...folder);
      await put(temporary.path('mine', 'other'), '');
      const { found } = await look(temporary.path('mine'));
      expect(found?.folder).toBe(temporary.path(...folder));
      origins.push(found ? originOf(found) : undefined);
    }
    expect(origins).toEqual([
      `files in ${temporary.path('system', 'set')} (system folder)`,
      'files in the cache folder',
      `files in ${temporary.path('mine')} (data folder)`,
      `files in ${temporary.path('mine', 'set')} (data folder)`,
    ]);
  });

  it('takes the first name that is there, and counts bytes', async () => {
    await putBoth('cache', 'set');
    await put(temporary.path('cache', 'set', 'one.gz'), 'a');
    const { found } = await look();
    expect(found?.files).toEqual({
      one: temporary.path('cache', 'set', 'one.gz'),
      two: temporary.path('cache', 'set', 'two'),
    });
    expect(found?.bytes).toBe(5);
  });

  it('takes any layout of a nearer folder before a farther folder', async () => {
    await putBoth('system', 'set');
    await putBoth('cache', 'set', 'unpacked');
    expect((await look()).found?.folder).toBe(temporary.path('cache', 'set', 'unpacked'));
  });

  it('does not take files from two folders, and says what each lacks', async () => {
    await put(temporary.path('cache', 'set', 'one'), 'a');
    await put(temporary.path('system', 'set', 'two'), 'a');
    expect(await look()).toEqual({
      found: null,
      partial: [`${temporary.path('cache', 'set')} lacks two`, `${temporary.path('system', 'set')} lacks one.gz`],
      refused: null,
    });
  });

  it('refuses a part of the files in the data folder, though others are whole, unless another layout there is', async () => {
    await putBoth('cache', 'set');
    await put(temporary.path('mine', 'set', 'two'), 'a');
    const { found, refused } = await look(temporary.path('mine'));
    expect(found).toBeNull();
    expect(refused).toMatch(
      /mine\/set: expected all 2 files of set, got two without one\.gz; put what is missing there, /,
    );
    await putBoth('mine', 'set', 'unpacked');
    expect(await look(temporary.path('mine'))).toMatchObject({
      found: { folder: temporary.path('mine', 'set', 'unpacked') },
      refused: null,
    });
  });

  it('takes neither a folder nor a link to nothing for a file', async () => {
    await putBoth('system', 'set');
    await put(temporary.path('cache', 'set', 'one', 'inside'), '');
    await symlink(temporary.path('nothing'), temporary.path('cache', 'set', 'two'));
    await putBoth('mine');
    await symlink(temporary.path('nothing'), temporary.path('mine', 'one.gz'));
    expect((await look()).found?.place).toBe('system folder');
    expect((await look(temporary.path('mine'))).found?.files.one).toBe(temporary.path('mine', 'one'));
  });

  it('refuses a data folder that is none, for what one asks for by name should be there', async () => {
    await putBoth('cache', 'set');
    await put(temporary.path('file'), 'a');
    for (const name of ['none', 'file']) {
      await expect(look(temporary.path(name))).rejects.toThrow(
        `data folder ${temporary.path(name)}: expected a folder to read, got ${name === 'none' ? 'ENOENT' : 'ENOTDIR'}`,
      );
    }
  });
});
