import { openEngine, type Engine } from '@kindred/engine';
import { describeModelContract } from '@kindred/model/contract-tests';
import {
  disposeModel,
  drawSamples,
  logLikelihoods,
  openTrainer,
  resolveOptions,
  openReconstruction,
} from '@kindred/model';
import { feedsFor } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quickVariants } from './testing/small-variants.ts';
import { vae } from './vae.ts';

describeModelContract({ ...vae, variants: quickVariants });

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

type Data = Parameters<typeof vae.build>[0]['data'];
const points: Data = { kind: 'points', shape: [2], range: null, classes: 0 };
const image: Data = { kind: 'image', shape: [8, 8, 1], range: [0, 1], classes: 0 };

const batchSize = 32;

function build(data: Data, overrides: Readonly<Record<string, unknown>> = {}, totalSteps = 600) {
  const options = resolveOptions(vae, 'standard', overrides);
  const random = new RandomStream(0, 'build');
  return vae.build({ data, options, batchSize, trainExamples: 1000, totalSteps, random });
}

/** Images with one bright row of eight: their entropy is log 8, about 2.08 nats. */
function rows(random: RandomStream, count: number): Float32Array {
  const images = new Float32Array(count * 64);
  for (let i = 0; i < count; i++) {
    const from = i * 64 + random.integer(8) * 8;
    images.fill(1, from, from + 8);
  }
  return images;
}

/** Images with the row of their class bright. */
function barsOf(labels: Int32Array): Float32Array {
  const images = new Float32Array(labels.length * 64);
  labels.forEach((label, i) => images.fill(1, i * 64 + label * 8, i * 64 + label * 8 + 8));
  return images;
}

/** Points at (+-1, +-1) with a standard deviation of 0.05. */
function corners(random: RandomStream, count: number): Float32Array {
  return Float32Array.from({ length: count * 2 }, () => (random.integer(2) === 0 ? -1 : 1) + 0.05 * random.normal());
}

describe('vae', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ kind: 'onnx' });
  });
  afterAll(() => engine.dispose());

  async function trained(data: Data, examples: typeof rows, overrides = {}, steps = 600) {
    const model = build(data, overrides, steps);
    const random = new RandomStream('examples');
    const batches = () => ({ examples: examples(random, batchSize) });
    const trainer = await openTrainer(engine, model, { batches, noise: new RandomStream('noise') });
    let losses: Record<string, number> = {};
    for (let step = 0; step < steps; step++) losses = await trainer.step();
    await trainer.dispose();
    return { model, losses };
  }

  it('learns images of eight rows: the bound comes near their entropy and never below, reconstructions are right', async () => {
    const { model, losses } = await trained(image, rows, { imageHidden: 64 });
    const x = rows(new RandomStream('held out'), 64);
    const nats = await logLikelihoods(engine, model, x, {
      count: 64,
      batchSize: 32,
      random: new RandomStream('bound'),
    });
    // Pixels that are independent of each other would cost 64 (log 8 - 7/8 log 7) = 24 nats.
    expect(-mean(nats)).toBeLessThan(6);
    // 64 examples are not quite even over the rows: a model of the right rows gives log 8 to each, a wrong bound less.
    expect(-mean(nats)).toBeGreaterThan(Math.log(8) - 0.1);
    expect(losses['loss']).toBeCloseTo(losses['reconstruction']! + losses['kl']!, 3);
    expect(losses['kl']).toBeGreaterThan(1); // the codes carry which row it is
    expect(losses['activeUnits']).toBeGreaterThanOrEqual(1);

    const program = model.reconstruct!(64);
    const compiled = await engine.compile(program);
    const { reconstruction } = await compiled.run(
      feedsFor(program.inputs, { noise: new RandomStream(0), given: { x } }),
    );
    const wrong = x.filter((value, i) => Math.abs(value - reconstruction![i]!) > 0.5).length;
    expect(wrong).toBe(0);
    disposeModel(model);
  });

  it('learns to take noise away where its encoder is shown noise in training', async () => {
    const noisy = (images: Float32Array): Float32Array => {
      const noise = new RandomStream('noise on images').fillNormal(new Float32Array(images.length));
      return images.map((value, i) => Math.min(Math.max(value + 0.5 * noise[i]!, 0), 1));
    };
    const clean = rows(new RandomStream('held out'), 64);
    const errorOf = async (imageInputNoise: number): Promise<number> => {
      const { model } = await trained(image, rows, { imageHidden: 64, imageInputNoise });
      const reconstruction = await openReconstruction(engine, model, 64);
      const images = await reconstruction.of(noisy(clean), { count: 64, random: new RandomStream(0) });
      await reconstruction.dispose();
      disposeModel(model);
      return mean(images.map((value, i) => (value - clean[i]!) ** 2));
    };
    const [plain, denoising] = [await errorOf(0), await errorOf(0.5)];
    expect(denoising).toBeLessThan(0.5 * plain);
    expect(denoising).toBeLessThan(0.01);
  });

  it('finds the four corners of a square', async () => {
    const { model } = await trained(points, corners, { pointsWidth: 64 }, 1500);
    const random = new RandomStream('draw');
    const samples = await drawSamples(engine, model, { count: 1000, batchSize: 500, random });
    const found = [0, 0, 0, 0];
    for (let i = 0; i < 1000; i++) {
      const [a, b] = [samples[2 * i]!, samples[2 * i + 1]!];
      const near = Math.hypot(Math.abs(a) - 1, Math.abs(b) - 1) < 0.25; // 5 standard deviations
      if (near) found[(a > 0 ? 2 : 0) + (b > 0 ? 1 : 0)]! += 1;
    }
    // Noise spread evenly over the square of side 2.5 would put 13 % of the samples near the corners; the bridges between
    // them, which a continuous map cannot avoid, take their share.
    expect(found.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(400);
    for (const count of found) expect(count).toBeGreaterThan(60);
    disposeModel(model);
  });

  it('emits the mean or a binary draw with that mean, and says which', async () => {
    const grey = build(image);
    const binary = build(image, { emission: 'sample' });
    const draw = (model: typeof grey) =>
      drawSamples(engine, model, { count: 512, batchSize: 512, random: new RandomStream('draw') });
    const [means, draws] = [await draw(grey), await draw(binary)];
    expect(new Set(draws)).toEqual(new Set([0, 1]));
    expect(new Set(means).size).toBeGreaterThan(100);
    // The same codes and parameters: 512 * 64 draws of variance at most 1/4, 4 standard errors.
    expect(Math.abs(mean(draws) - mean(means))).toBeLessThan(0.012);
    expect([grey.sampleMeaning, binary.sampleMeaning]).toEqual([
      "the decoder's mean, not a Bernoulli draw",
      "a Bernoulli draw from the decoder's mean",
    ]);
    disposeModel(grey);
    disposeModel(binary);
  });

  it('lets the weight of the KL grow from 0 to 1 over its warm-up', () => {
    const weight = (klWarmUp: number, step: number) => {
      const model = build(points, { klWarmUp });
      const { source } = model.trainStep.inputs['klWeight']!;
      disposeModel(model);
      return source.kind === 'schedule' ? source.at(step) : Number.NaN;
    };
    expect([0, 150, 300, 599].map((step) => weight(0.5, step))).toEqual([0, 0.5, 1, 1]);
    expect(weight(0, 0)).toBe(1);
  });

  it('supports images whose sides are divisible by 4, and says so of others; dense networks take any', () => {
    const other: Data = { kind: 'image', shape: [8, 10, 3], range: [0, 1], classes: 0 };
    expect([points, image, other].map((data) => vae.supports(data))).toEqual([true, true, false]);
    expect(() => build(other)).toThrow(/divisible by 4, got image \[8, 10, 3\]/);
    expect(vae.supports(other, resolveOptions(vae, 'dense'))).toBe(true);
    const sequence: Data = { kind: 'sequence', shape: [64], range: [0, 25], classes: 0, vocabulary: 26 };
    expect(vae.supports(sequence)).toBe(false);
    expect(() => build(sequence)).toThrow(/points and images, got sequence \[64\]/);
  });

  it('has no class-conditional model of data without classes', () => {
    expect(vae.supports(image, resolveOptions(vae, 'conditional'))).toBe(false);
    expect(vae.supports({ ...image, classes: 8 }, resolveOptions(vae, 'conditional'))).toBe(true);
    expect(() => build(image, { conditional: true })).toThrow(/2 classes or more, got 0/);
  });

  it('has no variants of points that differ in the kind of model that images get: they would be doubles', () => {
    const supported = Object.keys(vae.variants).filter((name) =>
      vae.supports({ ...points, classes: 8 }, resolveOptions(vae, name)),
    );
    expect(supported).toEqual(['standard', 'beta', 'iwae', 'convolutional', 'conditional']);
  });

  it('has codes that can be walked through in every variant but the one with a codebook', () => {
    const classes = { ...image, classes: 8 };
    const sizes = Object.keys(vae.variants).map((name) => {
      const options = resolveOptions(vae, name, { imageHidden: 8, imageChannels: [2, 2], imageLatentSize: 5 });
      const random = new RandomStream(0, 'build');
      const model = vae.build({ data: classes, options, batchSize, trainExamples: 1000, totalSteps: 1, random });
      disposeModel(model);
      return [name, model.codes?.size ?? null];
    });
    expect(Object.fromEntries(sizes)).toEqual({
      ...Object.fromEntries(Object.keys(vae.variants).map((name) => [name, 5])),
      vq: null,
    });
  });

  it('tells encoder and decoder the class: samples of a class are of that class, and codes need not say which', async () => {
    const classes = { ...image, classes: 8 };
    const model = build(classes, { conditional: true, imageHidden: 64, klWarmUp: 0 }, 800);
    const random = new RandomStream('examples');
    const batches = () => {
      const labels = Int32Array.from({ length: batchSize }, () => random.integer(8));
      return { examples: barsOf(labels), labels };
    };
    const trainer = await openTrainer(engine, model, { batches, noise: new RandomStream('noise') });
    const losses = (await trainer.advance(800)).at(-1)!;
    await trainer.dispose();
    expect(losses['kl']).toBeLessThan(1); // log 8 = 2.08 nats would say which row
    const labels = Int32Array.from({ length: 24 }, (_, i) => i % 8);
    const options = { count: 24, batchSize: 10, random: new RandomStream('draw'), labels };
    const wrong = (await drawSamples(engine, model, options)).filter(
      (value, i) => Math.abs(value - barsOf(labels)[i]!) > 0.5,
    ).length;
    expect(wrong).toBe(0);
    // k = 64 codes per example: the classes of an example must reach all of them.
    const told = { count: 24, batchSize: 10, random: new RandomStream('bound') };
    const right = await logLikelihoods(engine, model, barsOf(labels), { ...told, labels });
    const other = labels.map((label) => (label + 1) % 8);
    const misled = await logLikelihoods(engine, model, barsOf(labels), { ...told, labels: other });
    right.forEach((nats, i) => expect(nats - misled[i]!).toBeGreaterThan(10));
    disposeModel(model);
  });

  it('refuses options that contradict each other, all at once with their paths', () => {
    const wrong = { freeBits: 0.1, trainingSamples: 2, imageCodes: 'codebook', imageArchitecture: 'dense' };
    expect(() => build(image, wrong)).toThrow(
      /\n {2}freeBits: free bits are .*\n {2}imageCodes: a codebook is of a grid/,
    );
  });
});
