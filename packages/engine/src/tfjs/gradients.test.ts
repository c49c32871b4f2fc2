import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import './tfjs.ts';

/** Second derivative of sum(f(x)) + sum(x^2) along x, from TF.js. The square makes sure that another path exists. */
function second(f: (x: tf.Tensor) => tf.Tensor, at: number[]): number[] {
  const first = tf.grad((x) => tf.add(tf.sum(f(x)), tf.sum(tf.square(x))));
  return tf.tidy(() =>
    Array.from(
      tf
        .grad((x) => tf.sum(first(x)))(tf.tensor1d(at))
        .dataSync<'float32'>(),
      (value) => value - 2,
    ),
  );
}

const points = [-1.3, -0.2, 0.7, 2.1];
const logistic = (x: number) => 1 / (1 + Math.exp(-x));

describe('second derivatives through kernels that TF.js differentiates by their output', () => {
  it.each<[string, (x: tf.Tensor) => tf.Tensor, (x: number) => number]>([
    ['exp', tf.exp, Math.exp],
    ['sigmoid', tf.sigmoid, (x) => logistic(x) * (1 - logistic(x)) * (1 - 2 * logistic(x))],
    ['tanh', tf.tanh, (x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2)],
    ['elu', tf.elu, (x) => (x > 0 ? 0 : Math.exp(x))],
    ['softplus', tf.softplus, (x) => logistic(x) * (1 - logistic(x))],
    ['leakyRelu', (x) => tf.leakyRelu(x, 0.2), () => 0],
    ['2^x', (x) => tf.pow(2, x), (x) => Math.LN2 ** 2 * 2 ** x],
    ['max with 0', (x) => tf.square(tf.maximum(x, 0)), (x) => (x > 0 ? 2 : 0)],
  ])('%s', (_, f, expected) => {
    const actual = second(f, points);
    points.forEach((x, i) => expect(actual[i]).toBeCloseTo(expected(x), 4)); // float32: five digits
  });

  it('softmax: as finite differences of the first derivative', () => {
    const loss = (x: tf.Tensor) => tf.sum(tf.mul(tf.softmax(x as tf.Tensor1D), tf.tensor1d([1, -2, 0.5, 3])));
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.square(tf.grad(loss)(x))));
    const exact = gradient(tf.tensor1d(points)).dataSync();
    const squares = (x: number[]) => tf.sum(tf.square(tf.grad(loss)(tf.tensor1d(x)))).dataSync<'float32'>()[0]!;
    const step = 1e-2; // truncation of order step^2, rounding of order 1e-7 / step
    points.forEach((_, i) => {
      const moved = (by: number) => points.map((x, j) => (i === j ? x + by : x));
      expect(exact[i]).toBeCloseTo((squares(moved(step)) - squares(moved(-step))) / (2 * step), 2);
    });
  });
});

describe('first derivatives that TF.js gets wrong', () => {
  it('maximum, minimum and squaredDifference sum over broadcast axes', () => {
    const a = tf.tensor2d([
      [1, 5],
      [3, -2],
    ]);
    const gradient = (op: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor) =>
      Array.from(
        tf
          .grads((x, y) => tf.sum(op(x!, y!)))([a, tf.scalar(2)])[1]!
          .dataSync(),
      );
    expect(gradient(tf.maximum)).toEqual([2]); // 2 exceeds two of four
    expect(gradient(tf.minimum)).toEqual([2]);
    expect(gradient(tf.squaredDifference)).toEqual([2 * (2 - 1 + (2 - 5) + (2 - 3) + (2 + 2))]);
  });

  it('cumsum along an inner axis', () => {
    const weights = tf.tensor3d(
      Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
    const gradient = tf.grad((x) => tf.sum(tf.mul(tf.cumsum(x, 0), weights)))(tf.zeros([2, 3, 4]));
    expect(Array.from(gradient.dataSync())).toEqual(Array.from({ length: 24 }, (_, i) => (i < 12 ? 2 * i + 12 : i)));
  });

  it('where on a value that is infinite in the branch not taken', () => {
    const gradient = tf.grad((x) => tf.sum(tf.elu(x)))(tf.tensor1d([200, -200]));
    expect(Array.from(gradient.dataSync())).toEqual([1, 0]);
  });
});
