import { batches, openDataset } from '@kindred/data';
import { describe, expect, it } from 'vitest';
import { batchOrder } from './batch-order.ts';

describe('the order of batches', () => {
  it('gathers what training is given, across the ends of epochs', async () => {
    const { train } = (await openDataset('ring', { seed: 3 })).splits;
    const plan = {
      budget: { unit: 'examples', amount: 2.5 * train.count },
      batchSize: 300,
      batchesPerStep: 1,
      seed: 7,
    } as const;
    const { shape, values } = batchOrder(train, plan);
    const steps = Math.ceil((2.5 * train.count) / 300);
    expect(shape).toEqual([steps, 300]);
    const source = batches(train, { batchSize: 300, seed: 7 });
    const got = new Float32Array(600);
    for (let step = 0; step < steps; step++) {
      train.gather(values.subarray(step * 300, (step + 1) * 300), got);
      const { examples } = source.next();
      expect(got.every((value, i) => value === examples[i])).toBe(true);
    }
  });
});
