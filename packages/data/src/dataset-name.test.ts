import { describe, expect, it } from 'vitest';
import { parseDatasetName, percentage } from './dataset-name.ts';

describe('parseDatasetName', () => {
  it.each([
    ['mnist', 'mnist', null, null],
    ['mnist@1000', 'mnist', null, { count: 1000 }],
    ['mnist@10%', 'mnist', null, { fraction: 0.1 }],
    ['fashion-mnist@12.5%', 'fashion-mnist', null, { fraction: 0.125 }],
    ['mnist@100%', 'mnist', null, { fraction: 1 }],
    ['image-folder:faces', 'image-folder', 'faces', null],
    ['image-folder:Faces_2.b,64@5%', 'image-folder', 'Faces_2.b,64', { fraction: 0.05 }],
    ['text:shakespeare@1000', 'text', 'shakespeare', { count: 1000 }],
  ])('takes %s apart', (name, base, argument, amount) => {
    expect(parseDatasetName(name)).toEqual({ base, argument, amount });
  });

  it.each([
    'mnist@',
    'mnist@0',
    'mnist@01',
    'mnist@-1',
    'mnist@1.5',
    'mnist@1e3',
    'mnist@0%',
    'mnist@101%',
    'mnist@%',
    'mnist@1@2',
  ])('refuses the amount of %s', (name) => {
    expect(() => parseDatasetName(name)).toThrow(
      `dataset name '${name}': expected a positive whole number or a percentage in (0, 100] after @, got '${name.slice(6)}'`,
    );
  });

  it.each([
    '',
    ' mnist',
    'Mnist',
    '../mnist',
    'image-folder:',
    'image-folder:a/b',
    'image-folder:..',
    'a:b:c',
    'a,b',
    'a:b,',
    'a\n',
  ])('refuses %j, which is no name or would be a path', (name) => {
    expect(() => parseDatasetName(name)).toThrow(`dataset name '${name}': expected name[:argument][@amount]`);
  });
});

it('percentage writes what parseDatasetName reads back', () => {
  expect([1, 0.1, 0.07, 0.125, 1 / 3].map(percentage)).toEqual(['100%', '10%', '7%', '12.5%', '33.3333333%']);
  for (const fraction of [1, 0.1, 0.07, 0.29, 0.0001]) {
    expect(parseDatasetName(`mnist@${percentage(fraction)}`).amount).toEqual({
      fraction: expect.closeTo(fraction, 12),
    });
  }
});
