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
import { madeNetwork, type MadeNetwork, type NetworkConfig } from './made-network.ts';
import { blocksOf, logitMask, unitMask } from './masks.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'onnx' });
});
afterAll(() => engine.dispose());

/** A network whose present connections are all random: the model's own start at 0 in part. */
function randomNetwork(config: NetworkConfig): { network: MadeNetwork; parameters: Parameters } {
  const parameters = new Parameters(new RandomStream(0));
  const network = madeNetwork(parameters, config);
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
    { rows: 3, width: 4, hidden: 40, localFeatures: 0 },
    { rows: 3, width: 3, hidden: 4, localFeatures: 0 },
    { rows: 3, width: 3, hidden: 4, localFeatures: 5 },
    { rows: 5, width: 8, hidden: 60, localFeatures: 8 },
  ])(
    'logit i depends on the pixels before i, on all of them, and on no other ' +
      '($rows x $width pixels, $hidden units, $localFeatures local features)',
    (config) => {
      const { network, parameters } = randomNetwork(config);
      const pixels = config.rows * config.width;
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
    const { network, parameters } = randomNetwork({ rows: 4, width: 5, hidden: 33, localFeatures: 0 });
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

describe('localContext', () => {
  it('is a convolution of 7 x 7 whose taps from the pixel itself on are absent', () => {
    const [rows, width, features] = [6, 9, 20];
    const { network, parameters } = randomNetwork({ rows, width, hidden: 8, localFeatures: features });
    const difference = tf.tidy(() => {
      const x = bits(16, rows * width);
      const local = (name: string) => parameters.all[`local/${name}`]!;
      const kernel = tf.concat([local('view-kernel'), tf.zeros([49 - 24, features])]).reshape([7, 7, 1, features]);
      const seen = tf.conv2d(x.reshape([16, rows, width, 1]) as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');
      const first = tf.relu(tf.add(seen.reshape([-1, features]), tf.transpose(local('view-bias'))));
      const second = tf.relu(tf.add(tf.matMul(first, local('mix-kernel')), tf.transpose(local('mix-bias'))));
      const logits = tf.matMul(second, local('logit-kernel')).reshape([16, rows * width]);
      return tf.max(tf.abs(tf.sub(logits, network.local!.logits(x)))).dataSync()[0]!;
    });
    expect(difference).toBeLessThan(1e-3); // float32 sums of 20 products of order 50, added in another order
    parameters.dispose();
  });

  it('sees three rows up and three pixels to the sides, and says the same wherever the view is the same', () => {
    const [rows, width] = [9, 11];
    const { network, parameters } = randomNetwork({ rows, width, hidden: 8, localFeatures: 20 });
    const centre = 5 * width + 5;
    const seen = tf.tidy(() => {
      const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.slice(network.local!.logits(x), [0, centre], [-1, 1])));
      return [...tf.sum(tf.abs(slope(bits(64, rows * width))), 0).dataSync()];
    });
    seen.forEach((value, j) => {
      const [down, right] = [Math.floor(j / width) - 5, (j % width) - 5];
      const near = (down >= -3 && down < 0 && Math.abs(right) <= 3) || (down === 0 && right >= -3 && right < 0);
      expect(value > 0, `pixel ${down} down, ${right} to the right`).toBe(near);
    });
    const dark = [...tf.tidy(() => network.local!.logits(tf.zeros([1, rows * width]))).dataSync()];
    dark.forEach((value) => expect(Math.abs(value - dark[0]!)).toBeLessThan(1e-4)); // the same sums, place by place
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
  it.each([0, 8])(
    'the probabilities of all 512 binary 3 x 3 images sum to 1, and two of them have most of it (%i local features)',
    async (localFeatures) => {
      const model = build([3, 3, 1], { localFeatures });
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
    },
  );

  it.each([
    { rows: 5, width: 5, hidden: 30, localFeatures: 0 },
    { rows: 5, width: 5, hidden: 30, localFeatures: 8 },
    { rows: 8, width: 9, hidden: 30, localFeatures: 8 },
    { rows: 2, width: 2, hidden: 8, localFeatures: 8 },
  ])(
    'the cached sampler shows the probabilities that a whole forward pass gives for the pixels it drew: %o',
    async (config) => {
      const { rows, width, hidden, localFeatures } = config;
      const { network, parameters } = randomNetwork(config);
      const options = { count: 12, batchSize: 12 };
      const drawn = async (emission: string): Promise<Float32Array> => {
        const model = build([rows, width, 1], { hidden, localFeatures, emission });
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
        return tf.sigmoid(network.logits(tf.tensor(binary, [12, rows * width]))).dataSync();
      });
      parameters.dispose();
      expect(new Set(binary)).toEqual(new Set([0, 1]));
      shown.forEach((value, i) => expect(Math.abs(value - naive[i]!)).toBeLessThan(1e-5)); // float32 sums in another order
    },
  );
});
