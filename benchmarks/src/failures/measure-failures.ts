import type { Dataset } from '@kindred/data';
import { bestValues, type Better, type Evaluator, type MetricRow } from '@kindred/harness';
import { standardDeviation } from '@kindred/metrics';
import { failedSets, failureNames, realDraws, type FailureName } from './failures.ts';

/** What a metric says of each failure. */
export interface FailureRow {
  readonly metric: string;
  readonly features: string;
  readonly unit: string;
  readonly better: Better;
  readonly samples: number;
  /** The score of each set; null where there is none: a metric may have no value, as data copying where no cell holds both sides. */
  readonly values: Readonly<Record<FailureName, number | null>>;
  /**
   * Standard deviation of the score of real data from draw to draw; for copying, which such draws cannot show, by theory. Null where a draw
   * has no score: the others alone would be a choice of draws.
   */
  readonly spread: number | null;
}

/**
 * - `seen`: scored worse than real data, beyond chance; `missed`: no different; `fooled`: scored better
 * - `not measured`: the score of the failure, that of real data or the spread is missing
 */
export type Verdict = 'seen' | 'missed' | 'fooled' | 'not measured';

/** Seeds of the draws that show how much a score moves by chance. */
const drawSeeds = Array.from({ length: 20 }, (_, seed) => seed);

/**
 * By how many standard deviations of their difference two scores must be apart: each of the two moves by `spread`. With the spread of 20
 * draws, chance alone goes so far in 0.08 % of cases (t with 19 degrees of freedom), which leaves a table of 140 with a tenth of one.
 */
const threshold = 4;

/** Scores each failed set as if a model had drawn it: a row for each metric that has a score of one of them. */
export async function measureFailures(dataset: Dataset, evaluator: Evaluator, seed: number): Promise<FailureRow[]> {
  const { count, sets } = failedSets(dataset, seed);
  const scores = new Map<FailureName, MetricRow[]>();
  for (const { failure, samples } of sets) scores.set(failure, await evaluator.score(samples, count));
  const draws: MetricRow[][] = [];
  for (const samples of realDraws(dataset, count, drawSeeds)) draws.push(await evaluator.score(samples, count));
  return firstOfEach([...scores.values()].flat()).map((row) => {
    const { metric, features, unit, better, samples } = row;
    const valueIn = (rows: readonly MetricRow[] | undefined): number | null => {
      const value = rows?.find((each) => isSameMetric(each, row))?.value;
      return value !== undefined && Number.isFinite(value) ? value : null;
    };
    const values = Object.fromEntries(failureNames.map((name) => [name, valueIn(scores.get(name))])) as Record<
      FailureName,
      number | null
    >;
    return { metric, features, unit, better, samples, values, spread: spreadOf(row, values.none, draws.map(valueIn)) };
  });
}

const isSameMetric = (a: MetricRow, b: MetricRow): boolean => a.metric === b.metric && a.features === b.features;

function firstOfEach(rows: readonly MetricRow[]): MetricRow[] {
  return rows.filter((row, at) => rows.findIndex((each) => isSameMetric(each, row)) === at);
}

function spreadOf(
  { metric, samples }: MetricRow,
  real: number | null,
  draws: readonly (number | null)[],
): number | null {
  // Training examples are copies to a metric of copying, so draws of them have no spread: a z-score, and a share of n.
  if (metric === 'data-copying') return 1;
  if (metric === 'authentic-share') {
    return real === null ? null : Math.sqrt(Math.max(real * (1 - real), 1 / samples) / samples);
  }
  const measured = draws.filter((value) => value !== null);
  return measured.length < draws.length ? null : standardDeviation(measured);
}

/**
 * How much worse than unseen real data a failure is scored, in what chance alone may do: above 1 it is worse beyond chance, below -1
 * better. Infinite where real data has no spread. Null where the metric has no direction or something was not measured.
 */
export function marginOf({ better, values, spread }: FailureRow, failure: FailureName): number | null {
  const { none: real, [failure]: value } = values;
  if (better === 'none' || value === null || real === null || spread === null) return null;
  const loss = (score: number): number => {
    if (better === 'lower') return score;
    if (better === 'higher') return -score;
    return Math.abs(score - (better === 'real' ? real : bestValues[better]));
  };
  const worse = loss(value) - loss(real);
  return worse === 0 ? 0 : worse / (threshold * Math.SQRT2 * spread);
}

/** Whether a metric sees a failure; null where it has no direction or the failure is none. */
export function verdictOf(row: FailureRow, failure: FailureName): Verdict | null {
  if (row.better === 'none' || failure === 'none') return null;
  const margin = marginOf(row, failure);
  if (margin === null) return 'not measured';
  if (Math.abs(margin) <= 1) return 'missed';
  return margin > 0 ? 'seen' : 'fooled';
}
