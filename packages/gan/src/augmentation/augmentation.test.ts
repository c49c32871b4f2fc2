import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { cosineRate } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { imageAugmentation, transformationNames } from './image-augmentation.ts';
import { instanceNoise } from './instance-noise.ts';

const one = tf.scalar(1);
const values = (tensor: tf.Tensor): number[] => [...tensor.dataSync<'float32'>()];

/** Images [draws.length, height, width, channels], augmented by these draws. */
const augmented = (names: Parameters<typeof imageAugmentation>[0], images: tf.Tensor, draws: number[][]): tf.Tensor =>
  imageAugmentation(names).apply(images, tf.tensor2d(draws), one);

const random = new RandomStream('images');
const imagesOf = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(random.fillUniform(new Float32Array(shape.reduce((product, length) => product * length, 1))), shape);

describe('translation', () => {
  it('shifts by whole pixels, up to an eighth of each side, and lets in black', () => {
    // 8 x 8: shifts of -1, 0, 1, for draws below 1/3, 2/3, 1.
    const images = tf.tile(imagesOf(1, 8, 8, 2), [3, 1, 1, 1]);
    const moved = augmented(['translation'], images, [
      [0.9, 0.1],
      [0.4, 0.5],
      [0.1, 0.4],
    ]).arraySync() as number[][][][];
    const before = (images.arraySync() as number[][][][])[0]!;
    const at = (row: number, column: number): number[] => before[row]?.[column] ?? [0, 0];
    for (let row = 0; row < 8; row++) {
      for (let column = 0; column < 8; column++) {
        expect(moved[0]![row]![column]).toEqual(at(row - 1, column + 1)); // down and to the left
        expect(moved[1]![row]![column]).toEqual(at(row, column));
        expect(moved[2]![row]![column]).toEqual(at(row + 1, column)); // up
      }
    }
  });
});

describe('colour', () => {
  it('by hand for a grey image: brightness, then contrast around the mean; no saturation', () => {
    const image = tf.tensor4d([0.2, 0.4, 0.6, 0.8], [1, 2, 2, 1]);
    // Brightness + 0.5 (0.7 - 0.5) = 0.1, contrast 0.25 + 0.5 = 0.75, mean 0.6.
    const found = values(augmented(['colour'], image, [[0.7, 0.123, 0.25]]));
    [0.3, 0.5, 0.7, 0.9].forEach((v, i) => expect(found[i]).toBeCloseTo((v - 0.6) * 0.75 + 0.6, 6));
  });

  it('saturation moves channels around the mean of their pixel', () => {
    const image = tf.tensor4d([0.1, 0.5, 0.9, 0.3, 0.3, 0.3], [1, 1, 2, 3]);
    const found = values(augmented(['colour'], image, [[0.5, 0, 0.5]])); // factor 0: grey
    [0.5, 0.5, 0.5, 0.3, 0.3, 0.3].forEach((v, i) => expect(found[i]).toBeCloseTo(v, 6));
  });
});

describe('cutout', () => {
  it('blackens a square of half the side, cut off at the border', () => {
    const image = tf.ones([2, 4, 6, 1]);
    const found = augmented(['cutout'], image, [
      [0.5, 0.5], // rows from floor(0.5 * 5) - 1 = 1, columns from floor(0.5 * 7) - 1 = 2
      [0, 0.99], // rows from -1, columns from 5
    ]).arraySync() as number[][][][];
    const text = found.map((rows) => rows.map((row) => row.map(([pixel]) => pixel).join('')));
    expect(text).toEqual([
      ['111111', '110001', '110001', '111111'],
      ['111110', '111111', '111111', '111111'],
    ]);
  });
});

describe('image augmentation', () => {
  it('takes the transformations in order, each with draws of its own', () => {
    const image = imagesOf(1, 8, 8, 1);
    const both = augmented(['cutout', 'translation'], image, [[0.3, 0.8, 0.9, 0.1]]);
    const inTurn = augmented(['translation'], augmented(['cutout'], image, [[0.3, 0.8]]), [[0.9, 0.1]]);
    expect(values(both)).toEqual(values(inTurn));
    expect(imageAugmentation(transformationNames).noise(5)).toMatchObject({
      shape: [5, 7],
      source: { kind: 'uniform' },
    });
  });

  it('lets gradients through: those of the image that was drawn', () => {
    // The augmentation is affine in the image, so <f(x), y> - <f(0), y> = <x, gradient of <f, y>>.
    const [x, y] = [imagesOf(3, 8, 8, 3), imagesOf(3, 8, 8, 3)];
    const draws = Array.from({ length: 3 }, () => Array.from({ length: 7 }, () => random.uniform()));
    const inner = (z: tf.Tensor): tf.Tensor => tf.sum(tf.mul(augmented(transformationNames, z, draws), y));
    const slopes = tf.grad(inner)(x);
    const difference = tf.sub(inner(x), inner(tf.zerosLike(x)));
    // Sums of 576 products of size 1 in float32.
    expect(values(tf.sum(tf.mul(slopes, x)))[0]).toBeCloseTo(values(difference)[0]!, 3);
    expect(values(tf.max(tf.abs(slopes)))[0]).toBeGreaterThan(0.1);
  });
});

describe('instance noise', () => {
  it('adds noise of the scheduled standard deviation', () => {
    const noise = instanceNoise([2], cosineRate(0.5, 0, 100));
    expect(noise.noise(3)).toMatchObject({ shape: [3, 2], source: { kind: 'normal' } });
    expect(noise.strength?.(0)).toBe(0.5);
    expect(noise.strength?.(100)).toBeCloseTo(0, 12);
    const found = values(noise.apply(tf.tensor2d([[1, 2]]), tf.tensor2d([[-2, 4]]), tf.scalar(0.5)));
    expect(found).toEqual([0, 4]);
  });
});
