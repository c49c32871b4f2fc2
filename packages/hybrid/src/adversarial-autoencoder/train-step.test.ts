import { openEngine, type Engine } from '@kindred/engine';
import { constantRate } from '@kindred/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slopesOf } from '../testing/finite-differences.ts';
import { linearNetworks, type Coefficient, type Coefficients } from '../testing/linear-networks.ts';
import { adversarialAutoencoderStep } from './train-step.ts';

const start: Coefficients = { a: 0.7, b: 0.2, s: -0.6, c: 1.1, d: -0.3, e: 0.8, f: 1.3 };
const x = [0.5, -1.5, 2, 1.1];
const posteriorNoise = [0.3, -0.4, 1.2, -1];
const priorNoise = [-0.7, 0.9, 0.1, 2];
const [rate, discriminatorRate, deceptionRate] = [0.1, 0.3, 0.2];

const softplus = (value: number): number => Math.log1p(Math.exp(value));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** All losses in plain numbers. */
function losses({ a, b, s, c, d, e, f }: Coefficients, gaussian: boolean) {
  const codes = x.map((value, i) => a * value + b + (gaussian ? Math.exp(s) * posteriorNoise[i]! : 0));
  const score = (z: number): number => f * Math.tanh(e * z);
  return {
    squaredError: mean(codes.map((z, i) => (c * z + d - x[i]!) ** 2)),
    discriminatorLoss: mean(priorNoise.map((z) => softplus(-score(z)))) + mean(codes.map((z) => softplus(score(z)))),
    deceptionLoss: mean(codes.map((z) => softplus(-score(z)))),
    // Scores are above 0 where codes are, as e and f are.
    discriminatorAccuracy: (mean(priorNoise.map((z) => (z > 0 ? 1 : 0))) + mean(codes.map((z) => (z > 0 ? 0 : 1)))) / 2,
  };
}

describe.each([{ gaussian: true }, { gaussian: false }])(
  'a step on networks of one number, gaussian $gaussian',
  (which) => {
    const { gaussian } = which;
    const encoder: readonly Coefficient[] = gaussian ? ['a', 'b', 's'] : ['a', 'b'];
    let engine: Engine;
    beforeAll(async () => {
      engine = await openEngine({ kind: 'cpu' });
    });
    afterAll(() => engine.dispose());

    it('reconstructs, then judges, then deceives, each from where the update before led', async () => {
      const { parameters, variables, autoencoder, discriminator, player } = linearNetworks(start, which);
      let updates = 0;
      const train = await engine.compile(
        adversarialAutoencoderStep({
          autoencoder,
          discriminator,
          players: {
            autoencoder: player(...encoder, 'c', 'd'),
            discriminator: player('e', 'f'),
            encoder: player(...encoder),
          },
          afterUpdate: () => (updates += 1),
          learningRate: constantRate(rate),
          discriminatorRate: constantRate(discriminatorRate),
          deceptionRate: constantRate(deceptionRate),
          batchSize: 4,
        }),
      );
      const outputs = await train.run({
        x: Float32Array.from(x),
        ...(gaussian && { posteriorNoise: Float32Array.from(posteriorNoise) }),
        priorNoise: Float32Array.from(priorNoise),
        learningRate: Float32Array.of(rate),
        discriminatorRate: Float32Array.of(discriminatorRate),
        deceptionRate: Float32Array.of(deceptionRate),
      });

      let at = start;
      /** Gradient descent on one loss; the value before it. */
      const descend = (
        name: 'squaredError' | 'discriminatorLoss' | 'deceptionLoss',
        { names, by }: { readonly names: readonly Coefficient[]; readonly by: number },
      ): number => {
        const loss = (where: Coefficients) => losses(where, gaussian)[name];
        const before = loss(at);
        const slopes = slopesOf(loss, at, names);
        for (const one of names) expect(Math.abs(slopes[one])).toBeGreaterThan(1e-3);
        at = { ...at, ...Object.fromEntries(names.map((one) => [one, at[one] - by * slopes[one]])) };
        return before;
      };
      const squaredError = descend('squaredError', { names: [...encoder, 'c', 'd'], by: rate });
      const { discriminatorAccuracy } = losses(at, gaussian);
      const discriminatorLoss = descend('discriminatorLoss', { names: ['e', 'f'], by: discriminatorRate });
      const deceptionLoss = descend('deceptionLoss', { names: encoder, by: deceptionRate });

      const expected = { squaredError, discriminatorLoss, deceptionLoss, discriminatorAccuracy };
      expect(Object.keys(outputs)).toEqual(Object.keys(expected));
      for (const [name, value] of Object.entries(expected)) expect(outputs[name]![0]).toBeCloseTo(value, 5);
      for (const [name, variable] of Object.entries(variables)) {
        expect(engine.read(variable)[0]).toBeCloseTo(at[name as Coefficient], 5);
      }
      expect(updates).toBe(1);
      await train.dispose();
      parameters.dispose();
    });
  },
);
