import { openEngine } from '@kindred/engine';
import { mean } from '@kindred/metrics';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { sampleAgreement } from '../agreement.ts';
import { gumbels, pictures } from '../data.ts';
import { gptSampleCached, gptSampleNaive } from './gpt-sample.ts';
import { works } from './index.ts';
import { degree, made, madeHidden, madePixels, unitsUpTo } from './made-network.ts';
import { madeSampleCached, madeSampleNaive } from './made-sample.ts';
import { pixelCnnSampleCached, pixelCnnSampleNaive } from './pixelcnn-sample.ts';

describe('the works', () => {
  it('have names of their own', () => {
    expect(new Set(works.map(({ name }) => name)).size).toBe(works.length);
  });

  it.each([
    [madeSampleCached, madeSampleNaive],
    [pixelCnnSampleCached, pixelCnnSampleNaive],
    [gptSampleCached, gptSampleNaive],
  ])('draw the same cached and naively: $name', async (cachedWork, naiveWork) => {
    const engine = await openEngine({ kind: 'onnx' });
    const cached = await cachedWork.build().open(engine);
    const naive = await naiveWork.build().open(engine);
    const samples = await cached.draw!();
    expect(new Set(samples).size).toBeGreaterThan(1);
    expect(sampleAgreement(await naive.draw!(samples), samples)).toBeGreaterThan(0.999);
    // A second draw finds clean caches.
    expect(sampleAgreement(await cached.draw!(), samples)).toBe(1);
    // Other samples give other conditionals: the comparison above can fail.
    expect(sampleAgreement(await naive.draw!(samples.map((value) => 1 - value)), samples)).toBeLessThan(0.999);
    await cached.dispose();
    await naive.dispose();
    await engine.dispose();
  });
});

describe('MADE', () => {
  it('lets no pixel see itself or a later one', () => {
    const weights = new Parameters(new RandomStream('masks'));
    const [first, second, third] = made(weights).layers;
    // The last pixel that a hidden unit of the second layer sees, from the masks alone.
    const lastSeen = (mask: Float32Array, outputs: number, output: number, of: (input: number) => number): number => {
      let last = -1;
      for (let input = 0; input * outputs < mask.length; input++)
        if (mask[input * outputs + output] === 1) last = Math.max(last, of(input));
      return last;
    };
    for (const pixel of [0, 1, 2, 400, madePixels - 1]) {
      const found = lastSeen(third.mask, madePixels, pixel, (unit) =>
        lastSeen(second.mask, madeHidden, unit, (below) => lastSeen(first.mask, madeHidden, below, (input) => input)),
      );
      expect(found).toBe(pixel - 1);
    }
    weights.dispose();
  }, 120_000);

  it('counts the units that see no more than some pixels', () => {
    expect([unitsUpTo(0), unitsUpTo(madePixels - 1)]).toEqual([0, madeHidden]);
    expect(degree(unitsUpTo(100) - 1)).toBe(100);
    expect(degree(unitsUpTo(100))).toBe(101);
  });
});

describe('data', () => {
  it('pictures are in 0 ... 1 and mostly dark', () => {
    const { values } = pictures(new RandomStream('pictures'), 20);
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    const average = mean(Array.from(values));
    expect(average).toBeGreaterThan(0.02);
    expect(average).toBeLessThan(0.3);
  });

  it('Gumbel noise has the mean of its distribution', () => {
    const { values } = gumbels(new RandomStream('gumbels'), [20_000]);
    const average = mean(Array.from(values));
    expect(Math.abs(average - 0.5772)).toBeLessThan(5 * Math.sqrt(Math.PI ** 2 / 6 / 20_000)); // 5 standard errors
  });
});
