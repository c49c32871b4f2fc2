import { openEngine, type Engine } from '@kindred/engine';
import { disposeModel, drawSamples } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBaseline, trainInOrder } from './testing/baseline-run.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
afterAll(() => engine.dispose());

const points = { kind: 'points', shape: [2], range: null, classes: 0 } as const;

describe('smoothed', () => {
  it('adds noise as long as the way to the nearest neighbour', async () => {
    // Points 3 apart on a line, a pair in each batch: the nearest other one is always at 3.
    const examples = Float32Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 3 * (i / 2) : 7));
    const model = buildBaseline({ spec: points, variant: 'smoothed', trainExamples: 20, batchSize: 2 });
    const losses = await trainInOrder(engine, model, { examples, batchSize: 2, size: 2, steps: 14 });
    for (const { bandwidth } of losses) expect(bandwidth).toBeCloseTo(3 / Math.sqrt(2), 4);
    expect(losses.map(({ empty }) => empty! * 20)).toEqual(
      Array.from({ length: 14 }, (_, i) => expect.closeTo(Math.max(20 - 2 * i, 0), 4)),
    );
    const count = 4000;
    const samples = await drawSamples(engine, model, { count, batchSize: 1000, random: new RandomStream(3) });
    const noise = samples.filter((_, i) => i % 2 === 1).map((y) => y - 7);
    const variance = noise.reduce((sum, value) => sum + value * value, 0) / count;
    expect(Math.abs(variance - 4.5)).toBeLessThan(5 * 4.5 * Math.sqrt(2 / count)); // 5 standard deviations
    disposeModel(model);
  });

  it('stays in the range of images', async () => {
    const spec = { kind: 'image', shape: [1, 2, 1], range: [0, 1], classes: 0 } as const;
    const model = buildBaseline({ spec, variant: 'smoothed', trainExamples: 4, batchSize: 2 });
    const examples = Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1);
    await trainInOrder(engine, model, { examples, batchSize: 2, size: 2, steps: 3 });
    const samples = await drawSamples(engine, model, { count: 200, batchSize: 100, random: new RandomStream(3) });
    expect(Math.min(...samples)).toBe(0);
    expect(Math.max(...samples)).toBe(1);
    expect(samples.some((value) => value > 0 && value < 1)).toBe(true);
    disposeModel(model);
  });
});

describe('uniform', () => {
  it('fills the box that points lie in, evenly', async () => {
    const model = buildBaseline({ spec: points, variant: 'uniform', trainExamples: 3, batchSize: 1 });
    const examples = Float32Array.of(-1, 5, 1, 6, 0, 9);
    const losses = await trainInOrder(engine, model, { examples, batchSize: 1, size: 2, steps: 4 });
    expect(losses.map(({ outside }) => outside)).toEqual([1, 1, 0.5, 0]);
    const samples = await drawSamples(engine, model, { count: 3000, batchSize: 1000, random: new RandomStream(3) });
    for (const [axis, low, high] of [
      [0, -1, 1],
      [1, 5, 9],
    ] as const) {
      const values = samples.filter((_, i) => i % 2 === axis).map((value) => (value - low) / (high - low));
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values)).toBeLessThanOrEqual(1);
      const mean = values.reduce((sum, value) => sum + value, 0) / 3000;
      const square = values.reduce((sum, value) => sum + value * value, 0) / 3000;
      expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / 3000));
      expect(Math.abs(square - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / 3000));
    }
    disposeModel(model);
  });

  it('draws each token as often as any other', async () => {
    const spec = { kind: 'sequence', shape: [2], range: [0, 3], vocabulary: 4, classes: 0 } as const;
    const model = buildBaseline({ spec, variant: 'uniform', trainExamples: 2, batchSize: 2 });
    await trainInOrder(engine, model, { examples: Float32Array.of(0, 1, 3, 2), batchSize: 2, size: 2, steps: 2 });
    const samples = await drawSamples(engine, model, { count: 3000, batchSize: 1000, random: new RandomStream(3) });
    const share = (place: number, token: number): number =>
      samples.filter((value, i) => i % 2 === place && value === token).length / 3000;
    for (const token of [0, 1, 2, 3]) expect(Math.abs(share(0, token) - 1 / 4)).toBeLessThan(0.04);
    for (const token of [1, 2]) expect(Math.abs(share(1, token) - 1 / 2)).toBeLessThan(0.046);
    disposeModel(model);
  });
});
