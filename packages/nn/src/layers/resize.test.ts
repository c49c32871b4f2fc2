import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { describe, expect, it } from 'vitest';
import { downsample, upsample } from './resize.ts';

const image = (height: number, width: number, channels: number): tf.Tensor4D => {
  const size = 2 * height * width * channels;
  return tf.tensor4d(
    Array.from({ length: size }, (_, i) => Math.sin(7 * i)),
    [2, height, width, channels],
  );
};

describe('resizing', () => {
  it('upsample puts each pixel four times', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    expect([...upsample(x).dataSync()]).toEqual([
      1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 4, 4, 5, 5, 6, 6,
    ]);
    const y = image(3, 2, 3);
    expect([...upsample(y).dataSync()]).toEqual([...tf.image.resizeNearestNeighbor(y, [6, 4]).dataSync()]);
  });

  it('downsample is the mean of 2 x 2, which undoes upsample', () => {
    const x = tf.tensor4d([1, 2, 3, 6, 5, 4, 0, 8], [1, 2, 4, 1]);
    expect([...downsample(x).dataSync()]).toEqual([3, 4.25]);
    const y = image(3, 2, 3);
    downsample(upsample(y))
      .dataSync()
      .forEach((value, i) => expect(value).toBeCloseTo(y.dataSync()[i]!, 6));
  });

  it('each is the adjoint of the other, times 4: so are their gradients, and the gradients of those', () => {
    const x = image(4, 6, 2);
    const y = image(2, 3, 2);
    const inner = (a: tf.Tensor, b: tf.Tensor): number => tf.sum(tf.mul(a, b)).dataSync()[0]!;
    expect(inner(downsample(x), y)).toBeCloseTo(inner(x, upsample(y)) / 4, 4);
    const slopes = tf
      .grad((z: tf.Tensor) => tf.sum(tf.mul(upsample(z), x)))(y)
      .dataSync();
    const expected = downsample(x).dataSync();
    slopes.forEach((slope, i) => expect(slope).toBeCloseTo(4 * expected[i]!, 5));
    // Half of |gradient of <up(z)^2, 1> / 2|^2 = 8 |z|^2 has the gradient 16 z.
    const energy = (z: tf.Tensor): tf.Tensor => tf.mul(tf.sum(tf.square(upsample(z))), 0.5);
    const half = (z: tf.Tensor): tf.Tensor => tf.mul(tf.sum(tf.square(tf.grad(energy)(z))), 0.5);
    const values = y.dataSync();
    tf.grad(half)(y)
      .dataSync()
      .forEach((slope, i) => expect(slope).toBeCloseTo(16 * values[i]!, 4));
  });
});
