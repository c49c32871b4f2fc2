import { RandomStream } from '@kindred/random';
import { binomialCoefficient } from './binomial.ts';
import { checkSample, mean } from './summary.ts';

/** What is compared, and how many regroupings are looked at. */
export interface PermutationTestOptions {
  /** What is compared, of any two groups of these sizes; default mean(a) - mean(b). It must not keep the arrays it is given. */
  readonly statistic?: (a: readonly number[], b: readonly number[]) => number;
  /** The most regroupings to look at. Default 10 000. */
  readonly permutations?: number;
  /** Seed of the random regroupings. Default 0. */
  readonly seed?: number;
}

export interface PermutationTest {
  /** The statistic of the groups as they are. */
  readonly difference: number;
  /** Two-sided p-value, above 0 and at most 1. */
  readonly pValue: number;
  /** Whether all regroupings were looked at, rather than random ones. */
  readonly exact: boolean;
  /** How many were looked at. */
  readonly permutations: number;
}

/** Statistics that differ by less than this share of the largest one are taken as equal: rounding must not break ties. */
const tieTolerance = 1e-12;

/**
 * Permutation test of whether two groups of independent runs come from one distribution: how often does a regrouping of the
 * pooled values show at least the difference that was found, in either direction? All regroupings are looked at where they are
 * at most `permutations`; the p-value is then their share, and the test exact. Else it is (b + 1) / (m + 1) from b of m random
 * ones. Five against five values have 252 regroupings: no p-value can be below 2 / 252 = 0.008.
 *
 * @param a one value per run, at least one
 * @param b one value per run, at least one; their number may be another
 * @throws RangeError without values, when one or a statistic is not finite, or when an option is out of range
 * @see Fisher 1935, "The design of experiments"; Phipson and Smyth 2010, arXiv:1603.05766
 */
export function permutationTest(
  a: readonly number[],
  b: readonly number[],
  options: PermutationTestOptions = {},
): PermutationTest {
  const { statistic = (a, b) => mean(a) - mean(b), permutations = 10_000, seed = 0 } = options;
  for (const values of [a, b]) checkSample('permutationTest', values, 1);
  if (!Number.isInteger(permutations) || permutations < 1) {
    throw new RangeError(
      `permutationTest: permutations must be a positive integer, got ${permutations}; leave it out for 10 000.`,
    );
  }
  const statisticOf = (a: readonly number[], b: readonly number[]): number => {
    const value = statistic(a, b);
    if (Number.isFinite(value)) return value;
    throw new RangeError(
      `permutationTest: the statistic of a regrouping must be a finite number, got ${value}; take one that is finite for any groups.`,
    );
  };
  const difference = statisticOf(a, b);
  const pooled = [...a, ...b];
  const exact = binomialCoefficient(pooled.length, a.length) <= permutations;
  const regroupings = exact
    ? allGroupings(pooled, a.length)
    : randomGroupings(pooled, a.length, { permutations, seed });
  const sizes: number[] = [];
  for (const [first, second] of regroupings) sizes.push(Math.abs(statisticOf(first, second)));
  const observed = Math.abs(difference);
  const tolerance = tieTolerance * sizes.reduce((largest, size) => Math.max(largest, size), observed);
  const asLarge = sizes.filter((size) => size >= observed - tolerance).length;
  return {
    difference,
    pValue: exact ? asLarge / sizes.length : (asLarge + 1) / (sizes.length + 1),
    exact,
    permutations: sizes.length,
  };
}

type Grouping = readonly [readonly number[], readonly number[]];

/** Each way to choose `size` of the values, once. */
function* allGroupings(values: readonly number[], size: number): Generator<Grouping> {
  const chosen = Array.from({ length: size }, (_, i) => i); // ascending places
  for (;;) {
    const inFirst = new Set(chosen);
    yield [chosen.map((place) => values[place] ?? 0), values.filter((_, place) => !inFirst.has(place))];
    // The last place that can still move up does; those behind it follow close.
    let last = size - 1;
    while (last >= 0 && chosen[last] === values.length - size + last) last--;
    if (last < 0) return;
    const from = (chosen[last] ?? 0) + 1;
    for (let i = last; i < size; i++) chosen[i] = from + i - last;
  }
}

function* randomGroupings(
  values: readonly number[],
  size: number,
  { permutations, seed }: { readonly permutations: number; readonly seed: number },
): Generator<Grouping> {
  const random = new RandomStream(seed, 'permutation-test');
  const shuffled = values.slice();
  for (let round = 0; round < permutations; round++) {
    random.shuffle(shuffled);
    yield [shuffled.slice(0, size), shuffled.slice(size)];
  }
}
