import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSpec, Split } from '@kindred/data';
import { given, labels, openEngine, program, type Engine } from '@kindred/engine';
import type { GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { usesOfEncoder } from './encoder-uses.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
afterAll(() => engine.dispose());

const spec: ImageSpec = { kind: 'image', shape: [32, 32, 1], range: [0, 1], classes: 4 };
const [count, size] = [20, 32 * 32];
const plan = { samples: count, seed: 0, dataSeed: 0 };

/** A dataset of whose test split the values are known. */
function datasetOf(at: (image: number, pixel: number) => number) {
  const data = Float32Array.from({ length: count * size }, (_, i) => at(Math.floor(i / size), i % size));
  const test: Split = {
    name: 'test',
    count,
    spec,
    labels: Uint8Array.from({ length: count }, (_, i) => i % spec.classes),
    floats: (from = 0, to = count) => data.slice(from * size, to * size),
    gather: () => {
      throw new Error('uses read the split in its order');
    },
  };
  return { spec, splits: { train: test, validation: test, test } };
}

/** A model that has no encoder. */
const mute: GenerativeModel = {
  parameters: {},
  trainingState: {},
  trainStep: program('none', {}, () => ({ loss: tf.scalar(0) })),
  sampler: () => ({ kind: 'direct', program: program('none', {}, () => ({ samples: tf.zeros([1]) })) }),
  sampleMeaning: 'nothing',
};

/** A model that answers images [N, 32, 32, 1], with their classes [N, 1, 1, 1] where it is conditional, as `answer` does. */
function modelOf(answer: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor, conditional = false): GenerativeModel {
  return {
    ...mute,
    ...(conditional && { conditional }),
    reconstruct: (n) =>
      program('answer', { x: given([n, ...spec.shape]), ...(conditional && { y: labels([n]) }) }, ({ x, y }) => ({
        reconstruction: answer(x!, tf.reshape(tf.cast(y ?? tf.zeros([n]), 'float32'), [n, 1, 1, 1])),
      })),
  };
}

const valuesOf = async (...args: [GenerativeModel, ReturnType<typeof datasetOf>]) => {
  const { metrics } = await usesOfEncoder(engine, ...args, plan);
  return Object.fromEntries(metrics.map(({ metric, value }) => [metric, value]));
};

describe('usesOfEncoder', () => {
  const random = new RandomStream(1);
  const bits = Float32Array.from({ length: count * size }, () => random.integer(2));
  const binary = datasetOf((image, pixel) => bits[image * size + pixel]!);
  const threshold = modelOf((x) => tf.cast(tf.greater(x, 0.5), 'float32'));

  it('measures reconstructions in decibels: an error of a tenth is 20', async () => {
    const { 'reconstruction-psnr': value } = await valuesOf(
      modelOf((x) => tf.add(x, 0.1)),
      datasetOf(() => 0.5),
    );
    expect(value).toBeCloseTo(20, 4);
  });

  it('gains what a threshold at one half gains on random bits, where a median filter is of no use', async () => {
    const values = await valuesOf(threshold, binary);
    // Bits come back to the last one without noise, and with noise of deviation 0.1 (they turn beyond 5 deviations): no decibels, no row.
    expect(Object.keys(values)).toEqual(['denoising-gain-0.25', 'denoising-gain-0.5']);
    // Half of the noise is cut off. In units of its deviation s, E[n^2; 0 < n < 1/s] is 0.4995 and 0.3693, and beyond lie 0 and 0.0228 of it.
    const noisy = [0.25 ** 2 * 0.4995, 0.5 ** 2 * 0.3693 + 0.0228];
    // A bit turns beyond half of the range: 2 deviations, 1 deviation.
    const turned = [0.0228, 0.1587];
    for (const [i, level] of [0.25, 0.5].entries()) {
      const expected = -10 * Math.log10(turned[i]! / noisy[i]!);
      // The turned bits of 20 480: 466 of them are known to 5 %, 0.2 dB; the mean of decibels over images adds 0.1.
      expect(Math.abs(values[`denoising-gain-${level}`]! - expected)).toBeLessThan(0.7);
    }
  });

  it('does not gain where leaving noise alone, or the median filter, does as well', async () => {
    const alone = await valuesOf(
      modelOf((x) => tf.clone(x)),
      binary,
    );
    expect(alone).toEqual({ 'denoising-gain-0.1': 0, 'denoising-gain-0.25': 0, 'denoising-gain-0.5': 0 });
    const flat = await valuesOf(
      modelOf((x) => tf.clone(x)),
      datasetOf(() => 0.5),
    );
    // The variance of the median of nine is 0.166 times that of one.
    expect(flat['denoising-gain-0.1']).toBeCloseTo(10 * Math.log10(0.166), 0);
  });

  it('adds the same noise in every trial of a suite, and another one under another data seed', async () => {
    const noisyOf = async (change: Partial<typeof plan>) => {
      const { sheets } = await usesOfEncoder(engine, threshold, binary, { ...plan, ...change });
      return sheets.find(({ name }) => name === 'denoising-0.25')!.images.slice(0, size);
    };
    const noisy = await noisyOf({});
    expect(await noisyOf({ seed: 5 })).toEqual(noisy);
    expect(await noisyOf({ dataSeed: 5 })).not.toEqual(noisy);
  });

  it('tells class-conditional models the class of each image', async () => {
    const told = modelOf((x, y) => tf.add(tf.zerosLike(x), tf.mul(y, 0.25)), true);
    const { 'reconstruction-psnr': value } = await valuesOf(
      told,
      datasetOf((image) => 0.25 * (image % 4) + 0.1),
    );
    expect(value).toBeCloseTo(20, 4);
  });

  it('shows the first images, those that belong together one above the other', async () => {
    const { sheets } = await usesOfEncoder(engine, threshold, binary, plan);
    expect(sheets.map(({ name, rows }) => [name, ...rows])).toEqual([
      ['reconstruction', 'original', 'reconstruction'],
      ...['0.1', '0.25', '0.5'].map((level) => [`denoising-${level}`, 'noisy', 'median', 'denoised', 'clean']),
    ]);
    for (const { columns, shape, rows, images } of sheets) {
      expect([columns, shape, images.length]).toEqual([12, spec.shape, rows.length * 12 * size]);
      expect(images.slice(-12 * size)).toEqual(bits.slice(0, 12 * size));
    }
  });

  it('has nothing to say of a model without an encoder', async () => {
    expect(await usesOfEncoder(engine, mute, binary, plan)).toEqual({ metrics: [], sheets: [] });
  });
});
