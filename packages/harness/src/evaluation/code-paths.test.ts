import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { codeVariances, firstPairs, randomPartners, sphericalInterpolation } from './code-paths.ts';

const norm = (code: Float32Array): number => Math.hypot(...code);
const expectNear = (code: Float32Array, expected: readonly number[]): void => {
  expect(code).toHaveLength(expected.length);
  code.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
};

describe('sphericalInterpolation', () => {
  it('turns at an even pace: a third of a right angle is 30 degrees', () => {
    const [a, b] = [Float32Array.of(2, 0), Float32Array.of(0, 2)];
    expectNear(sphericalInterpolation(a, b, 0), [2, 0]);
    expectNear(sphericalInterpolation(a, b, 1 / 3), [Math.sqrt(3), 1]);
    expectNear(sphericalInterpolation(a, b, 1), [0, 2]);
  });

  it('stays on the sphere, where a straight line would leave it', () => {
    const random = new RandomStream('codes');
    const unit = (): Float32Array => {
      const code = random.fillNormal(new Float32Array(16));
      const length = norm(code);
      return code.map((value) => value / length);
    };
    for (let i = 0; i < 20; i++) {
      const [a, b] = [unit(), unit()];
      for (const t of [0.1, 0.5, 0.8]) expect(norm(sphericalInterpolation(a, b, t))).toBeCloseTo(1, 5);
    }
  });

  it('is a straight line where there is no one circle: parallel codes, opposite ones, zero', () => {
    const line = (a: readonly number[], b: readonly number[]): Float32Array =>
      sphericalInterpolation(Float32Array.from(a), Float32Array.from(b), 0.25);
    expectNear(line([1, 1], [3, 3]), [1.5, 1.5]);
    expectNear(line([1, 0], [-1, 0]), [0.5, 0]);
    expectNear(line([0, 0], [4, 8]), [1, 2]);
    expectNear(line([2], [-6]), [0]);
  });
});

describe('codeVariances', () => {
  it('is the variance with divisor n of each number of the codes, also far from 0', () => {
    const codes = Float32Array.of(1, 1000, 7, 3, 1001, 7, 5, 1002, 7);
    const [first, far, constant] = codeVariances(codes, 3);
    expect(first).toBeCloseTo(8 / 3, 12);
    expect(far).toBeCloseTo(2 / 3, 12);
    expect(constant).toBe(0);
  });
});

describe('firstPairs', () => {
  it('takes examples in their order, each at most once, and only those that fit', () => {
    const classes = [1, 1, 1, 2, 3, 3];
    const different = (a: number, b: number): boolean => classes[a] !== classes[b];
    expect(firstPairs(6, 8, different)).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(firstPairs(6, 2, different)).toHaveLength(2);
    expect(firstPairs(6, 8, (a, b) => classes[a] === classes[b])).toEqual([
      [0, 1],
      [4, 5],
    ]);
    expect(firstPairs(1, 8, different)).toEqual([]);
  });
});

describe('randomPartners', () => {
  const sorted = (values: Int32Array): number[] => [...values].toSorted((a, b) => a - b);
  const everyone = Array.from({ length: 30 }, (_, i) => i);

  it('gives each example another one, one for one', () => {
    const partners = randomPartners(30, new RandomStream(1));
    expect(sorted(partners)).toEqual(everyone);
    expect(partners.every((partner, i) => partner !== i)).toBe(true);
    expect(randomPartners(30, new RandomStream(2))).not.toEqual(partners);
  });

  it('stays within groups; who is alone keeps to itself', () => {
    const groups = Int32Array.from(everyone, (i) => (i === 29 ? 9 : i % 3));
    const partners = randomPartners(30, new RandomStream(1), groups);
    expect(sorted(partners)).toEqual(everyone);
    partners.forEach((partner, i) => expect(groups[partner]).toBe(groups[i]));
    expect(partners[29]).toBe(29);
    expect(partners.filter((partner, i) => partner === i)).toHaveLength(1);
  });
});
