import * as tf from '@tensorflow/tfjs-core';
import { openEngine, uniform } from '@kindred/engine';
import { batchNorm, constant, constantRate, Parameters, sgd, type Layer } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { roundOf } from './game.ts';
import type { Network } from './architecture/architecture.ts';
import { losses } from './losses/losses.ts';
import { regularisers } from './regularisers/regularisers.ts';

const parameters = () => new Parameters(new RandomStream('game'));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.log1p(Math.exp(x));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A player that plain gradient descent trains. */
function player(network: Network, { scope, state, rate }: { scope: Parameters; state: Parameters; rate: number }) {
  return {
    network,
    variables: scope.trainable,
    optimiser: sgd(state, scope.trainable),
    learningRate: constantRate(rate),
  };
}

/** G(z) = z + a and D(x) = w x, for points of one coordinate. */
function linearPlayers(all: Parameters, start: Readonly<Record<'a' | 'w' | 'rateOfG' | 'rateOfD', number>>) {
  const offset = all.scope('g').variable('a', [1], constant(start.a));
  const slope = all.scope('d').variable('w', [1], constant(start.w));
  const of = (name: string, rate: number) => ({ scope: all.scope(name), state: all.scope(`${name}-state`), rate });
  const players = {
    generator: player((z) => tf.add(z, offset), of('g', start.rateOfG)),
    discriminator: player((y) => tf.squeeze(tf.mul(y, slope), [1]), of('d', start.rateOfD)),
  };
  return { offset, slope, players };
}

describe('a round', () => {
  const x = [0.5, 1.5, 2.5, 1.1];
  const discriminatorNoise = [0.3, -0.4, 1.2, -1];
  const generatorNoise = [-0.7, 0.9, 0.1, 2];

  it('updates the discriminator, then the generator against the updated one: by hand for G(z) = z + a, D(x) = w x', async () => {
    const [a, w, rateOfG, rateOfD] = [-0.6, 0.4, 0.5, 0.3] as const;
    const all = parameters();
    const { offset, slope, players } = linearPlayers(all, { a, w, rateOfG, rateOfD });
    const round = roundOf('round', {
      ...players,
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
      generator: player(generatorNorm, { scope: all.scope('g'), state: all.scope('g-state'), rate: 0.1 }),
      discriminator: player((y, mode) => tf.squeeze(discriminatorNorm(y, mode), [1]), {
        scope: all.scope('d'),
        state: all.scope('d-state'),
        rate: 0.1,
      }),
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

  it('plays several critic steps, each with a batch, classes and noise of its own, then the generator with the last ones: by hand', async () => {
    // G(z, c) = z + a c; D(x, c) = w x c, w clipped after each update; with the Wasserstein loss all is linear.
    const [a, w, rateOfG, rateOfD, limit] = [0.5, 0.2, 0.1, 0.25, 0.6];
    const all = parameters();
    const offset = all.scope('g').variable('a', [1], constant(a));
    const slope = all.scope('d').variable('w', [1], constant(w));
    const asNumbers = (classes?: tf.Tensor): tf.Tensor => tf.reshape(tf.cast(classes!, 'float32'), [-1, 1]);
    const score = (y: tf.Tensor, classes?: tf.Tensor): tf.Tensor =>
      tf.squeeze(tf.mul(tf.mul(y, slope), asNumbers(classes)), [1]);
    const round = roundOf('round', {
      generator: player((z, _, classes) => tf.add(z, tf.mul(offset, asNumbers(classes))), {
        scope: all.scope('g'),
        state: all.scope('g-state'),
        rate: rateOfG,
      }),
      discriminator: {
        ...player((y, _, classes) => score(y, classes), {
          scope: all.scope('d'),
          state: all.scope('d-state'),
          rate: rateOfD,
        }),
        afterUpdate: () => slope.assign(tf.clipByValue(slope, -limit, limit)),
      },
      loss: losses.wasserstein,
      // 3 mean(|grad D|^2) on the real examples: 3 w^2 mean(c^2).
      regulariser: regularisers.r1(6),
      augmentation: {
        noise: (examples) => uniform([examples, 1]),
        apply: (y, shift) => tf.add(y, shift),
      },
      criticSteps: 3,
      conditional: true,
      latentSize: 1,
      batchShape: [2, 1],
    });
    expect(Object.keys(round.inputs)).toEqual([
      'x',
      'classes',
      'discriminatorNoise',
      'generatorNoise',
      'discriminatorRate',
      'generatorRate',
      'realAugmentation',
      'fakeAugmentation',
      'generatorAugmentation',
    ]);
    const xs = [1, 2, -1, 0.5, 3, 1];
    const classes = [1, 2, 3, 1, 2, 2];
    const zs = [0.1, -0.2, 0.3, 0.7, -0.5, 0.4];
    const shifts = [0.3, 0.1, 0.9, 0.2, 0.6, 0.5];
    const fakeShifts = [0.8, 0.2, 0.1, 0.4, 0.5, 0.7];
    const [generatorNoise, generatorShifts] = [
      [1, -1],
      [0.25, 0.75],
    ];

    let now = w;
    let last = { loss: 0, penalty: 0, norm: 0 };
    for (let step = 0; step < 3; step++) {
      const [i, j] = [2 * step, 2 * step + 1];
      const on = (f: (k: number) => number): number => (f(i) + f(j)) / 2;
      const realMean = on((k) => (xs[k]! + shifts[k]!) * classes[k]!);
      const fakeMean = on((k) => (zs[k]! + a * classes[k]! + fakeShifts[k]!) * classes[k]!);
      const squares = on((k) => classes[k]! ** 2);
      const gradient = fakeMean - realMean + 6 * now * squares;
      last = { loss: now * (fakeMean - realMean), penalty: 3 * now * now * squares, norm: Math.abs(gradient) };
      now = Math.min(limit, Math.max(-limit, now - rateOfD * gradient));
    }
    // The generator's loss: -w mean((z + a c + shift) c), with the classes of the last batch.
    const ofLast = [4, 5].map((k) => classes[k]!);
    const newA = a + rateOfG * now * mean(ofLast.map((c) => c * c));

    for (const kind of ['cpu', 'onnx'] as const) {
      offset.assign(tf.tensor1d([a]));
      slope.assign(tf.tensor1d([w]));
      const engine = await openEngine({ kind });
      const compiled = await engine.compile(round);
      const results = await compiled.run({
        x: Float32Array.from(xs),
        classes: Int32Array.from(classes),
        discriminatorNoise: Float32Array.from(zs),
        generatorNoise: Float32Array.from(generatorNoise!),
        discriminatorRate: Float32Array.of(rateOfD),
        generatorRate: Float32Array.of(rateOfG),
        realAugmentation: Float32Array.from(shifts),
        fakeAugmentation: Float32Array.from(fakeShifts),
        generatorAugmentation: Float32Array.from(generatorShifts!),
      });
      expect(engine.read(slope)[0]).toBeCloseTo(now, 5);
      expect(engine.read(offset)[0]).toBeCloseTo(newA, 5);
      expect(results['discriminatorLoss']![0]).toBeCloseTo(last.loss + last.penalty, 5);
      expect(results['gradientPenalty']![0]).toBeCloseTo(last.penalty, 5);
      expect(results['discriminatorGradientNorm']![0]).toBeCloseTo(last.norm, 4);
      const forged = generatorNoise!.map((z, k) => (z + a * ofLast[k]! + generatorShifts![k]!) * ofLast[k]!);
      expect(results['generatorLoss']![0]).toBeCloseTo(-now * mean(forged), 5);
      await engine.dispose();
    }
    all.dispose();
  });

  it('pairs fakes with the real examples of the last critic step, in order: by hand for the relativistic loss', async () => {
    // G(z) = z + a, D(x) = w x; what the discriminator sees is shifted by its noise.
    const [a, w, rateOfG, rateOfD] = [-0.6, 0.4, 0.5, 0.3] as const;
    const all = parameters();
    const { offset, slope, players } = linearPlayers(all, { a, w, rateOfG, rateOfD });
    const round = roundOf('round', {
      ...players,
      loss: losses.relativistic,
      augmentation: { noise: (examples) => uniform([examples, 1]), apply: (y, shift) => tf.add(y, shift) },
      criticSteps: 2,
      latentSize: 1,
      batchShape: [2, 1],
    });
    const [shifts, fakeShifts] = [
      [0.3, 0.1, 0.9, 0.2],
      [0.8, 0.2, 0.1, 0.4],
    ];
    const seen = x.map((v, i) => v + shifts[i]!);
    const fakes = discriminatorNoise.map((z, i) => z + a + fakeShifts[i]!);
    let now = w;
    for (const pairs of [
      [0, 1],
      [2, 3],
    ]) {
      const leads = pairs.map((i) => seen[i]! - fakes[i]!);
      now -= rateOfD * mean(leads.map((lead) => -lead * sigmoid(-now * lead)));
    }
    const [z, generatorShifts] = [
      [-0.7, 2],
      [0.6, 0.5],
    ];
    const leads = z.map((v, i) => v + a + generatorShifts[i]! - seen[2 + i]!);
    const newA = a - rateOfG * mean(leads.map((lead) => -now * sigmoid(-now * lead)));

    const engine = await openEngine({ kind: 'cpu' });
    const compiled = await engine.compile(round);
    const results = await compiled.run({
      x: Float32Array.from(x),
      discriminatorNoise: Float32Array.from(discriminatorNoise),
      generatorNoise: Float32Array.from(z),
      discriminatorRate: Float32Array.of(rateOfD),
      generatorRate: Float32Array.of(rateOfG),
      realAugmentation: Float32Array.from(shifts),
      fakeAugmentation: Float32Array.from(fakeShifts),
      generatorAugmentation: Float32Array.from(generatorShifts),
    });
    expect(engine.read(slope)[0]).toBeCloseTo(now, 5);
    expect(engine.read(offset)[0]).toBeCloseTo(newA, 5);
    expect(results['generatorLoss']![0]).toBeCloseTo(mean(leads.map((lead) => softplus(-now * lead))), 5);
    await engine.dispose();
    all.dispose();
  });
});
