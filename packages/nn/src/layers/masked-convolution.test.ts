import * as tf from '@tensorflow/tfjs-core';
import { openEngine, type Engine } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Parameters } from '../parameters.ts';
import { maskedConv2d } from './masked-convolution.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
afterAll(() => engine.dispose());

it.each([
  { size: 3, own: false },
  { size: 3, own: true },
  { size: 5, own: false },
])('maskedConv2d sees the places of its window that come before, and its own where it may: %o', ({ size, own }) => {
  const parameters = new Parameters(new RandomStream(0));
  const layer = maskedConv2d(parameters, { inputs: 2, outputs: 3, size, own });
  const [height, width, half] = [5, 6, (size - 1) / 2];
  tf.tidy(() => {
    const centre = { row: 2, column: 3 };
    const slope = tf.grad((x: tf.Tensor) =>
      tf.sum(tf.slice(layer(x), [0, centre.row, centre.column, 0], [1, 1, 1, 3])),
    );
    const found = tf.sum(tf.abs(slope(tf.zeros([1, height, width, 2]))), 3).dataSync();
    found.forEach((value, place) => {
      const [down, right] = [Math.floor(place / width) - centre.row, (place % width) - centre.column];
      const before = down < 0 || (down === 0 && (own ? right <= 0 : right < 0));
      const near = Math.abs(down) <= half && Math.abs(right) <= half;
      expect(value > 0, `${down} down, ${right} to the right`).toBe(before && near);
    });
  });
  parameters.dispose();
});
