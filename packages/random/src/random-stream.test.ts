import { describe, expect, it } from 'vitest';
import { RandomStream } from './random-stream.ts';

const draw = (stream: RandomStream, count: number) => Array.from({ length: count }, () => stream.uniform());

describe('RandomStream', () => {
  it('gives the same numbers for the same name, and others for any other name', () => {
    expect(draw(new RandomStream(1, 'batches'), 5)).toEqual(draw(new RandomStream(1, 'batches'), 5));
    expect(draw(new RandomStream(1, 'batches'), 5)).not.toEqual(draw(new RandomStream(2, 'batches'), 5));
    expect(draw(new RandomStream(1, 'batches'), 5)).not.toEqual(draw(new RandomStream('1', 'batches'), 5));
  });

  it('does not let one derived stream move another, nor its parent', () => {
    const parent = new RandomStream(7);
    const first = draw(parent.derive('a'), 3);
    draw(parent, 100);
    draw(parent.derive('b'), 10);
    expect(draw(parent.derive('a'), 3)).toEqual(first);
  });

  it('is uniform: moments and a chi-square over 64 cells', () => {
    const n = 64_000;
    const values = new RandomStream(3).fillUniform(new Float64Array(n));
    const cells = Array.from({ length: 64 }, () => 0);
    for (const v of values) cells[Math.floor(v * 64)]! += 1;
    const chiSquare = cells.reduce((sum, c) => sum + (c - n / 64) ** 2 / (n / 64), 0);
    expect(chiSquare).toBeLessThan(63 + 4 * Math.sqrt(2 * 63)); // 4 standard deviations above its mean
    expect(values.every((v) => v >= 0 && v < 1 && Math.fround(v) === v)).toBe(true);
  });

  it('is normal: mean, variance, kurtosis and neighbours uncorrelated', () => {
    const n = 200_000;
    const values = new RandomStream(4).fillNormal(new Float64Array(n));
    const moment = (f: (v: number, i: number) => number) => values.reduce((sum, v, i) => sum + f(v, i), 0) / n;
    expect(Math.abs(moment((v) => v))).toBeLessThan(5 / Math.sqrt(n)); // 5 standard errors, as below
    expect(Math.abs(moment((v) => v * v) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moment((v) => v ** 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    expect(Math.abs(moment((v, i) => v * (values[i + 1] ?? 0)))).toBeLessThan(5 / Math.sqrt(n));
  });

  it('permutes: each item once, each place equally likely', () => {
    const stream = new RandomStream(5);
    const counts = Array.from({ length: 9 }, () => 0);
    for (let round = 0; round < 3000; round++) {
      const p = stream.permutation(3);
      expect([...p].sort()).toEqual([0, 1, 2]);
      p.forEach((value, place) => (counts[place * 3 + value]! += 1));
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(3000 * (2 / 9)));
  });

  it('refuses a limit it cannot draw below', () => {
    expect(() => new RandomStream(1).integer(0)).toThrow(/1 \.\.\. 2\^32, got 0/);
  });
});
