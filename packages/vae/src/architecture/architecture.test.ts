import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { expect, it } from 'vitest';
import { byOutput } from './by-output.ts';
import { convolutional } from './convolutional.ts';

const noise = (...shape: number[]): tf.Tensor =>
  tf.tensor(
    new RandomStream('x').fillNormal(new Float32Array(shape.reduce((product, length) => product * length, 1))),
    shape,
  );

it('byOutput puts what belongs to one output of the decoder side by side', () => {
  // One image of 1 x 2 pixels, 2 channels; channels 0 and 1 are the first output, 2 and 3 the second.
  const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]);
  expect([...byOutput(2)(x).dataSync()]).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
  expect([...byOutput(1)(x).dataSync()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('a convolutional decoder gives each intensity as many numbers as the observation model wants', () => {
  const parameters = new Parameters(new RandomStream('networks'));
  const config = { latentSize: 3, channels: [2, 4], hidden: 8, blocks: 1, classes: 0 } as const;
  const networks = convolutional(parameters, { ...config, shape: [8, 12, 3], outputsPerValue: 2 });
  expect(networks.decode(noise(5, 3)).shape).toEqual([5, 2 * 8 * 12 * 3]);
  const { mean, logSd } = networks.encode(noise(5, 8, 12, 3));
  expect([mean.shape, logSd.shape]).toEqual([
    [5, 3],
    [5, 3],
  ]);
  parameters.dispose();
});
