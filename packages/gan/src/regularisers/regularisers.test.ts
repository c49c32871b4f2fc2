import * as tf from '@tensorflow/tfjs-core';
import { openEngine, program, given, type Engine } from '@kindred/engine';
import { conv2d, dense, flatten, gradients, Parameters, sequential, tanh, type Layer } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packed } from '../networks/packing.ts';
import { disagreements, finiteDifferences, steepest } from '../testing/finite-differences.ts';
import type { Critic, Regulariser } from './regulariser.ts';
import { regularisers } from './regularisers.ts';

const value = (tensor: tf.Tensor): number => tensor.dataSync()[0]!;
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

const real = [
  [0.5, -1],
  [1.5, 2],
  [-0.3, 0.2],
];
const fake = [
  [2, 0.1],
  [-1, 0.4],
  [0.7, -0.9],
];
const noise = [0.25, 0.5, 0.9];
const evidence = () => ({ real: tf.tensor2d(real), fake: tf.tensor2d(fake), noise: tf.tensor1d(noise) });

/** D(x) = <w, x> + 3, whose gradient is w everywhere. */
const linear =
  (...w: number[]): Critic =>
  (x) =>
    tf.add(tf.squeeze(tf.matMul(x, tf.tensor2d(w, [w.length, 1])), [1]), 3);
/** D(x) = a |x|^2 / 2, whose gradient is a x. */
const quadratic =
  (a: number): Critic =>
  (x) =>
    tf.mul(tf.sum(tf.square(x), 1), a / 2);
const squared = (x: readonly number[]): number => x.reduce((sum, v) => sum + v * v, 0);

describe('closed forms', () => {
  it('of a linear critic: the gradient penalty and DRAGAN are weight (|w| - 1)^2, R1 is gamma |w|^2 / 2, R1 + R2 twice that', () => {
    const critic = linear(3, 4); // |w| = 5
    expect(value(regularisers['gradient-penalty'](10).penalty(critic, evidence()))).toBeCloseTo(160, 3);
    const around = { ...evidence(), noise: tf.tensor2d(real) };
    expect(value(regularisers.dragan(10).penalty(critic, around))).toBeCloseTo(160, 3);
    expect(value(regularisers.r1(0.2).penalty(critic, evidence()))).toBeCloseTo(2.5, 5);
    expect(value(regularisers['r1-r2'](0.2).penalty(critic, evidence()))).toBeCloseTo(5, 5);
    expect(value(regularisers['gradient-penalty'](10).penalty(linear(0.6, 0.8), evidence()))).toBeCloseTo(0, 5);
    expect(regularisers.none()).toBeUndefined();
  });

  it('of a quadratic critic: they look where they say', () => {
    const a = 0.7;
    const critic = quadratic(a);
    const places = real.map((x, i) => x.map((v, j) => noise[i]! * v + (1 - noise[i]!) * fake[i]![j]!));
    const penalty = mean(places.map((x) => (a * Math.sqrt(squared(x)) - 1) ** 2));
    expect(value(regularisers['gradient-penalty'](10).penalty(critic, evidence()))).toBeCloseTo(10 * penalty, 4);

    const [onReal, onFake] = [real, fake].map((examples) => mean(examples.map((x) => a * a * squared(x))));
    expect(value(regularisers.r1(3).penalty(critic, evidence()))).toBeCloseTo(1.5 * onReal!, 5);
    expect(value(regularisers['r1-r2'](3).penalty(critic, evidence()))).toBeCloseTo(1.5 * (onReal! + onFake!), 4);

    const u = [
      [0.1, 0.9],
      [0.4, 0],
      [0.7, 0.3],
    ];
    const values = real.flat();
    const sd = Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));
    const around = real.map((x, i) => x.map((v, j) => v + 0.5 * sd * u[i]![j]!));
    const dragan = mean(around.map((x) => (a * Math.sqrt(squared(x)) - 1) ** 2));
    const found = regularisers.dragan(10).penalty(critic, { ...evidence(), noise: tf.tensor2d(u) });
    expect(value(found)).toBeCloseTo(10 * dragan, 4);
  });

  it('of a pack: one slope for all its examples, on one line between a real and a fake pack', () => {
    // Two packs of two points; D(pack) = a |pack|^2 / 2 over its four coordinates.
    const critic: Critic = (x) => quadratic(0.7)(packed(x, 2));
    const four = { real: tf.tensor2d([...real, [1, 1]]), fake: tf.tensor2d([...fake, [0, -1]]) };
    const gradientPenalty: Regulariser = regularisers['gradient-penalty'](1);
    expect(gradientPenalty.noise?.([4, 2], 2)).toEqual([2]);
    const found = value(gradientPenalty.penalty(critic, { ...four, noise: tf.tensor1d([0.25, 0.5]) }));
    const rows = [...real, [1, 1]];
    const fakes = [...fake, [0, -1]];
    const norms = [0, 1].map((pack) => {
      const share = [0.25, 0.5][pack]!;
      const point = [pack, pack + 2].flatMap((i) => rows[i]!.map((v, j) => share * v + (1 - share) * fakes[i]![j]!));
      return 0.7 * Math.sqrt(squared(point));
    });
    expect(found).toBeCloseTo(mean(norms.map((norm) => (norm - 1) ** 2)), 5);
    const r1 = value(regularisers.r1(2).penalty(critic, four));
    expect(r1).toBeCloseTo((0.49 * rows.reduce((sum, x) => sum + squared(x), 0)) / 2, 4);
  });

  it('where a critic is flat: the penalty is the weight, its gradient a number', () => {
    const parameters = new Parameters(new RandomStream('flat'));
    const w = parameters.variable('w', [2, 1], (shape) => new Float32Array(shape[0]!));
    const flat: Critic = (x) => tf.squeeze(tf.matMul(x, w), [1]);
    const { loss, gradients: slopes } = gradients(parameters.trainable, () => ({
      loss: regularisers['gradient-penalty'](10).penalty(flat, evidence()),
    }));
    expect(value(loss)).toBeCloseTo(10, 3);
    expect([...slopes['w']!.dataSync()]).toEqual([0, 0]);
    parameters.dispose();
  });
});

describe('gradients by the discriminator’s variables', () => {
  let reference: Engine;
  let compiled: Engine;
  beforeAll(async () => {
    reference = await openEngine({ kind: 'cpu' });
    compiled = await openEngine({ kind: 'onnx' });
  });
  afterAll(async () => {
    await reference.dispose();
    await compiled.dispose();
  });

  const parameters = new Parameters(new RandomStream('network'));
  const networks = {
    // tanh: its second derivative is not 0, so all paths of the double gradient count; and it has no corner that a difference could cross.
    points: {
      shape: [4, 2],
      network: sequential(
        dense(parameters.scope('points-1'), { inputs: 2, outputs: 6, activation: tanh }),
        dense(parameters.scope('points-last'), { inputs: 6, outputs: 1 }),
        flatten,
      ),
    },
    images: {
      shape: [4, 4, 4, 1],
      network: sequential(
        conv2d(parameters.scope('images-1'), { inputs: 1, outputs: 3, size: 4, stride: 2, activation: tanh }),
        conv2d(parameters.scope('images-2'), { inputs: 3, outputs: 2, size: 3, activation: tanh }),
        flatten,
        dense(parameters.scope('images-last'), { inputs: 8, outputs: 1 }),
      ),
    },
  } as const satisfies Record<string, { shape: readonly number[]; network: Layer }>;

  it.each([
    { name: 'gradient-penalty', kind: 'points' },
    { name: 'r1-r2', kind: 'points' },
    { name: 'dragan', kind: 'points' },
    { name: 'gradient-penalty', kind: 'images' },
    { name: 'r1', kind: 'images' },
    { name: 'r1-r2', kind: 'images' },
    { name: 'dragan', kind: 'images' },
  ] as const)('$name on $kind: those of finite differences, on cpu and compiled', async ({ name, kind }) => {
    const { shape, network }: { readonly shape: readonly number[]; readonly network: Layer } = networks[kind];
    const regulariser: Regulariser = regularisers[name](10);
    const noiseShape: readonly number[] = regulariser.noise?.(shape, 4) ?? [1];
    const random = new RandomStream('evidence');
    const size = shape.reduce((product, length) => product * length, 1);
    const feeds = {
      real: random.fillNormal(new Float32Array(size)),
      fake: random.fillNormal(new Float32Array(size)),
      noise: random.fillUniform(new Float32Array(noiseShape.reduce((product, length) => product * length, 1))),
    };
    const critic: Critic = (x) => tf.reshape(network(x, 'batch'), [4]);
    // The last bias moves no slope, so the penalty does not depend on it.
    const variables = Object.fromEntries(
      Object.entries(parameters.trainable).filter(([at]) => at.startsWith(kind) && !at.endsWith('last/bias')),
    );
    const tensors = {
      real: tf.tensor(feeds.real, [...shape]),
      fake: tf.tensor(feeds.fake, [...shape]),
      noise: tf.tensor(feeds.noise, [...noiseShape]),
    };
    const slopes = finiteDifferences(variables, () => regulariser.penalty(critic, tensors));
    expect(slopes.length).toBeGreaterThan(10);
    expect(steepest(slopes)).toBeGreaterThan(0.05);
    const both = program(
      'penalty',
      { real: given(shape), fake: given(shape), noise: given(noiseShape) },
      (inputs) => gradients(variables, () => ({ loss: regulariser.penalty(critic, inputs) })).gradients,
    );
    for (const engine of [reference, compiled]) {
      expect(disagreements(slopes, await (await engine.compile(both)).run(feeds))).toEqual([]);
    }
  });
});
