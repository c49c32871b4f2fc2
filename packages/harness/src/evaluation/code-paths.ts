import type { RandomStream } from '@kindred/random';

/** Below this sine of their angle two codes count as parallel: the formula divides by it. */
const leastSine = 1e-6;

/**
 * A code between two, along the great circle through their directions where that is possible: codes of N(0, I) lie near a sphere, and a
 * straight line between two of them leaves it.
 *
 *     sin((1 - t) w) / sin w * a + sin(t w) / sin w * b,   w the angle between a and b
 *
 * A straight line where the codes are parallel, opposite, or 0: there is no angle then, or no one circle.
 *
 * @param t 0 gives `a`, 1 gives `b`
 * @see White 2016, arXiv:1609.04468
 */
export function sphericalInterpolation(a: Float32Array, b: Float32Array, t: number): Float32Array {
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(Math.min(Math.max(cosine, -1), 1));
  const sine = Math.sin(angle);
  const round = sine > leastSine; // false for NaN
  const [from, to] = round ? [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine] : [1 - t, t];
  return a.map((value, i) => from * value + to * (b[i] ?? 0));
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/**
 * Variance over `count` examples of each of their codes' numbers, [size], with divisor `count`.
 *
 * @param codes [count, size]
 */
export function codeVariances(codes: Float32Array, count: number): Float64Array {
  const size = codes.length / count;
  const means = new Float64Array(size);
  for (const [i, value] of codes.entries()) means[i % size] = (means[i % size] ?? 0) + value / count;
  const variances = new Float64Array(size);
  for (const [i, value] of codes.entries()) {
    variances[i % size] = (variances[i % size] ?? 0) + (value - (means[i % size] ?? 0)) ** 2 / count;
  }
  return variances;
}

/**
 * The first pairs of `count` examples, none of them in two pairs.
 *
 * @param fits whether two examples may be a pair
 */
export function firstPairs(
  count: number,
  most: number,
  fits: (a: number, b: number) => boolean,
): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  const left = Array.from({ length: count }, (_, i) => i);
  while (left.length > 1 && pairs.length < most) {
    const first = left.shift() ?? 0;
    const at = left.findIndex((other) => fits(first, other));
    if (at >= 0) pairs.push([first, left.splice(at, 1)[0] ?? 0]);
  }
  return pairs;
}

/**
 * For each of `count` examples another one at random, each one for one: those of a group in a random order are each other's next. One that
 * is alone in its group is its own partner.
 *
 * @param groups the group of each example; one group of all where it is not given
 */
export function randomPartners(count: number, random: RandomStream, groups?: Int32Array): Int32Array {
  const members = new Map<number, number[]>();
  for (const example of random.permutation(count)) {
    const group = groups?.[example] ?? 0;
    const known = members.get(group);
    if (known) known.push(example);
    else members.set(group, [example]);
  }
  const partners = new Int32Array(count);
  for (const cycle of members.values()) {
    for (const [place, example] of cycle.entries()) partners[example] = cycle[(place + 1) % cycle.length] ?? example;
  }
  return partners;
}
