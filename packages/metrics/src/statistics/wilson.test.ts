import { describe, expect, it } from 'vitest';
import { normalQuantile } from './normal-quantile.ts';
import { wilsonInterval } from './wilson.ts';

describe('wilsonInterval', () => {
  it('has the ends where the score test is just significant', () => {
    for (const [successes, trials, level] of [
      [3, 10, 0.95],
      [0, 7, 0.9],
      [49, 50, 0.99],
      [500, 1000, 0.5],
    ] as const) {
      const { low, high } = wilsonInterval(successes, trials, level);
      const z = normalQuantile(0.5 + level / 2);
      const rate = successes / trials;
      for (const end of [low, high].filter((value) => value > 0 && value < 1)) {
        expect(Math.abs(rate - end) / Math.sqrt((end * (1 - end)) / trials)).toBeCloseTo(z, 10);
      }
    }
  });

  it('has an answer at any level: none at the rate itself, and nearly all rates at the highest below 1', () => {
    const nearest = 1 - 2 ** -53;
    const { low, high } = wilsonInterval(3, 10, nearest);
    const z = -normalQuantile(2 ** -54);
    for (const end of [low, high]) {
      expect(Math.abs(0.3 - end) / Math.sqrt((end * (1 - end)) / 10)).toBeCloseTo(z, 8);
    }
    expect(wilsonInterval(3, 10, Number.MIN_VALUE)).toMatchObject({
      low: expect.closeTo(0.3, 14),
      high: expect.closeTo(0.3, 14),
    });
  });

  it('is one-sided at the ends, and symmetric', () => {
    expect(wilsonInterval(0, 5)).toMatchObject({ estimate: 0, low: 0, high: expect.closeTo(0.4345, 4) });
    expect(wilsonInterval(5, 5)).toMatchObject({ estimate: 1, low: expect.closeTo(1 - 0.4345, 4), high: 1 });
  });

  it('refuses what is no rate', () => {
    expect(() => wilsonInterval(0, 0)).toThrow('trials must be a positive integer, got 0');
    expect(() => wilsonInterval(6, 5)).toThrow('successes must be an integer in 0 ... 5, got 6');
    for (const level of [0, 1, -1, Number.NaN]) {
      expect(() => wilsonInterval(1, 5, level)).toThrow('wilsonInterval: level must lie between 0 and 1');
    }
  });
});

describe('normalQuantile', () => {
  // scipy.stats.norm.ppf, 17 digits: one value in each of the three ranges and on both sides.
  it.each([
    [0.6, 0.2533471031357997],
    [0.975, 1.959963984540054],
    [0.0001, -3.7190164854556804],
    [1e-10, -6.361340902404056],
    [1e-20, -9.26234008979841],
  ])('is right at %f', (share, expected) => {
    expect(Math.abs(normalQuantile(share) / expected - 1)).toBeLessThan(1e-14); // a few roundings
  });

  it('is 0 in the middle', () => expect(normalQuantile(0.5)).toBe(0));
});
