import type { WorkResult } from '../result.ts';

/** A goal, what was reached, and over which rows. */
export interface Goal {
  readonly goal: string;
  /** Largest value that meets it. */
  readonly limit: number;
  /** Null where no row was measured. */
  readonly value: number | null;
  /** The row that the value is of, or how many it is over. */
  readonly of: string;
  readonly met: boolean | null;
}

interface Ratio {
  readonly work: string;
  readonly value: number;
}

/** Metrics whose matrices are never whole in memory. */
const inBlocks = new Set(['prdc', 'kernel-distance']);

/** The goals against PyTorch, judged on the rows that are ok. */
export function goalsOf(results: readonly WorkResult[]): Goal[] {
  const good = results.filter(({ status, against }) => status === 'ok' && against === 'torch');
  const ratios = (kind: WorkResult['kind']): Ratio[] =>
    good.flatMap(({ work, kind: its, ratio }) => (its === kind && ratio ? [{ work, value: ratio.estimate }] : []));
  const training = ratios('train');
  const mean =
    training.length === 0
      ? null
      : Math.exp(training.reduce((sum, { value }) => sum + Math.log(value), 0) / training.length);
  return [
    judged('Training, geometric mean of the ratios', 0.67, mean, `${training.length} rows`),
    worst('Training, largest ratio', 1, training),
    worst('Sampling, largest ratio', 0.5, ratios('sample')),
    worst(
      'Metrics in blocks, largest ratio',
      1,
      ratios('metric').filter(({ work }) => inBlocks.has(work)),
    ),
    worst('Our cached sampling by our naive, largest', 0.05, cachedByNaive(results)),
  ];
}

/** Our cached time by our naive one, where both were measured. */
export function cachedByNaive(results: readonly WorkResult[]): Ratio[] {
  const timeOf = (work: string): number | null =>
    results.find((result) => result.work === work && result.status !== 'failed')?.oursMs ?? null;
  return results.flatMap(({ work }) => {
    if (!work.endsWith('-naive')) return [];
    const name = work.slice(0, -'-naive'.length);
    const [naive, cached] = [timeOf(work), timeOf(`${name}-cached`)];
    return naive === null || cached === null ? [] : [{ work: name, value: cached / naive }];
  });
}

function worst(goal: string, limit: number, ratios: readonly Ratio[]): Goal {
  const [first, ...rest] = ratios;
  if (!first) return judged(goal, limit, null, 'no row');
  const largest = rest.reduce((most, ratio) => (ratio.value > most.value ? ratio : most), first);
  return judged(goal, limit, largest.value, largest.work);
}

const judged = (goal: string, limit: number, value: number | null, of: string): Goal => ({
  goal,
  limit,
  value,
  of,
  met: value === null ? null : value <= limit,
});
