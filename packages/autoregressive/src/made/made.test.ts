import * as tf from '@tensorflow/tfjs-core';
import { openEngine, type Engine } from '@kindred/engine';
import {
  disposeModel,
  drawSamples,
  logLikelihoods,
  openTrainer,
  resolveOptions,
  type GenerativeModel,
} from '@kindred/model';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoregressive } from '../family.ts';
import { madeNetwork, type MadeNetwork } from './made-network.ts';
import { blocksOf, logitMask, unitMask } from './masks.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'onnx' });
});
afterAll(() => engine.dispose());

/** A network whose present connections are all random: the model's own start at 0 in part. */
function randomNetwork(pixels: number, hidden: number): { network: MadeNetwork; parameters: Parameters } {
  const parameters = new Parameters(new RandomStream(0));
  const network = madeNetwork(parameters, pixels, hidden);
  const random = new RandomStream(1);
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(parameters.trainable)) {
      const values = random.fillNormal(new Float32Array(variable.size));
      variable.assign(network.masked({ [name]: tf.tensor(values, variable.shape) })[name]!);
    }
  });
  return { network, parameters };
}

const bits = (count: number, pixels: number, random = new RandomStream(2)): tf.Tensor =>
  tf.tensor(random.fillUniform(new Float32Array(count * pixels)).map(Math.round), [count, pixels]);

describe('blocksOf', () => {
  it.each([
    { pixels: 784, hidden: 500, count: 7 },
    { pixels: 10, hidden: 3, count: 4 },
    { pixels: 2, hidden: 5, count: 7 },
    { pixels: 1, hidden: 2, count: 7 },
  ])('gives each pixel and each unit to one block: $pixels pixels, $hidden units', ({ pixels, hidden, count }) => {
    const blocks = blocksOf(pixels, hidden, count);
    expect(blocks.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))).toEqual(
      Array.from({ length: pixels }, (_, i) => i),
    );
    const degrees = blocks.flatMap(({ degrees }) => degrees);
    expect(degrees).toHaveLength(hidden);
    for (const { from, to, degrees } of blocks) {
      expect(degrees.every((degree) => from < degree && degree <= to)).toBe(true);
    }
  });

  it('masks of a worked example: 4 pixels, 3 units, 2 blocks', () => {
    const blocks = blocksOf(4, 3, 2);
    expect(blocks).toEqual([
      { from: 0, to: 2, degrees: [1, 2] },
      { from: 2, to: 4, degrees: [3] },
    ]);
    expect([...unitMask(blocks[0]!)]).toEqual([1, 1, 0, 1]); // pixels 0, 1 by units of degree 1, 2
    expect([...unitMask(blocks[1]!)]).toEqual([1, 1, 1, 0]);
    // Features pixel 0, pixel 1, unit 1, unit 2 by pixels 0, 1.
    expect([...logitMask(blocks, 0)]).toEqual([0, 1, 0, 0, 0, 1, 0, 0]);
    // The same four, then pixel 2, pixel 3, unit 3, by pixels 2, 3.
    expect([...logitMask(blocks, 1)]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1]);
  });
});

describe('madeNetwork', () => {
  it.each([
    { pixels: 12, hidden: 40 },
    { pixels: 9, hidden: 4 },
  ])(
    'logit i depends on the pixels before i, on all of them, and on no other ($pixels pixels, $hidden units)',
    ({ pixels, hidden }) => {
      const { network, parameters } = randomNetwork(pixels, hidden);
      const slopes = tf.tidy(() => {
        const x = tf.mul(bits(64, pixels), 1); // several points, so that no unit is silent at all of them
        return Array.from({ length: pixels }, (_, i) => {
          const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.slice(network.logits(x), [0, i], [-1, 1])));
          return [...tf.sum(tf.abs(slope(x)), 0).dataSync()];
        });
      });
      slopes.forEach((row, i) => row.forEach((value, j) => expect(value > 0, `logit ${i}, pixel ${j}`).toBe(j < i)));
      parameters.dispose();
    },
  );

  it('its whole kernels are what its blocks compute', () => {
    const { network, parameters } = randomNetwork(20, 33);
    const difference = tf.tidy(() => {
      const x = bits(16, 20);
      const { units, unitBias, outputs, direct, logitBias } = network.kernels();
      const hidden = tf.relu(tf.add(tf.matMul(x, units), unitBias));
      const logits = tf.add(tf.add(tf.matMul(hidden, outputs), tf.matMul(x, direct)), logitBias);
      return tf.max(tf.abs(tf.sub(logits, network.logits(x)))).dataSync()[0]!;
    });
    expect(difference).toBeLessThan(1e-4); // sums of 53 products of order 5 in float32, added in another order
    parameters.dispose();
  });
});

function build(shape: readonly [number, number, number], overrides: Record<string, unknown> = {}): GenerativeModel {
  return autoregressive.build({
    data: { kind: 'image', shape, range: [0, 1], classes: 0 },
    options: resolveOptions(autoregressive, 'standard', { hidden: 24, learningRate: 0.05, ...overrides }),
    batchSize: 16,
    trainExamples: 16,
    totalSteps: 600,
    random: new RandomStream(3),
  });
}

/** Trains on 3 x 3 images that are all dark or all bright, both equally often. */
async function train(model: GenerativeModel, steps: number): Promise<void> {
  const examples = Float32Array.from({ length: 16 * 9 }, (_, i) => Math.floor(i / 9) % 2);
  const trainer = await openTrainer(engine, model, { batches: () => ({ examples }), noise: new RandomStream(4) });
  for (let step = 0; step < steps; step++) await trainer.step();
  await trainer.dispose();
}

describe('made on images', () => {
  it('the probabilities of all 512 binary 3 x 3 images sum to 1, and two of them have most of it', async () => {
    const model = build([3, 3, 1]);
    await train(model, 600);
    const images = Float32Array.from({ length: 512 * 9 }, (_, i) => (Math.floor(i / 9) >> (i % 9)) & 1);
    const nats = await logLikelihoods(engine, model, images, {
      count: 512,
      batchSize: 512,
      random: new RandomStream(5),
    });
    const sum = nats.reduce((total, value) => total + Math.exp(value), 0);
    expect(Math.abs(sum - 1)).toBeLessThan(1e-5); // float32 logits: each of nine factors is known to about 1e-7
    // The best possible is 1/2 each, and pixels that do not know of each other give them 2^-9.
    expect(Math.exp(nats[0]!)).toBeGreaterThan(0.4);
    expect(Math.exp(nats[511]!)).toBeGreaterThan(0.4);
    disposeModel(model);
  });

  it('the cached sampler shows the probabilities that a whole forward pass gives for the pixels it drew', async () => {
    const [pixels, hidden] = [25, 30];
    const { network, parameters } = randomNetwork(pixels, hidden);
    const options = { count: 12, batchSize: 12 };
    const drawn = async (emission: string): Promise<Float32Array> => {
      const model = build([5, 5, 1], { hidden, emission });
      for (const [name, variable] of Object.entries(parameters.all)) {
        engine.write(
          model.parameters[name]!,
          engine.read(variable).map((value) => value / 4),
        );
      }
      const samples = await drawSamples(engine, model, { ...options, random: new RandomStream(6) });
      disposeModel(model);
      return samples;
    };
    const [binary, shown] = [await drawn('sample'), await drawn('probability')];
    const naive = tf.tidy(() => {
      for (const variable of Object.values(parameters.all)) variable.assign(tf.div(variable, 4));
      return tf.sigmoid(network.logits(tf.tensor(binary, [12, pixels]))).dataSync();
    });
    parameters.dispose();
    expect(new Set(binary)).toEqual(new Set([0, 1]));
    shown.forEach((value, i) => expect(Math.abs(value - naive[i]!)).toBeLessThan(1e-5)); // float32 sums in another order
  });
});
