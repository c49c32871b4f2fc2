import * as tf from '@tensorflow/tfjs-core';
import { openEngine, type Engine } from '@kindred/engine';
import { resolveOptions } from '@kindred/model';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoregressive } from './family.ts';
import { gatedLogits, gatedPixelCnn } from './gated/gated-pixelcnn.ts';
import { tokenModel } from './gpt/token-model.ts';
import { logitsInOrder, ordersAt, ordersNetwork } from './made-orders/orders-network.ts';
import { pixelCnn } from './pixelcnn/pixelcnn.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
afterAll(() => engine.dispose());

const [rows, width] = [5, 6];
const pixels = rows * width;

/** Weights of N(0, 1/4), so that no path is silent. */
function randomise(parameters: Parameters): void {
  const random = new RandomStream(1);
  for (const variable of Object.values(parameters.trainable))
    engine.write(
      variable,
      random.fillNormal(new Float32Array(variable.size)).map((value) => value / 2),
    );
}

/** For each logit i, the sum over some images of |d logit i / d pixel j|. */
function slopesOf(logits: (x: tf.Tensor) => tf.Tensor): number[][] {
  return tf.tidy(() => {
    const bits = new RandomStream(2).fillUniform(new Float32Array(8 * pixels)).map(Math.round);
    const x = tf.tensor(bits, [8, pixels]);
    return Array.from({ length: pixels }, (_, i) => {
      const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.slice(logits(x), [0, i], [-1, 1])));
      return [...tf.sum(tf.abs(slope(x)), 0).dataSync()];
    });
  });
}

/** Checks that logit i sees no pixel from i on; @returns the pairs before that it does not see */
function blind(slopes: number[][], rank: (pixel: number) => number = (pixel) => pixel): [number, number][] {
  return slopes.flatMap((row, i) =>
    row.flatMap((slope, j): [number, number][] => {
      if (rank(j) < rank(i)) return slope > 0 ? [] : [[i, j]];
      expect(slope, `logit ${i}, pixel ${j}`).toBe(0);
      return [];
    }),
  );
}

const imagesOf = (network: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) =>
  tf.reshape(network(tf.reshape(x, [-1, rows, width, 1])), [-1, pixels]);

describe('masks, by gradients', () => {
  it('gated PixelCNN: a logit depends on all pixels before its own and on no other', () => {
    const parameters = new Parameters(new RandomStream(0));
    const network = gatedPixelCnn(parameters, { channels: 6, blocks: 4 });
    randomise(parameters);
    expect(blind(slopesOf(imagesOf((x) => gatedLogits(network, x))))).toEqual([]);
    parameters.dispose();
  });

  it('PixelCNN: a logit depends on pixels before its own alone; its blind spot is up to the right', () => {
    const parameters = new Parameters(new RandomStream(0));
    const network = pixelCnn(parameters, { channels: 6, blocks: 2 });
    randomise(parameters);
    const unseen = blind(slopesOf(imagesOf((x) => network(x))));
    expect(unseen.length).toBeGreaterThan(0);
    for (const [i, j] of unseen) expect(j % width, `logit ${i}, pixel ${j}`).toBeGreaterThan(i % width);
    parameters.dispose();
  });

  it('MADE with orders: a logit depends on the pixels before its own in each order and on no other', () => {
    const parameters = new Parameters(new RandomStream(0));
    const network = ordersNetwork(parameters, new RandomStream(3), { pixels, hidden: 40, orders: 3 });
    randomise(parameters);
    const orders = [0, 1, 2].map((k) => {
      const ranks = [...engine.read(network.ranks)].slice(k * pixels, (k + 1) * pixels);
      expect([...ranks].sort((a, b) => a - b)).toEqual(Array.from({ length: pixels }, (_, i) => i));
      const slopes = slopesOf((x) => logitsInOrder(network, x, ordersAt(network, tf.tensor1d([k], 'int32'))));
      expect(blind(slopes, (pixel) => ranks[pixel]!)).toEqual([]);
      return ranks.join();
    });
    expect(new Set(orders).size).toBe(3);
    parameters.dispose();
  });

  it('GPT: another token changes the logits behind it, all of them, and no other', () => {
    const parameters = new Parameters(new RandomStream(0));
    const options = resolveOptions(autoregressive, 'gpt', { heads: 2, headSize: 4, blocks: 2 });
    const model = tokenModel(parameters, { length: 7, vocabulary: 3 }, options);
    randomise(parameters);
    tf.tidy(() => {
      const tokens = tf.tensor2d([[0, 2, 1, 1, 0, 2, 2]]);
      const before = model.logits(tokens);
      for (let j = 0; j < 7; j++) {
        const one = tf.cast(tf.oneHot(tf.tensor1d([j], 'int32'), 7), 'float32');
        const changed = tf.mod(tf.add(tokens, one), 3);
        const moved = tf.max(tf.abs(tf.sub(model.logits(changed), before)), [0, 2]).dataSync();
        moved.forEach((value, i) => expect(value > 0, `logit ${i}, token ${j}`).toBe(i > j));
      }
    });
    parameters.dispose();
  });
});
