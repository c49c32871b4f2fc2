import { openEngine, type Engine } from '@kindred/engine';
import { disposeModel, drawSamples, logLikelihoods } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderThatFits } from './n-gram.ts';
import { buildBaseline, trainInOrder } from './testing/baseline-run.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'cpu' });
});
afterAll(() => engine.dispose());

const spec = { kind: 'sequence', shape: [4], range: [0, 2], vocabulary: 3, classes: 0 } as const;
// Three examples, seen in batches of two: the fourth one that comes is the first again and does not count.
const examples = Float32Array.of(0, 1, 0, 1, 0, 1, 2, 2, 2, 0, 1, 2);
const all = Float32Array.from({ length: 81 * 4 }, (_, i) => Math.floor(Math.floor(i / 4) / 3 ** (i % 4)) % 3);

async function trained(options: { order: number; strength?: number }) {
  const model = buildBaseline({ spec, variant: 'n-gram', trainExamples: 3, batchSize: 2, options });
  await trainInOrder(engine, model, { examples, batchSize: 2, size: 4, steps: 5 });
  const nats = await logLikelihoods(engine, model, all, { count: 81, batchSize: 81, random: new RandomStream(0) });
  return { model, nats, of: (...tokens: number[]) => nats[tokens.reduce((sum, token, i) => sum + token * 3 ** i, 0)]! };
}

describe('n-gram', () => {
  it.each([1, 2, 3, 4])('order %i: the probabilities of all sequences sum to 1', async (order) => {
    const { model, nats } = await trained({ order });
    expect(nats.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 5);
    disposeModel(model);
  });

  it('unigram: a worked example', async () => {
    // Of 12 tokens 4 are 0, 4 are 1, and 4 are 2: whatever the strength, each has a third.
    const { model, of } = await trained({ order: 1 });
    expect(of(0, 1, 2, 2)).toBeCloseTo(4 * Math.log(1 / 3), 5);
    disposeModel(model);
  });

  it('bigram: a worked example', async () => {
    const strength = 0.5;
    const { model, of } = await trained({ order: 2, strength });
    const p = (count: number, total: number): number => (count + strength / 3) / (total + strength);
    // First tokens 0, 0, 2; after 0 four times 1 and nothing else; after 1 one 0 and two 2, the rest at the end.
    expect(of(0, 1, 2, 2)).toBeCloseTo(Math.log(p(2, 3) * p(4, 4) * p(2, 3) * p(1, 2)), 4);
    disposeModel(model);
  });

  it('draws sequences as often as it says', async () => {
    const { model, nats } = await trained({ order: 3 });
    const count = 4000;
    const samples = await drawSamples(engine, model, { count, batchSize: 1000, random: new RandomStream(4) });
    const found = new Float64Array(81);
    for (let i = 0; i < count; i++)
      found[samples.subarray(4 * i, 4 * i + 4).reduce((sum, token, place) => sum + token * 3 ** place, 0)]! += 1;
    nats.forEach((value, i) => {
      const p = Math.exp(value);
      expect(Math.abs(found[i]! - count * p)).toBeLessThan(5 * Math.sqrt(count * p * (1 - p)) + 1); // 5 standard deviations
    });
    disposeModel(model);
  });

  it('takes the longest context whose table is not too large', () => {
    expect([26, 100, 256].map((vocabulary) => orderThatFits(5, vocabulary))).toEqual([4, 3, 2]);
    expect(orderThatFits(2, 26)).toBe(2);
  });
});
