import * as tf from '@tensorflow/tfjs-core';
import { openEngine, type Engine } from '@kindred/engine';
import { disposeModel, drawSamples, logLikelihoods, resolveOptions, type GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoregressive } from './family.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'onnx' });
});
afterAll(() => engine.dispose());

const small = { hidden: 30, localFeatures: 6, orders: 3, channels: 6, blocks: 3, heads: 2, headSize: 4 };

/** A model all of whose weights are random (some start at 0) but for the logits' biases. The same ones for the same variant and data. */
function randomModel(data: Parameters<typeof autoregressive.build>[0]['data'], variant: string, overrides = {}) {
  const model = autoregressive.build({
    data,
    options: resolveOptions(autoregressive, variant, { ...small, ...overrides }),
    batchSize: 4,
    trainExamples: 4,
    totalSteps: 10,
    random: new RandomStream(0),
  });
  const random = new RandomStream(1);
  for (const [name, variable] of Object.entries(model.parameters)) {
    // MADE keeps what its masks leave out at 0, and orders are not weights.
    if (!variable.trainable) continue;
    const values = engine.read(variable) as Float32Array;
    const masked = /^(units|logits)-\d+$/.test(name);
    const fixed = /^(head|head-2|logit)[/-]bias$/.test(name);
    const mean = name.endsWith('/scale') ? 1 : 0;
    engine.write(
      variable,
      values.map((value) => (fixed || (masked && value === 0) ? 0 : mean + 0.5 * random.normal())),
    );
  }
  return model;
}

const image = (rows: number, width: number) =>
  ({ kind: 'image', shape: [rows, width, 1], range: [0, 1], classes: 0 }) as const;
const sequence = (length: number, vocabulary: number) =>
  ({ kind: 'sequence', shape: [length], range: [0, vocabulary - 1], vocabulary, classes: 0 }) as const;
const imageVariants = ['standard', 'made-orders', 'pixelcnn', 'gated-pixelcnn', 'gpt'];

/** All sequences of `length` digits below `base`. */
const allOf = (base: number, length: number): Float32Array =>
  Float32Array.from(
    { length: base ** length * length },
    (_, i) => Math.floor(Math.floor(i / length) / base ** (i % length)) % base,
  );

async function totalProbability(model: GenerativeModel, examples: Float32Array, count: number): Promise<number> {
  const random = new RandomStream(5);
  const nats = await logLikelihoods(engine, model, examples, { count, batchSize: count, random });
  return nats.reduce((sum, value) => sum + Math.exp(value), 0);
}

describe('likelihoods', () => {
  it.each(imageVariants)('%s: the probabilities of all 512 binary 3 x 3 images sum to 1', async (variant) => {
    const model = randomModel(image(3, 3), variant);
    const images = allOf(2, 9);
    const random = new RandomStream(5);
    const nats = await logLikelihoods(engine, model, images, { count: 512, batchSize: 512, random });
    expect(Math.max(...nats) - Math.min(...nats)).toBeGreaterThan(3); // far from uniform: the sum means something
    const sum = await totalProbability(model, images, 512);
    expect(Math.abs(sum - 1)).toBeLessThan(1e-5); // float32 logits: each of nine factors is known to about 1e-7
    disposeModel(model);
  });

  it('gpt: the probabilities of all 243 sequences of five tokens out of three sum to 1', async () => {
    const model = randomModel(sequence(5, 3), 'gpt');
    expect(Math.abs((await totalProbability(model, allOf(3, 5), 243)) - 1)).toBeLessThan(1e-5);
    disposeModel(model);
  });
});

describe('samplers', () => {
  const drawn = async (model: GenerativeModel, batchSize: number, seed = 7): Promise<Float32Array> => {
    const samples = await drawSamples(engine, model, { count: 10, batchSize, random: new RandomStream(seed) });
    disposeModel(model);
    return samples;
  };

  it.each(imageVariants.flatMap((variant) => ['probability', 'sample'].map((emission) => ({ variant, emission }))))(
    '$variant: cached and naive give the same, $emission, draw after draw',
    async ({ variant, emission }) => {
      // 5 does not divide 10 images into groups of the orders, and two draws use the caches again.
      const [cached, naive] = [
        await drawn(randomModel(image(5, 6), variant, { emission }), 5),
        await drawn(randomModel(image(5, 6), variant, { emission, sampling: 'naive' }), 5),
      ];
      expect(Math.max(...cached) - Math.min(...cached)).toBeGreaterThan(0.05);
      cached.forEach((value, i) => expect(Math.abs(value - naive[i]!)).toBeLessThan(1e-5)); // float32 sums in another order
      const other = await drawn(randomModel(image(5, 6), variant, { emission }), 5, 8);
      expect(other).not.toEqual(cached);
    },
  );

  it.each(['pixelcnn', 'gated-pixelcnn'])('%s of one block, one image at a time', async (variant) => {
    const options = { blocks: 1, emission: 'sample' };
    const cached = await drawn(randomModel(image(4, 3), variant, options), 1);
    expect(await drawn(randomModel(image(4, 3), variant, { ...options, sampling: 'naive' }), 1)).toEqual(cached);
  });

  it.each([{}, { temperature: 0.5 }, { topK: 2 }, { temperature: 2, topK: 3 }])(
    'gpt: cached and naive draw the same sequences: %o',
    async (options) => {
      const data = sequence(12, 6);
      const cached = await drawn(randomModel(data, 'gpt', options), 5);
      expect(await drawn(randomModel(data, 'gpt', { ...options, sampling: 'naive' }), 5)).toEqual(cached);
      expect(new Set(cached).size).toBeGreaterThan(1);
    },
  );

  it.each(imageVariants)('%s: draws 2 x 2 images as often as it says', async (variant) => {
    const model = randomModel(image(2, 2), variant, { emission: 'sample' });
    const random = new RandomStream(9);
    const nats = await logLikelihoods(engine, model, allOf(2, 4), { count: 16, batchSize: 16, random });
    const count = 4000;
    const samples = await drawSamples(engine, model, { count, batchSize: 400, random });
    const found = new Float64Array(16);
    for (let i = 0; i < count; i++) {
      const bits = samples.subarray(4 * i, 4 * i + 4);
      found[bits.reduce((sum, bit, place) => sum + bit * 2 ** place, 0)]! += 1;
    }
    nats.forEach((value, i) => {
      const p = Math.exp(value);
      const sd = Math.sqrt(count * p * (1 - p));
      expect(Math.abs(found[i]! - count * p)).toBeLessThan(5 * sd + 1); // 5 standard deviations
    });
    disposeModel(model);
  });

  it('gpt: the lower the temperature and the fewer the tokens, the likelier the samples; one token is the likeliest always', async () => {
    const data = sequence(12, 6);
    const judge = randomModel(data, 'gpt');
    const score = async (options: object): Promise<number> => {
      const samples = await drawn(randomModel(data, 'gpt', options), 10);
      const nats = await logLikelihoods(engine, judge, samples, {
        count: 10,
        batchSize: 10,
        random: new RandomStream(0),
      });
      return nats.reduce((sum, value) => sum + value, 0);
    };
    const plain = await score({});
    expect(await score({ temperature: 0.3 })).toBeGreaterThan(plain);
    expect(await score({ topK: 2 })).toBeGreaterThan(plain);
    expect(await score({ temperature: 10 })).toBeLessThan(plain);
    const greedy = await drawn(randomModel(data, 'gpt', { topK: 1 }), 10);
    for (let i = 1; i < 10; i++) expect(greedy.slice(12 * i, 12 * (i + 1))).toEqual(greedy.slice(0, 12));
    disposeModel(judge);
  });
});

it('leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  for (const variant of imageVariants) {
    const model = randomModel(image(2, 2), variant, { sampling: 'naive' });
    await drawSamples(engine, model, { count: 3, batchSize: 2, random: new RandomStream(0) });
    disposeModel(model);
  }
  expect(tf.memory().numTensors).toBe(before);
});
