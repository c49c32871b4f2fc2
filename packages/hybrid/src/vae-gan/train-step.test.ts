import { openEngine } from '@kindred/engine';
import { constantRate } from '@kindred/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '@kindred/engine';
import { slopesOf } from '../testing/finite-differences.ts';
import { linearNetworks, type Coefficient, type Coefficients } from '../testing/linear-networks.ts';
import { vaeGanStep } from './train-step.ts';

const start: Coefficients = { a: 0.7, b: 0.2, s: -0.6, c: 1.1, d: -0.3, e: 0.8, f: 1.3 };
const x = [0.5, -1.5, 2, 1.1];
const posteriorNoise = [0.3, -0.4, 1.2, -1];
const priorNoise = [-0.7, 0.9, 0.1, 2];
const [klWeight, similarityWeight] = [0.7, 0.4];
const [rate, discriminatorRate] = [0.5, 0.3];

const softplus = (value: number): number => Math.log1p(Math.exp(value));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** All losses in plain numbers. */
function losses({ a, b, s, c, d, e, f }: Coefficients) {
  const reconstructions = x.map((value, i) => c * (a * value + b + Math.exp(s) * posteriorNoise[i]!) + d);
  const samples = priorNoise.map((z) => c * z + d);
  const feature = (value: number): number => Math.tanh(e * value);
  const fakes = (cost: (score: number) => number): number =>
    mean(reconstructions.map((value) => cost(f * feature(value)))) +
    mean(samples.map((value) => cost(f * feature(value))));
  return {
    squaredError: mean(x.map((value, i) => (reconstructions[i]! - value) ** 2)),
    similarity: mean(x.map((value, i) => (feature(reconstructions[i]!) - feature(value)) ** 2 / 2)),
    kl: mean(x.map((value) => ((a * value + b) ** 2 + Math.exp(2 * s) - 1) / 2 - s)),
    discriminator: mean(x.map((value) => softplus(-f * feature(value)))) + fakes(softplus),
    deception: fakes((score) => softplus(-score)),
    // Scores are above 0 where what is scored is, as e and f are.
    accuracy:
      (mean(x.map((value) => (value > 0 ? 1 : 0))) +
        mean([...reconstructions, ...samples].map((value) => (value > 0 ? 0 : 1)))) /
      2,
  };
}

describe('a step of VAE/GAN on networks of one number', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ kind: 'cpu' });
  });
  afterAll(() => engine.dispose());

  /** Outputs of one step from `start`, and where it leads. */
  async function step() {
    const { parameters, variables, autoencoder, discriminator, player } = linearNetworks(start, { gaussian: true });
    let updates = 0;
    const train = await engine.compile(
      vaeGanStep({
        autoencoder,
        discriminator,
        players: { encoder: player('a', 'b', 's'), decoder: player('c', 'd'), discriminator: player('e', 'f') },
        afterUpdate: () => (updates += 1),
        klWeight,
        similarityWeight,
        learningRate: constantRate(rate),
        discriminatorRate: constantRate(discriminatorRate),
        batchSize: 4,
      }),
    );
    const outputs = await train.run({
      x: Float32Array.from(x),
      posteriorNoise: Float32Array.from(posteriorNoise),
      priorNoise: Float32Array.from(priorNoise),
      learningRate: Float32Array.of(rate),
      discriminatorRate: Float32Array.of(discriminatorRate),
    });
    const after = Object.fromEntries(
      Object.entries(variables).map(([name, variable]) => [name, engine.read(variable)[0]!]),
    ) as Record<Coefficient, number>;
    await train.dispose();
    parameters.dispose();
    return { outputs, after, updates };
  }

  it('gives each network the gradient of its own loss alone, all at the parameters before the step', async () => {
    const { after, updates } = await step();
    // The encoder knows nothing of the adversary, the discriminator nothing of the similarity in its features.
    const players = [
      { names: ['a', 'b', 's'], at: rate, loss: (c: Coefficients) => klWeight * losses(c).kl + losses(c).similarity },
      {
        names: ['c', 'd'],
        at: rate,
        loss: (c: Coefficients) => similarityWeight * losses(c).similarity + losses(c).deception,
      },
      { names: ['e', 'f'], at: discriminatorRate, loss: (c: Coefficients) => losses(c).discriminator },
    ] as const;
    for (const { names, at, loss } of players) {
      const slopes = slopesOf(loss, start, names);
      for (const name of names) {
        expect(Math.abs(slopes[name])).toBeGreaterThan(0.01);
        expect(after[name]).toBeCloseTo(start[name] - at * slopes[name], 5);
      }
    }
    expect(updates).toBe(1);
  });

  it('reports the terms as they were before the step, the squared error first', async () => {
    const { outputs } = await step();
    const { squaredError, similarity, kl, discriminator, deception, accuracy } = losses(start);
    expect(Object.keys(outputs)[0]).toBe('squaredError');
    const expected = {
      squaredError,
      similarityLoss: similarity,
      kl,
      discriminatorLoss: discriminator,
      deceptionLoss: deception,
      discriminatorAccuracy: accuracy,
    };
    expect(Object.keys(outputs)).toEqual(Object.keys(expected));
    for (const [name, value] of Object.entries(expected)) expect(outputs[name]![0]).toBeCloseTo(value, 5);
  });

  it('refuses an encoder without a variance', async () => {
    const { parameters, autoencoder, discriminator, player } = linearNetworks(start, { gaussian: false });
    const train = vaeGanStep({
      autoencoder,
      discriminator,
      players: { encoder: player('a', 'b'), decoder: player('c', 'd'), discriminator: player('e', 'f') },
      afterUpdate: () => undefined,
      klWeight,
      similarityWeight,
      learningRate: constantRate(rate),
      discriminatorRate: constantRate(rate),
      batchSize: 4,
    });
    await expect(
      (async () => {
        const compiled = await engine.compile(train);
        await compiled.run({
          x: new Float32Array(4),
          posteriorNoise: new Float32Array(4),
          priorNoise: new Float32Array(4),
          learningRate: Float32Array.of(1),
          discriminatorRate: Float32Array.of(1),
        });
      })(),
    ).rejects.toThrow(/needs a Gaussian posterior/);
    parameters.dispose();
  });
});
