import * as tf from '@tensorflow/tfjs-core';
import { openEngine, type Engine } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCodebook, perplexity, quantise, straightThrough, type Codebook } from './codebook.ts';
import { movingCodebook } from './codebook-update.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
afterAll(() => engine.dispose());

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

/** Entries (0, 0), (1, 1) and (4, 0). */
function codebookOf(trainable: boolean): Codebook {
  const codebook = openCodebook(new Parameters(new RandomStream('codebook')), { size: 3, width: 2, trainable });
  codebook.vectors.assign(
    tf.tensor2d([
      [0, 0],
      [1, 1],
      [4, 0],
    ]),
  );
  return codebook;
}

describe('quantise', () => {
  it('takes the nearest entry, the first of several', () => {
    const encodings = tf.tensor2d([
      [0.4, 0.4],
      [3, 0],
      [0.5, 0.5], // as far from (0, 0) as from (1, 1)
      [-1, 9],
    ]);
    const { codes, vectors } = quantise(codebookOf(false), encodings);
    expect(values(tf.argMax(codes, 1))).toEqual([0, 2, 0, 1]);
    expect(values(tf.sum(codes, 1))).toEqual([1, 1, 1, 1]);
    expect(values(vectors)).toEqual([0, 0, 4, 0, 0, 0, 1, 1]);
  });

  it('lets a loss of its vectors reach the entries that were taken, and never the encodings', () => {
    const codebook = codebookOf(true);
    const encodings = tf.variable(tf.tensor2d([0.4, 0.4, 3, 0], [2, 2]));
    const loss = () => tf.sum(tf.square(tf.sub(quantise(codebook, encodings).vectors, 1))) as tf.Scalar;
    const { grads } = tf.variableGrads(loss, [codebook.vectors, encodings]);
    expect(values(grads[codebook.vectors.name]!)).toEqual([-2, -2, 0, 0, 6, -2]);
    expect(values(grads[encodings.name]!)).toEqual([0, 0, 0, 0]);
    encodings.dispose();
  });
});

it('straightThrough gives the value, and its gradient to what was rounded', () => {
  const x = tf.tensor1d([0.2, 0.7, 1.6]);
  const weights = tf.tensor1d([1, -2, 3]);
  const through = (x: tf.Tensor) => straightThrough(tf.round(x), x);
  expect(values(through(x))).toEqual([0, 1, 2].map((value) => expect.closeTo(value, 6)));
  // d/dx of sum(w r^2) is 2 w r, taken at the rounded r.
  const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(weights, tf.square(through(x)))))(x);
  expect(values(slope)).toEqual([0, -4, 12].map((value) => expect.closeTo(value, 5)));
});

it('perplexity is the number of codes in use where all are used alike, and lies between', () => {
  const of = (...codes: number[]) => values(perplexity(tf.oneHot(codes, 4, 1, 0, 'float32')))[0]!;
  expect(of(0, 0, 0, 0)).toBeCloseTo(1, 5);
  expect(of(0, 1, 2, 3)).toBeCloseTo(4, 5);
  expect(of(0, 0, 1, 1)).toBeCloseTo(2, 5);
  expect(of(0, 0, 0, 1)).toBeCloseTo(Math.exp(0.75 * Math.log(4 / 3) + 0.25 * Math.log(4)), 5);
});

describe('movingCodebook', () => {
  const encodings = [
    [0, 2],
    [2, 2],
    [5, 1],
    [7, 1],
  ];
  const update = (
    codebook: Codebook,
    state: Parameters,
    codes: number[],
    { restart = 0, times = 1, decay = 0.9 } = {},
  ) => {
    const moving = movingCodebook(state, codebook, decay);
    for (let i = 0; i < times; i++) {
      tf.tidy(() => moving.update(tf.tensor2d(encodings), tf.oneHot(codes, 3, 1, 0, 'float32'), tf.scalar(restart)));
    }
    return Array.from(codebook.vectors.dataSync());
  };

  it('gives entries that nothing uses the place of an encoding, others the mean of theirs', () => {
    const codebook = codebookOf(false);
    const found = update(codebook, new Parameters(new RandomStream('state')), [0, 0, 0, 0], { restart: 1 });
    expect(found).toEqual([3.5, 1.5, 5, 1, 0, 2].map((value) => expect.closeTo(value, 5)));
  });

  it('moves entries to the mean of what they stand for, and leaves those that nothing ever used', () => {
    const codebook = codebookOf(false);
    const found = update(codebook, new Parameters(new RandomStream('state')), [0, 0, 2, 2]);
    expect(found).toEqual([1, 2, 1, 1, 6, 1].map((value) => expect.closeTo(value, 5)));
  });

  it('weighs batches by the decay', () => {
    const codebook = codebookOf(false);
    const state = new Parameters(new RandomStream('state'));
    const moving = movingCodebook(state, codebook, 0.9);
    const batch = (codes: number[]) =>
      moving.update(tf.tensor2d(encodings), tf.oneHot(codes, 3, 1, 0, 'float32'), tf.scalar(0));
    batch([0, 1, 1, 1]);
    batch([1, 1, 0, 1]);
    // count 0.1 * 0.9 + 0.1, sum (0, 2) * 0.1 * 0.9 + (5, 1) * 0.1
    const [first, second] = Array.from(codebook.vectors.dataSync());
    expect(first).toBeCloseTo(0.5 / 0.19, 5);
    expect(second).toBeCloseTo((0.18 + 0.1) / 0.19, 5);
  });

  it('stays finite when an entry is out of use for ever', () => {
    const codebook = codebookOf(false);
    const found = update(codebook, new Parameters(new RandomStream('state')), [0, 0, 0, 0], { times: 200, decay: 0.5 });
    expect(found.slice(0, 2)).toEqual([expect.closeTo(3.5, 4), expect.closeTo(1.5, 4)]);
    expect(found.every(Number.isFinite)).toBe(true);
  });
});
