import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from '@kindred/engine';
import { batchNorm, constant, constantRate, Parameters, sgd, type Layer } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { roundOf } from './game.ts';
import { losses } from './losses/losses.ts';

const parameters = () => new Parameters(new RandomStream('game'));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.log1p(Math.exp(x));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A player that plain gradient descent trains. */
function player(network: Layer, scope: Parameters, state: Parameters, rate: number) {
  return {
    network,
    variables: scope.trainable,
    optimiser: sgd(state, scope.trainable),
    learningRate: constantRate(rate),
  };
}

describe('a round', () => {
  const x = [0.5, 1.5, 2.5, 1.1];
  const discriminatorNoise = [0.3, -0.4, 1.2, -1];
  const generatorNoise = [-0.7, 0.9, 0.1, 2];

  it('updates the discriminator, then the generator against the updated one: by hand for G(z) = z + a, D(x) = w x', async () => {
    const [a, w, rateOfG, rateOfD] = [-0.6, 0.4, 0.5, 0.3];
    const all = parameters();
    const offset = all.scope('g').variable('a', [1], constant(a));
    const slope = all.scope('d').variable('w', [1], constant(w));
    const round = roundOf('round', {
      generator: player((z) => tf.add(z, offset), all.scope('g'), all.scope('g-state'), rateOfG),
      discriminator: player((y) => tf.squeeze(tf.mul(y, slope), [1]), all.scope('d'), all.scope('d-state'), rateOfD),
      loss: losses['non-saturating'],
      latentSize: 1,
      batchShape: [4, 1],
    });
    const fakes = discriminatorNoise.map((z) => z + a);
    const slopeOfD = mean(x.map((v) => -v * sigmoid(-w * v))) + mean(fakes.map((v) => v * sigmoid(w * v)));
    const newW = w - rateOfD * slopeOfD;
    const forgeries = generatorNoise.map((z) => z + a);
    const newA = a - rateOfG * mean(forgeries.map((v) => -newW * sigmoid(-newW * v)));

    for (const kind of ['cpu', 'onnx'] as const) {
      offset.assign(tf.tensor1d([a]));
      slope.assign(tf.tensor1d([w]));
      const engine = await openEngine({ kind });
      const compiled = await engine.compile(round);
      const results = await compiled.run({
        x: Float32Array.from(x),
        discriminatorNoise: Float32Array.from(discriminatorNoise),
        generatorNoise: Float32Array.from(generatorNoise),
        discriminatorRate: Float32Array.of(rateOfD),
        generatorRate: Float32Array.of(rateOfG),
      });
      expect(engine.read(slope)[0]).toBeCloseTo(newW, 5);
      expect(engine.read(offset)[0]).toBeCloseTo(newA, 5);
      expect(Object.keys(results)).toEqual([
        'discriminatorLoss',
        'generatorLoss',
        'realScore',
        'fakeScore',
        'discriminatorAccuracy',
        'discriminatorGradientNorm',
        'generatorGradientNorm',
      ]);
      expect(results['discriminatorLoss']![0]).toBeCloseTo(
        mean(x.map((v) => softplus(-w * v))) + mean(fakes.map((v) => softplus(w * v))),
        5,
      );
      expect(results['generatorLoss']![0]).toBeCloseTo(mean(forgeries.map((v) => softplus(-newW * v))), 5);
      expect(results['realScore']![0]).toBeCloseTo(mean(x) * w, 5);
      expect(results['fakeScore']![0]).toBeCloseTo(mean(fakes) * w, 5);
      expect(results['discriminatorAccuracy']![0]).toBe((4 + 3) / 8); // all x and one of the fakes lie above 0
      expect(results['discriminatorGradientNorm']![0]).toBeCloseTo(Math.abs(slopeOfD), 5);
      expect(results['generatorGradientNorm']![0]).toBeCloseTo(Math.abs(newA - a) / rateOfG, 5);
      await engine.dispose();
    }
    all.dispose();
  });

  it("moves batch averages once: the generator's by its own update, the discriminator's by the real examples", async () => {
    const all = parameters();
    const norms = (['g', 'd'] as const).map((name) => batchNorm(all.scope(name), { channels: 1, momentum: 0.75 }));
    const [generatorNorm, discriminatorNorm] = norms as [Layer, Layer];
    const round = roundOf('round', {
      generator: player(generatorNorm, all.scope('g'), all.scope('g-state'), 0.1),
      discriminator: player(
        (y, mode) => tf.squeeze(discriminatorNorm(y, mode), [1]),
        all.scope('d'),
        all.scope('d-state'),
        0.1,
      ),
      loss: losses['non-saturating'],
      latentSize: 1,
      batchShape: [4, 1],
    });
    const engine = await openEngine({ kind: 'cpu' });
    const compiled = await engine.compile(round);
    await compiled.run({
      x: Float32Array.from(x),
      discriminatorNoise: Float32Array.from(discriminatorNoise),
      generatorNoise: Float32Array.from(generatorNoise),
      discriminatorRate: Float32Array.of(0.1),
      generatorRate: Float32Array.of(0.1),
    });
    // The averages start at 0.
    expect(engine.read(all.all['g/moving-mean']!)[0]).toBeCloseTo(0.25 * mean(generatorNoise), 6);
    expect(engine.read(all.all['d/moving-mean']!)[0]).toBeCloseTo(0.25 * mean(x), 6);
    await engine.dispose();
    all.dispose();
  });
});
