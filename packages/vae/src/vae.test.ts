import { openEngine, type Engine } from '@kindred/engine';
import { describeModelContract } from '@kindred/model/contract-tests';
import { disposeModel, drawSamples, logLikelihoods, openTrainer, resolveOptions } from '@kindred/model';
import { feedsFor } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vae } from './vae.ts';

describeModelContract(vae);

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

  it('supports images whose sides are divisible by 4, and says so of others', () => {
    const other: Data = { kind: 'image', shape: [8, 10, 3], range: [0, 1], classes: 0 };
    expect([points, image, other].map((data) => vae.supports(data))).toEqual([true, true, false]);
    expect(() => build(other)).toThrow(/divisible by 4, got image \[8, 10, 3\]/);
  });
});
