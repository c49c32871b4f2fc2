import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DataError } from '../data-error.ts';
import { readIdx, type IdxFile } from './idx.ts';
import { checkPublished, type IdxPart } from './published-idx.ts';

/** Labels that are nobody's. */
const labels = (count: number): IdxFile => {
  const content = new Uint8Array(8 + count);
  return { path: 'there/labels', kind: 'labels', count, shape: [], content, data: content.subarray(8) };
};
const check = (dataset: string, part: IdxPart, file: IdxFile) => () => checkPublished(dataset, part, file, 'do this.');

describe('checkPublished', () => {
  it.each([
    ['mnist', 'train', 60_000, '65a50cbb'],
    ['mnist', 'test', 10_000, 'ff7bcfd4'],
    ['fashion-mnist', 'train', 60_000, 'bad3541b'],
    ['fashion-mnist', 'test', 10_000, '0402a96d'],
  ] as const)('%s: a %s file of %d examples must be the published one', (dataset, part, count, hash) => {
    expect(check(dataset, part, labels(count))).toThrow(DataError);
    expect(check(dataset, part, labels(count))).toThrow(
      new RegExp(
        `^there/labels: expected SHA-256 ${hash}[0-9a-f]{56}, .* of ${dataset}, got [0-9a-f]{64}; it is damaged or was changed: do this\\.$`,
      ),
    );
  });

  it('lets files of other counts and of other datasets be', () => {
    for (const count of [1, 9999, 10_001, 59_999, 60_001]) {
      expect(check('mnist', 'train', labels(count))).not.toThrow();
      expect(check('mnist', 'test', labels(count))).not.toThrow();
    }
    expect(check('mnist', 'train', labels(10_000))).not.toThrow();
    expect(check('mnist', 'test', labels(60_000))).not.toThrow();
    expect(check('kuzushiji', 'train', labels(60_000))).not.toThrow();
  });
});

// Where Debian's package is installed.
const debian = '/usr/share/datasets/fashion-mnist';

describe.skipIf(!existsSync(debian))('checkPublished on Debian’s Fashion-MNIST', () => {
  const files = [
    ['train', 'images', 'train-images-idx3-ubyte.gz'],
    ['train', 'labels', 'train-labels-idx1-ubyte.gz'],
    ['test', 'images', 't10k-images-idx3-ubyte.gz'],
    ['test', 'labels', 't10k-labels-idx1-ubyte.gz'],
  ] as const;

  it.each(files)('knows the %s %s, and a changed byte of them', async (part, kind, name) => {
    const file = await readIdx(`${debian}/${name}`, kind, 'do this.');
    expect(check('fashion-mnist', part, file)).not.toThrow();
    const words = `${part === 'train' ? 'training' : 'test'} ${kind}`;
    for (const other of ['mnist', 'kuzushiji']) {
      expect(check(other, part, file)).toThrow(
        `expected the ${words} of ${other}, got the ${words} of fashion-mnist; name the folder of ${other}`,
      );
    }
    const wrongPart = part === 'train' ? 'test' : 'train';
    expect(check('fashion-mnist', wrongPart, file)).toThrow(`got the ${words} of fashion-mnist`);
    const last = file.content.length - 1;
    const changed = file.content.slice();
    changed[last] = (changed[last] ?? 0) ^ 1;
    expect(check('fashion-mnist', part, { ...file, content: changed })).toThrow(
      /it is damaged or was changed: do this/,
    );
  });
});
