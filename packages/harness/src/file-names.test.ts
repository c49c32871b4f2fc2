import { expect, test } from 'vitest';
import { fileNameOf } from './file-names.ts';

test('names of datasets become names of files, each its own', () => {
  const names = [
    'mnist',
    'mnist@10',
    'mnist@10%',
    'mnist@1.5%',
    'image-folder:a',
    'image-folder:a,64',
    'image-folder:a-64',
  ];
  expect(names.map(fileNameOf)).toEqual([
    'mnist',
    'mnist@10',
    'mnist@10pct',
    'mnist@1.5pct',
    'image-folder+a',
    'image-folder+a+64',
    'image-folder+a-64',
  ]);
  expect(fileNameOf('../up\\here')).toBe('..-up-here');
});
