import { openEngine, type Engine } from '@kindred/engine';
import { disposeModel, drawSamples, openReconstruction, openTrainer, resolveOptions } from '@kindred/model';
import { feedsFor } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hybrid } from './hybrid.ts';
import type { HybridOptions } from './options.ts';
import { small } from './testing/small.ts';

type Data = Parameters<typeof hybrid.build>[0]['data'];
const points: Data = { kind: 'points', shape: [2], range: null, classes: 0 };
const image: Data = { kind: 'image', shape: [8, 8, 1], range: [0, 1], classes: 0 };
const batchSize = 32;
const learner: Partial<HybridOptions> = {
  ...small,
  imageEncoderChannels: [8, 16],
  imageDecoderChannels: [16, 8],
  imageDiscriminatorChannels: [8, 16],
  imageLearningRate: 3e-3,
  imageKlWeight: 1,
  imageSimilarityWeight: 1,
};
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
const variants = Object.keys(hybrid.variants);

function build(data: Data, variant: string, overrides: Partial<HybridOptions> = {}, totalSteps = 600) {
  const options = resolveOptions(hybrid, variant, overrides);
  const random = new RandomStream(0, 'build');
  return hybrid.build({ data, options, batchSize, trainExamples: 1000, totalSteps, random });
}

/** Images with one bright row of eight. */
function rows(random: RandomStream, count: number): Float32Array {
  const images = new Float32Array(count * 64);
  for (let i = 0; i < count; i++) {
    const from = i * 64 + random.integer(8) * 8;
    images.fill(1, from, from + 8);
  }
  return images;
}

/** Points at (+-1, +-1) with a standard deviation of 0.05. */
function corners(random: RandomStream, count: number): Float32Array {
  return Float32Array.from({ length: count * 2 }, () => (random.integer(2) === 0 ? -1 : 1) + 0.05 * random.normal());
}

/** The one row of an image that is bright, where all others are dark; null for another image. */
function rowOf(images: Float32Array, i: number): number | null {
  const bits = Array.from(images.subarray(i * 64, (i + 1) * 64), (value) => value > 0.5);
  const first = bits.indexOf(true);
  const right = first % 8 === 0 && bits.every((bit, at) => bit === (at >= first && at < first + 8));
  return right ? first / 8 : null;
}

describe('what hybrids learn', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ kind: 'onnx' });
  });
  afterAll(() => engine.dispose());

  async function trained(
    data: Data,
    examples: typeof rows,
    { variant, steps, overrides = {} }: { variant: string; steps: number; overrides?: Partial<HybridOptions> },
  ) {
    const model = build(data, variant, overrides, steps);
    const random = new RandomStream('examples');
    const batches = () => ({ examples: examples(random, batchSize) });
    const trainer = await openTrainer(engine, model, { batches, noise: new RandomStream('noise') });
    const losses = await trainer.advance(steps);
    await trainer.dispose();
    return { model, losses };
  }

  const draw = (model: ReturnType<typeof build>, count: number) =>
    drawSamples(engine, model, { count, batchSize: 100, random: new RandomStream('draw') });

  async function reconstructed(model: ReturnType<typeof build>, x: Float32Array, count: number) {
    const reconstruction = await openReconstruction(engine, model, count);
    const values = await reconstruction.of(x, { count, random: new RandomStream(0) });
    await reconstruction.dispose();
    return values;
  }

  /** Output of a program for one given input. */
  async function ask(
    program: ReturnType<NonNullable<ReturnType<typeof build>['reconstruct']>>,
    given: Record<string, Float32Array>,
  ) {
    const compiled = await engine.compile(program);
    const [values] = Object.values(await compiled.run(feedsFor(program.inputs, { noise: new RandomStream(0), given })));
    await compiled.dispose();
    return Float32Array.from(values!);
  }

  it.each(variants)(
    '%s learns images of eight rows: it reconstructs them and draws all of them',
    { timeout: 240_000 },
    async (variant) => {
      const { model } = await trained(image, rows, { variant, steps: 800, overrides: learner });
      const x = rows(new RandomStream('held out'), 64);
      const again = await reconstructed(model, x, 64);
      const rowsOf = (images: Float32Array, count: number) => Array.from({ length: count }, (_, i) => rowOf(images, i));
      expect(rowsOf(again, 64)).toEqual(rowsOf(x, 64));
      const found = rowsOf(await draw(model, 400), 400);
      const counts = Array.from({ length: 8 }, (_, row) => found.filter((one) => one === row).length);
      // Noise of independent pixels has a row about never; between the codes of two rows lies what is neither.
      for (const count of counts) expect(count).toBeGreaterThan(4);
      expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(120);
      disposeModel(model);
    },
  );

  it.each([
    { variant: 'vae-gan', inAll: 500, inEach: 60 },
    { variant: 'adversarial-autoencoder', inAll: 250, inEach: 30 }, // with more samples between the corners
  ])('$variant finds the four corners of a square', async ({ variant, inAll, inEach }) => {
    const overrides = { pointsWidth: 64 };
    const { model } = await trained(points, corners, { variant, steps: 1500, overrides });
    const samples = await draw(model, 1000);
    const found = [0, 0, 0, 0];
    for (let i = 0; i < 1000; i++) {
      const [a, b] = [samples[2 * i]!, samples[2 * i + 1]!];
      const near = Math.hypot(Math.abs(a) - 1, Math.abs(b) - 1) < 0.25; // 5 standard deviations
      if (near) found[(a > 0 ? 2 : 0) + (b > 0 ? 1 : 0)]! += 1;
    }
    // Noise spread evenly over the square of side 2.5 would put 13 % of the samples near the corners.
    expect(found.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(inAll);
    for (const count of found) expect(count).toBeGreaterThan(inEach);
    disposeModel(model);
  });

  it('adversarial-autoencoder gives points codes with the moments of the prior, and reconstructs them', async () => {
    const overrides = { pointsWidth: 64, pointsPosterior: 'gaussian', pointsDeceptionRateRatio: 1 } as const;
    const { model } = await trained(points, corners, { variant: 'adversarial-autoencoder', steps: 1500, overrides });
    const x = corners(new RandomStream('held out'), 400);
    const again = await reconstructed(model, x, 400);
    const error = mean(x.map((value, i) => (value - again[i]!) ** 2));
    expect(error).toBeLessThan(0.1); // the mean of all points has an error of 1
    const codes = await ask(model.codes!.encode(400), { x });
    for (const axis of [0, 1]) {
      const values = codes.filter((_, i) => i % 2 === axis);
      const centre = mean(values);
      expect(Math.abs(centre)).toBeLessThan(0.3);
      expect(mean(values.map((value) => (value - centre) ** 2))).toBeGreaterThan(0.4);
      expect(mean(values.map((value) => (value - centre) ** 2))).toBeLessThan(1.4);
    }
    disposeModel(model);
  });

  it('samples, reconstructs and codes with the average of encoder and decoder, which follows them', async () => {
    const after = async (averageDecay: number) => {
      const overrides = { ...small, averageDecay };
      const { model } = await trained(image, rows, { variant: 'vae-gan', steps: 5, overrides });
      const pairs = ['encoder/output/kernel', 'decoder/dense/kernel'].map((name) => ({
        average: engine.read(model.parameters[name]!),
        trained: engine.read(model.trainingState[`trained/${name}`]!),
      }));
      disposeModel(model);
      return pairs;
    };
    for (const { average, trained: last } of await after(0)) {
      average.forEach((value, i) => expect(value).toBeCloseTo(last[i]!, 6));
    }
    for (const { average, trained: last } of await after(0.99)) {
      expect(Math.max(...average.map((value, i) => Math.abs(value - last[i]!)))).toBeGreaterThan(1e-4);
    }
  });
});
