import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { dense, gradients, Parameters, sequential, tanh } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { disagreements, finiteDifferences, steepest } from '../testing/finite-differences.ts';
import { losses, lossNames, type LossName } from './losses.ts';

const value = (tensor: tf.Tensor): number => tensor.dataSync()[0]!;
const logit = (p: number): number => Math.log(p / (1 - p));
const unasked = (): tf.Tensor => {
  throw new Error('this loss has no use for real scores');
};

/** Both losses of scores given as numbers. */
function lossesOf(name: LossName, real: readonly number[], fake: readonly number[]) {
  const loss = losses[name];
  const [r, f] = [tf.tensor1d([...real]), tf.tensor1d([...fake])];
  return {
    discriminator: value(loss.discriminator(r, f)),
    generator: value(loss.generator(f, name === 'relativistic' ? () => r : unasked)),
  };
}

// Two distributions p and q over four outcomes, as samples whose shares are the probabilities.
const [p, q] = [
  [5, 3, 1, 1],
  [1, 2, 3, 4],
];
const samples = (counts: readonly number[], score: (p: number, q: number) => number): number[] =>
  counts.flatMap((count, i) => Array<number>(count).fill(score(p![i]! / 10, q![i]! / 10)));
const sum = (term: (p: number, q: number) => number): number =>
  p!.reduce((total, n, i) => total + term(n / 10, q![i]! / 10), 0);

const logRatio = (a: number, b: number): number => Math.log(a / b);
const twoBits = sum((a, b) => a * Math.log((2 * a) / (a + b)) + b * Math.log((2 * b) / (a + b))); // 2 JSD(p, q)

describe('the losses', () => {
  it.each([
    {
      name: 'minimax',
      discriminator: -(Math.log(0.8) + Math.log(0.6)) / 2 - (Math.log(0.9) + Math.log(0.5)) / 2,
      generator: (Math.log(0.9) + Math.log(0.5)) / 2,
    },
    {
      name: 'non-saturating',
      discriminator: -(Math.log(0.8) + Math.log(0.6)) / 2 - (Math.log(0.9) + Math.log(0.5)) / 2,
      generator: -(Math.log(0.1) + Math.log(0.5)) / 2,
    },
  ] as const)('$name: cross-entropies in nats, by hand', ({ name, discriminator, generator }) => {
    const found = lossesOf(name, [0.8, 0.6].map(logit), [0.1, 0.5].map(logit));
    expect(found.discriminator).toBeCloseTo(discriminator, 5);
    expect(found.generator).toBeCloseTo(generator, 5);
  });

  it.each([
    // real [2, 0.5], fake [-1.5, 0.25]
    { name: 'lsgan', discriminator: (1 + 0.25 + 2.25 + 0.0625) / 4, generator: (6.25 + 0.5625) / 4 },
    { name: 'hinge', discriminator: (0 + 0.5) / 2 + (0 + 1.25) / 2, generator: 0.625 },
    { name: 'wasserstein', discriminator: -0.625 - 1.25, generator: 0.625 },
    {
      name: 'relativistic',
      discriminator: (Math.log1p(Math.exp(-3.5)) + Math.log1p(Math.exp(-0.25))) / 2,
      generator: (Math.log1p(Math.exp(3.5)) + Math.log1p(Math.exp(0.25))) / 2,
    },
  ] as const)('$name by hand', ({ name, discriminator, generator }) => {
    const found = lossesOf(name, [2, 0.5], [-1.5, 0.25]);
    expect(found.discriminator).toBeCloseTo(discriminator, 6);
    expect(found.generator).toBeCloseTo(generator, 6);
  });

  it.each([
    { name: 'minimax', score: logRatio, least: 2 * Math.log(2) - twoBits },
    { name: 'non-saturating', score: logRatio, least: 2 * Math.log(2) - twoBits },
    { name: 'lsgan', score: (a, b) => a / (a + b), least: sum((a, b) => (a * b) / (a + b)) / 2 },
    { name: 'hinge', score: (a, b) => Math.sign(a - b), least: 2 - sum((a, b) => Math.abs(a - b)) },
  ] as const satisfies readonly { name: LossName; score: (a: number, b: number) => number; least: number }[])(
    '$name: at the best scores the discriminator loses what theory says, and no others do better',
    ({ name, score, least }) => {
      const at = (change: (score: number, i: number) => number): number =>
        lossesOf(name, samples(p!, score).map(change), samples(q!, score).map(change)).discriminator;
      expect(at((s) => s)).toBeCloseTo(least, 5);
      for (const step of [-0.5, -0.1, 0.1, 0.5]) {
        expect(at((s) => s + step)).toBeGreaterThan(least);
        expect(at((s) => s * (1 + step))).toBeGreaterThan(least - 1e-6);
      }
    },
  );

  it('minimax is one value that the players pull in opposite directions', () => {
    // d/d fake of the generator's loss is minus that of the discriminator's.
    const fake = tf.tensor1d([-2, 0.3, 4]);
    const real = tf.tensor1d([1, 0, -1]);
    const ofDiscriminator = tf
      .grad((f) => losses.minimax.discriminator(real, f))(fake)
      .dataSync();
    const ofGenerator = tf
      .grad((f) => losses.minimax.generator(f, unasked))(fake)
      .dataSync();
    ofGenerator.forEach((slope, i) => expect(slope).toBeCloseTo(-ofDiscriminator[i]!, 6));
  });

  it('where the discriminator is sure of a fake, minimax has no slope left, non-saturating all of it', () => {
    const slope = (name: LossName): number =>
      value(tf.grad((f) => losses[name].generator(f, unasked))(tf.tensor1d([-200])));
    expect(slope('minimax')).toBeCloseTo(0, 6);
    expect(slope('non-saturating')).toBeCloseTo(-1, 6);
    // Nor does anything overflow there.
    expect(lossesOf('non-saturating', [200], [-200])).toEqual({ discriminator: 0, generator: 200 });
    expect(lossesOf('relativistic', [200], [-200])).toEqual({ discriminator: 0, generator: 400 });
  });

  it('wasserstein and relativistic are blind to a constant added to all scores', () => {
    for (const name of ['wasserstein', 'relativistic'] as const) {
      const before = lossesOf(name, [1, 2], [0.5, -1]);
      const after = lossesOf(name, [4, 5], [3.5, 2]);
      expect(after.discriminator).toBeCloseTo(before.discriminator, 6);
      expect(losses[name].threshold).toBe('midpoint');
    }
  });

  it.each(lossNames)('%s has the gradients that finite differences have, through both networks', (name) => {
    const parameters = new Parameters(new RandomStream('players'));
    // tanh has no corner that a difference could cross, and scores this small lie between the hinge's.
    const perceptron = (scope: Parameters, outputs: number) =>
      sequential(
        dense(scope.scope('1'), { inputs: 2, outputs: 6, activation: tanh }),
        dense(scope.scope('2'), { inputs: 6, outputs }),
      );
    const [g, d] = [parameters.scope('g'), parameters.scope('d')];
    const [generator, discriminator] = [perceptron(g, 2), perceptron(d, 1)];
    const random = new RandomStream('examples');
    const examples = (): tf.Tensor => tf.tensor(random.fillNormal(new Float32Array(8)), [4, 2]);
    const [x, z] = [examples(), examples()];
    const judge = (y: tf.Tensor): tf.Tensor => tf.squeeze(tf.mul(discriminator(y), 0.3), [1]);
    const players = {
      discriminator: {
        variables: d.trainable,
        loss: () => losses[name].discriminator(judge(x), judge(generator(z))),
      },
      generator: { variables: g.trainable, loss: () => losses[name].generator(judge(generator(z)), () => judge(x)) },
    };
    for (const { variables, loss } of Object.values(players)) {
      const slopes = finiteDifferences(variables, loss);
      expect(slopes.length).toBeGreaterThan(10);
      expect(steepest(slopes)).toBeGreaterThan(0.05);
      const found = gradients(variables, () => ({ loss: loss() })).gradients;
      const values = Object.entries(found).map(([at, tensor]) => [at, tensor.dataSync<'float32'>()] as const);
      expect(disagreements(slopes, Object.fromEntries(values))).toEqual([]);
    }
    parameters.dispose();
  });
});
