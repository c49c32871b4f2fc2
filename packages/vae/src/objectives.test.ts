import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { RandomStream } from '@kindred/random';
import { expect, it } from 'vitest';
import type { LatentModel } from './bounds.ts';
import { evidenceObjective, importanceWeightedObjective } from './objectives.ts';
import { bernoulli } from './observation/bernoulli.ts';

const [examples, draws, size] = [3, 4, 2];
const posterior = { mean: [0.3, -1, 0.8], logSd: -0.2 };
const weights = [0.7, -1.2] as const;
const pixels = [
  [1, 0],
  [1, 1],
  [0, 1],
];
const noise = new RandomStream('objectives').fillNormal(new Float32Array(examples * draws));

/** One code per example with a fixed posterior; the logits are the code times two weights. */
const model: LatentModel = {
  encode: () => ({ mean: tf.tensor2d(posterior.mean, [examples, 1]), logSd: tf.fill([examples, 1], posterior.logSd) }),
  decode: (z) => tf.mul(z, tf.tensor1d([...weights])),
  observation: bernoulli,
};

/** log p(x | z) and log p(z) - log q(z | x) of an example's draw, by hand in float64. */
function byHand(example: number, draw: number): { logProbability: number; logRatio: number } {
  const e = noise[example * draws + draw]!;
  const z = posterior.mean[example]! + Math.exp(posterior.logSd) * e;
  const logProbability = weights.reduce((sum, weight, i) => {
    const p = 1 / (1 + Math.exp(-weight * z));
    return sum + Math.log(pixels[example]![i] === 1 ? p : 1 - p);
  }, 0);
  const logPrior = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
  const logPosterior = -0.5 * e * e - 0.5 * Math.log(2 * Math.PI) - posterior.logSd;
  return { logProbability, logRatio: logPrior - logPosterior };
}

const kl =
  posterior.mean.reduce(
    (sum, mean) => sum + 0.5 * (mean ** 2 + Math.exp(2 * posterior.logSd) - 1) - posterior.logSd,
    0,
  ) / examples;

function terms(objective: ReturnType<typeof evidenceObjective>, klWeight: number): Record<string, number> {
  const shape = objective.draws === 1 ? [examples, 1] : [examples, draws, 1];
  const used = objective.draws === 1 ? noise.filter((_, i) => i % draws === 0) : noise;
  const found = objective.terms(model, {
    x: tf.tensor2d(pixels, [examples, size]),
    noise: tf.tensor(used, shape),
    klWeight: tf.scalar(klWeight),
  });
  return Object.fromEntries(Object.entries(found).map(([name, tensor]) => [name, tensor.dataSync()[0]!]));
}

const meanOver = (value: (example: number) => number): number => (value(0) + value(1) + value(2)) / 3;

it('the evidence objective weighs the KL in what it minimises, not in the bound that it reports', () => {
  const { loss, bound, reconstruction, kl: found } = terms(evidenceObjective(0), 3);
  const expected = -meanOver((example) => byHand(example, 0).logProbability);
  expect(reconstruction).toBeCloseTo(expected, 5);
  expect(found).toBeCloseTo(kl, 5);
  expect(bound).toBeCloseTo(expected + kl, 5);
  expect(loss).toBeCloseTo(expected + 3 * kl, 5);
});

it.each([evidenceObjective(0), importanceWeightedObjective(draws)])(
  'what the encoder sees decides the posterior, and not what is to be explained (%#)',
  (objective) => {
    const seeing: LatentModel = {
      ...model,
      encode: (x) => ({ mean: tf.slice(x, [0, 0], [-1, 1]), logSd: tf.zeros([examples, 1]) }),
    };
    const lossOf = (x: number, seen?: number): number => {
      const images = (value: number) => tf.fill([examples, size], value);
      const { loss } = objective.terms(seeing, {
        x: images(x),
        ...(seen !== undefined && { seen: images(seen) }),
        noise: tf.zeros(objective.draws === 1 ? [examples, 1] : [examples, objective.draws, 1]),
        klWeight: tf.scalar(1),
      });
      return loss.dataSync()[0]!;
    };
    // Without noise z is what the encoder sees, s: -log p(x | z) + s^2 / 2.
    const byHandOf = (x: number, s: number): number =>
      weights.reduce((sum, weight) => sum + Math.log1p(Math.exp(weight * s)) - x * weight * s, (s * s) / 2);
    expect(lossOf(1)).toBeCloseTo(byHandOf(1, 1), 5);
    expect(lossOf(1, 0.25)).toBeCloseTo(byHandOf(1, 0.25), 5);
    expect(lossOf(0, 0.25)).toBeCloseTo(byHandOf(0, 0.25), 5);
  },
);

it('free bits change what is minimised alone', () => {
  const { loss, bound, reconstruction } = terms(evidenceObjective(5), 1);
  expect(bound).toBeCloseTo(reconstruction! + kl, 5);
  expect(loss).toBeCloseTo(reconstruction! + 5, 5); // one code, whose KL is below 5 nats
});

it.each([1, 0.25, 0])(
  'the importance-weighted objective is the log of the mean weight; weight of the KL %d',
  (weight) => {
    const { loss, bound, reconstruction, kl: found } = terms(importanceWeightedObjective(draws), weight);
    const boundBy = (factor: number): number =>
      -meanOver((example) => {
        const all = [0, 1, 2, 3].map((draw) => byHand(example, draw));
        const mean = all.reduce(
          (sum, { logProbability, logRatio }) => sum + Math.exp(logProbability + factor * logRatio),
          0,
        );
        return Math.log(mean / draws);
      });
    expect(bound).toBeCloseTo(boundBy(1), 5);
    expect(loss).toBeCloseTo(boundBy(weight), 5);
    expect(reconstruction).toBeCloseTo(
      -meanOver((example) => [0, 1, 2, 3].reduce((sum, draw) => sum + byHand(example, draw).logProbability, 0) / draws),
      5,
    );
    expect(found).toBeCloseTo(kl, 5);
  },
);
