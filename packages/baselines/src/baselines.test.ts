import { openEngine, type Engine } from '@kindred/engine';
import { disposeModel, drawSamples, openTrainer, resolveOptions, type GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baselines } from './family.ts';

const spec = { kind: 'points', shape: [2], range: null, classes: 0 } as const;

function build(variant: string, trainExamples: number, batchSize: number): GenerativeModel {
  const options = resolveOptions(baselines, variant);
  return baselines.build({
    data: spec,
    options,
    batchSize,
    trainExamples,
    totalSteps: 10,
    random: new RandomStream(0),
  });
}

/** Feeds the points (i, -i), i = 1, 2, 3, ... in order. */
async function train(engine: Engine, model: GenerativeModel, batchSize: number, steps: number) {
  let next = 1;
  const batches = () => {
    const examples = Float32Array.from({ length: batchSize * 2 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (next + (i >> 1)));
    next += batchSize;
    return { examples };
  };
  const trainer = await openTrainer(engine, model, { batches, noise: new RandomStream(1) });
  const losses: Record<string, number>[] = [];
  for (let step = 0; step < steps; step++) losses.push(await trainer.step());
  await trainer.dispose();
  return losses;
}

const draw = (engine: Engine, model: GenerativeModel, count: number) =>
  drawSamples(engine, model, { count, batchSize: 100, random: new RandomStream(2) });

/** The first coordinates that occur, in order. */
const firsts = (samples: Float32Array): number[] =>
  [...new Set(samples.filter((_, i) => i % 2 === 0))].sort((a, b) => a - b);

describe('baselines', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ kind: 'cpu' });
  });
  afterAll(() => engine.dispose());

  it.each([
    { name: 'a bank that is no multiple of the batch', bank: 7, batchSize: 3, empty: [1, 4 / 7, 1 / 7, 0, 0] },
    { name: 'a batch larger than the bank', bank: 2, batchSize: 5, empty: [1, 0, 0, 0, 0] },
  ])('memoriser keeps exactly the first examples: $name', async ({ bank, batchSize, empty }) => {
    const model = build('memoriser', bank, batchSize);
    const losses = await train(engine, model, batchSize, 5);
    losses.forEach((loss, step) => expect(loss['empty']).toBeCloseTo(empty[step]!, 6));
    const samples = await draw(engine, model, 300);
    disposeModel(model);
    // 300 draws miss one of 7 rows with probability 7 * (6/7)^300 < 1e-19.
    expect(firsts(samples)).toEqual(Array.from({ length: bank }, (_, i) => i + 1));
    samples.forEach((value, i) => expect(value).toBe(i % 2 === 0 ? value : -samples[i - 1]!));
  });

  it('memoriser draws only rows that are filled', async () => {
    const model = build('memoriser', 10, 4);
    await train(engine, model, 4, 1);
    const samples = await draw(engine, model, 300);
    disposeModel(model);
    expect(firsts(samples)).toEqual([1, 2, 3, 4]);
  });

  it('independent has the mean and variance of all batches together', async () => {
    const model = build('independent', 40, 8);
    const [first] = await train(engine, model, 8, 5);
    const [mean, squares, seen] = ['mean', 'squares', 'seen'].map((name) => engine.read(model.parameters[name]!));
    // 1 ... 40: mean 20.5, sum of squared deviations n (n^2 - 1) / 12 = 5330; float32 keeps 6 digits.
    expect(seen![0]).toBe(40);
    expect([...mean!].map((value) => Math.abs(value))).toEqual([expect.closeTo(20.5, 3), expect.closeTo(20.5, 3)]);
    expect([...squares!]).toEqual([expect.closeTo(5330, 1), expect.closeTo(5330, 1)]);
    // The first loss is that of N(0, 1): log(2 pi) / 2 + mean of squares / 2, and 1 ... 8 have 204 as their sum of squares.
    expect(first!['negativeLogLikelihood']).toBeCloseTo(0.5 * Math.log(2 * Math.PI) + 204 / 16, 4);
    const samples = await draw(engine, model, 2000);
    disposeModel(model);
    const xs = samples.filter((_, i) => i % 2 === 0);
    const average = xs.reduce((sum, x) => sum + x, 0) / xs.length;
    const sd = Math.sqrt((5330 + 1) / 41);
    expect(Math.abs(average - 20.5)).toBeLessThan((5 * sd) / Math.sqrt(2000));
    const covariance = xs.reduce((sum, x, i) => sum + (x - 20.5) * (samples[2 * i + 1]! + 20.5), 0) / xs.length;
    expect(Math.abs(covariance)).toBeLessThan((5 * sd * sd) / Math.sqrt(2000)); // the axes of the data go together, these do not
  });
});
