import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { heNormal, scaledNormal } from '../initialisers.ts';
import { Parameters } from '../parameters.ts';
import { conv2d, conv2dTransposed } from './convolution.ts';
import { dense } from './dense.ts';
import { flatten, leakyRelu, relu, reshapeTo, sequential } from './layer.ts';
import { batchNorm, layerNorm } from './normalisation.ts';

let parameters: Parameters;
const random = new RandomStream('layers');
const noise = (...shape: number[]): tf.Tensor => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(random.fillNormal(new Float32Array(size)), shape);
};

beforeAll(async () => {
  await openEngine({ kind: 'cpu' });
});
beforeEach(() => {
  tf.engine().startScope();
  parameters = new Parameters(new RandomStream(0));
});
afterEach(() => {
  parameters.dispose();
  tf.engine().endScope();
});

describe('dense', () => {
  it('is x kernel + bias, then the activation', () => {
    const layer = dense(parameters, { inputs: 2, outputs: 2, activation: relu });
    parameters.all['kernel']!.assign(
      tf.tensor2d([
        [1, 2],
        [3, -4],
      ]),
    );
    parameters.all['bias']!.assign(tf.tensor1d([10, 0]));
    expect([...layer(tf.tensor2d([[1, 1]])).dataSync()]).toEqual([14, 0]);
  });

  it('has no bias where none is wanted', () => {
    dense(parameters, { inputs: 2, outputs: 2, bias: false });
    expect(Object.keys(parameters.all)).toEqual(['kernel']);
  });
});

describe('convolutions', () => {
  it.each([
    { padding: 'same', stride: 2, size: 4, from: 7, to: 4 },
    { padding: 'valid', stride: 2, size: 3, from: 8, to: 3 },
    { padding: 'same', stride: 1, size: 3, from: 5, to: 5 },
  ] as const)(
    'conv2d: $from to $to ($padding, stride $stride, window $size)',
    ({ padding, stride, size, from, to }) => {
      const layer = conv2d(parameters, { inputs: 2, outputs: 3, size, stride, padding });
      expect(layer(tf.zeros([1, from, from, 2])).shape).toEqual([1, to, to, 3]);
    },
  );

  it.each([
    { padding: 'same', stride: 2, size: 4, from: 4, to: 8 },
    { padding: 'valid', stride: 2, size: 3, from: 3, to: 7 },
  ] as const)('conv2dTransposed: $from to $to ($padding)', ({ padding, stride, size, from, to }) => {
    const layer = conv2dTransposed(parameters, { inputs: 2, outputs: 3, size, stride, padding });
    expect(layer(tf.zeros([1, from, from, 2])).shape).toEqual([1, to, to, 3]);
  });

  it('conv2dTransposed is the adjoint of conv2d with the same kernel: <conv(x), y> = <x, transposed(y)>', () => {
    const forward = conv2d(parameters.scope('forward'), { inputs: 2, outputs: 3, size: 4, stride: 2, bias: false });
    const backward = conv2dTransposed(parameters.scope('backward'), {
      inputs: 3,
      outputs: 2,
      size: 4,
      stride: 2,
      bias: false,
    });
    parameters.all['backward/kernel']!.assign(tf.clone(parameters.all['forward/kernel']!));
    const x = noise(2, 6, 6, 2);
    const y = noise(2, 3, 3, 3);
    const left = tf.sum(tf.mul(forward(x), y)).dataSync()[0]!;
    const right = tf.sum(tf.mul(x, backward(y))).dataSync()[0]!;
    expect(left).toBeCloseTo(right, 4); // sums of 144 products of order 1 in float32
  });

  it('He initialisation keeps the scale of signals through both', () => {
    const config = { inputs: 32, outputs: 32, size: 4, stride: 2, initialiser: heNormal };
    for (const layer of [conv2d(parameters.scope('a'), config), conv2dTransposed(parameters.scope('b'), config)]) {
      const inner = layer(noise(2, 16, 16, 32));
      // Twice the variance of the input, less at the border; the factor 2 makes up for ReLU.
      const variance = tf.mean(tf.square(inner)).dataSync()[0]!;
      expect(variance).toBeGreaterThan(1.5);
      expect(variance).toBeLessThan(2.4);
    }
  });
});

const moments = (x: tf.Tensor): { mean: number[]; variance: number[] } => {
  const { mean, variance } = tf.moments(x, [0]);
  return { mean: [...mean.dataSync()], variance: [...variance.dataSync()] };
};

describe('batchNorm', () => {
  it('normalises by the batch in training and by the moving averages in inference', () => {
    const layer = batchNorm(parameters, { channels: 2, momentum: 0.5 });
    const x = tf.add(tf.mul(noise(64, 2), tf.tensor1d([1, 3])), tf.tensor1d([5, -2]));
    const { mean, variance } = moments(layer(x, 'training'));
    for (const value of mean) expect(value).toBeCloseTo(0, 5);
    for (const value of variance) expect(value).toBeCloseTo(1, 3); // epsilon against the variance
    const batch = moments(x);
    const averages = ['moving-mean', 'moving-variance'].map((name) => parameters.all[name]!.dataSync());
    batch.mean.forEach((value, i) => expect(averages[0]![i]).toBeCloseTo(value / 2, 4));
    batch.variance.forEach((value, i) => expect(averages[1]![i]).toBeCloseTo((1 + value) / 2, 4));
    for (let step = 0; step < 40; step++) layer(x, 'training');
    const late = moments(layer(x, 'inference'));
    for (const value of late.mean) expect(value).toBeCloseTo(0, 4);
    for (const value of late.variance) expect(value).toBeCloseTo(1, 3);
  });

  it('leaves the averages alone in the modes batch and inference', () => {
    const layer = batchNorm(parameters, { channels: 2 });
    layer(noise(8, 2), 'batch');
    layer(noise(8, 2), 'inference');
    expect([...parameters.all['moving-mean']!.dataSync()]).toEqual([0, 0]);
    expect([...parameters.all['moving-variance']!.dataSync()]).toEqual([1, 1]);
  });

  it('has second derivatives: a gradient penalty through it matches finite differences', () => {
    const layer = sequential(batchNorm(parameters, { channels: 3 }), leakyRelu(0.2));
    const weights = noise(6, 3);
    const penalty = (scale: tf.Tensor): tf.Tensor => {
      const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(tf.square(layer(x, 'batch')), weights)));
      return tf.sum(tf.square(slope(tf.mul(fixed, scale))));
    };
    const fixed = noise(6, 3);
    const at = (value: number): number => penalty(tf.scalar(value)).dataSync()[0]!;
    const derivative = tf.grad(penalty)(tf.scalar(1)).dataSync()[0]!;
    const difference = (at(1.01) - at(0.99)) / 0.02;
    expect(Math.abs(derivative - difference)).toBeLessThan(0.01 * Math.abs(difference) + 1e-3); // float32 and h^2
  });
});

describe('layerNorm', () => {
  it('normalises each row on its own', () => {
    const layer = layerNorm(parameters, { channels: 64 });
    const y = layer(tf.add(tf.mul(noise(3, 64), 5), 7));
    const { mean, variance } = tf.moments(y, [1]);
    for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 5);
    for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 3);
  });

  it('over examples, takes mean and variance of all positions and channels', () => {
    const layer = layerNorm(parameters, { channels: 4, over: 'example' });
    const x = tf.add(tf.mul(noise(3, 5, 4, 4), tf.tensor1d([1, 2, 3, 4])), tf.tensor1d([0, 1, 5, -2]));
    const { mean, variance } = tf.moments(layer(x), [1, 2, 3]);
    for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 5);
    for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 3);
    // Channels keep their differences, which the other form takes away.
    const spread = tf.moments(tf.moments(layer(x), [0, 1, 2]).mean).variance.dataSync()[0]!;
    expect(spread).toBeGreaterThan(0.1);
  });
});

describe('sequential', () => {
  it('applies layers in order and hands the mode on', () => {
    const layer = sequential(
      dense(parameters.scope('dense'), { inputs: 2, outputs: 12, initialiser: scaledNormal(1) }),
      batchNorm(parameters.scope('norm'), { channels: 12 }),
      reshapeTo(2, 2, 3),
      flatten,
    );
    expect(layer(noise(5, 2), 'training').shape).toEqual([5, 12]);
    expect(parameters.all['norm/moving-mean']!.dataSync().some((value) => value !== 0)).toBe(true);
  });
});
