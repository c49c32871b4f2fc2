import { describe, expect, it } from 'vitest';
import { gaussLegendre } from './gauss-legendre.ts';

describe('gaussLegendre', () => {
  it('knows the rule of two nodes: 1/2 -+ 1 / (2 sqrt 3), half the weight each', () => {
    const offset = 1 / (2 * Math.sqrt(3));
    const [[first, weight], [second, other]] = gaussLegendre(2) as [[number, number], [number, number]];
    expect(first).toBeCloseTo(0.5 - offset, 14);
    expect(second).toBeCloseTo(0.5 + offset, 14);
    expect([weight, other].map((w) => Math.abs(w - 0.5) < 1e-14)).toEqual([true, true]);
  });

  it.each([1, 2, 5, 16, 31])(
    'integrates x^k over [0, 1] exactly up to k = 2 n - 1, and not beyond: n = %d',
    (count) => {
      const rule = gaussLegendre(count);
      const integral = (power: number) => rule.reduce((sum, [node, weight]) => sum + weight * node ** power, 0);
      for (let power = 0; power < 2 * count; power++) {
        expect(Math.abs(integral(power) * (power + 1) - 1)).toBeLessThan(1e-13); // rounding of `count` terms
      }
      if (count <= 5) expect(Math.abs(integral(2 * count) * (2 * count + 1) - 1)).toBeGreaterThan(1e-6);
    },
  );
});
