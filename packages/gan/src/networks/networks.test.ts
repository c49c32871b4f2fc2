import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { flatten, Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../architecture/architecture.ts';
import { beside } from './conditioning.ts';
import { discriminatorOf } from './discriminator.ts';
import { generatorOf } from './generator.ts';
import { checkPacking, packed } from './packing.ts';

const fresh = (): Parameters => new Parameters(new RandomStream('networks'));

/** Networks that pass on what they are given: what reaches them can be read. */
const transparent: Architecture = {
  generator: (_, inputs) => (x) => {
    expect(x.shape[1]).toBe(inputs);
    return x;
  },
  features: (_, channels) => ({ layer: flatten, size: channels }),
};

const set = (parameters: Parameters, name: string, values: number[]): void => {
  const variable = parameters.all[name]!;
  variable.assign(tf.tensor(values, variable.shape));
};

describe('packing', () => {
  it('puts the examples i, i + M, ... into pack i, channel behind channel', () => {
    const points = tf.tensor2d([0, 1, 10, 11, 20, 21, 30, 31], [4, 2]);
    expect(packed(points, 2).arraySync()).toEqual([
      [0, 1, 20, 21],
      [10, 11, 30, 31],
    ]);
    expect(packed(points, 4).arraySync()).toEqual([[0, 1, 10, 11, 20, 21, 30, 31]]);
    const images = tf.reshape(tf.range(0, 8), [4, 1, 2, 1]);
    expect(packed(images, 2).arraySync()).toEqual([
      [
        [
          [0, 4],
          [1, 5],
        ],
      ],
      [
        [
          [2, 6],
          [3, 7],
        ],
      ],
    ]);
    expect(packed(points, 1)).toBe(points);
  });

  it('refuses a batch that does not fill its packs', () => {
    expect(() => checkPacking(3, 32)).toThrow(/packing 3 does not divide the batch size 32/);
    expect(() => checkPacking(4, 32)).not.toThrow();
  });
});

describe('the generator', () => {
  it('has the embedding of the class beside the noise', () => {
    const parameters = fresh();
    const generator = generatorOf(parameters, transparent, { latentSize: 2, classes: { count: 3, size: 2 } });
    set(parameters, 'embedding/kernel', [10, 11, 20, 21, 30, 31]);
    const found = generator(tf.tensor2d([1, 2, 3, 4], [2, 2]), 'inference', tf.tensor1d([2, 0], 'int32'));
    expect(found.arraySync()).toEqual([
      [1, 2, 30, 31],
      [3, 4, 10, 11],
    ]);
    expect(() => generator(tf.zeros([2, 2]), 'inference')).toThrow(/class-conditional network needs the class/);
    parameters.dispose();
  });
});

describe('the discriminator', () => {
  const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const classes = tf.tensor1d([1, 0], 'int32');
  const points = { channels: 2, intensities: false, packing: 1 };

  it('scores features by a linear layer', () => {
    const parameters = fresh();
    const discriminator = discriminatorOf(parameters, transparent, points);
    set(parameters, 'output/kernel', [1, -1]);
    set(parameters, 'output/bias', [0.5]);
    expect(discriminator(x, 'inference').arraySync()).toEqual([-0.5, -0.5]);
    parameters.dispose();
  });

  it('projection adds <embedding, features>', () => {
    const parameters = fresh();
    const config = { ...points, classes: { count: 2, size: 16, conditioning: 'projection' as const } };
    const discriminator = discriminatorOf(parameters, transparent, config);
    set(parameters, 'output/kernel', [1, -1]);
    set(parameters, 'embedding/kernel', [100, 200, -10, 5]); // as many numbers as features, whatever `size` says
    expect(discriminator(x, 'inference', classes).arraySync()).toEqual([-1 + (-10 + 10), -1 + (300 + 800)]);
    parameters.dispose();
  });

  it('concat puts the embedding beside the coordinates, before examples go into packs', () => {
    const parameters = fresh();
    const config = { ...points, packing: 2, classes: { count: 2, size: 1, conditioning: 'concat' as const } };
    const discriminator = discriminatorOf(parameters, transparent, config);
    expect(parameters.all['output/kernel']!.shape).toEqual([6, 1]);
    set(parameters, 'output/kernel', [1, 10, 100, 1000, 10000, 100000]);
    set(parameters, 'embedding/kernel', [7, 8]);
    expect(discriminator(x, 'inference', classes).arraySync()).toEqual([743821]); // 1, 2, class 1: 8; 3, 4, class 0: 7
    parameters.dispose();
  });

  it('sees intensities in -1 ... 1, and classes as planes', () => {
    const parameters = fresh();
    const body: Architecture = {
      ...transparent,
      features: (_, channels) => {
        expect(channels).toBe(3);
        return { layer: (images) => tf.max(images, [1, 2]), size: channels };
      },
    };
    const discriminator = discriminatorOf(parameters, body, {
      channels: 1,
      intensities: true,
      packing: 1,
      classes: { count: 2, size: 2, conditioning: 'concat' },
    });
    set(parameters, 'output/kernel', [1, 10, 100]);
    set(parameters, 'embedding/kernel', [5, 6, 7, 8]);
    const images = tf.tensor4d([0, 0.25, 0.5, 0.75, 1, 1, 1, 1], [2, 2, 2, 1]);
    expect(discriminator(images, 'inference', classes).arraySync()).toEqual([0.5 + 870, 1 + 650]);
    expect(beside(images, tf.tensor2d([5, 6, 7, 8], [2, 2])).arraySync()).toMatchObject([
      [
        [
          [0, 5, 6],
          [0.25, 5, 6],
        ],
        [
          [0.5, 5, 6],
          [0.75, 5, 6],
        ],
      ],
      [
        [
          [1, 7, 8],
          [1, 7, 8],
        ],
        [
          [1, 7, 8],
          [1, 7, 8],
        ],
      ],
    ]);
    parameters.dispose();
  });
});
