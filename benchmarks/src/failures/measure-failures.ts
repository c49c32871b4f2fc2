import type { Dataset } from '@kindred/data';
import { bestValues, type Better, type Evaluator, type MetricRow } from '@kindred/harness';
import { failedSets, failureNames, realDraws, type FailureName } from './failures.ts';

/** What a metric says of each failure. */
export interface FailureRow {
  readonly metric: string;
  readonly features: string;
  readonly unit: string;
  readonly better: Better;
  readonly samples: number;
  /** The score of each set. */
  readonly values: Readonly<Record<FailureName, number>>;
  /** Standard deviation of the score of real data from draw to draw; for copying, which such draws cannot show, by theory. */
  readonly spread: number;
}

/** - `seen`: scored worse than real data, beyond chance; `missed`: no different; `fooled`: scored better */
export type Verdict = 'seen' | 'missed' | 'fooled';

/** Seeds of the draws that show how much a score moves by chance. */
const drawSeeds = Array.from({ length: 20 }, (_, seed) => seed);

/**
 * By how many standard deviations of their difference two scores must be apart: each of the two moves by `spread`. With the spread of 20
 * draws, chance alone goes so far in 0.08 % of cases (t with 19 degrees of freedom), which leaves a table of 140 with a tenth of one.
 */
const threshold = 4;

/** Scores each failed set as if a model had drawn it. */
export async function measureFailures(dataset: Dataset, evaluator: Evaluator, seed: number): Promise<FailureRow[]> {
  const { count, sets } = failedSets(dataset, seed);
  const scores = new Map<FailureName, MetricRow[]>();
  for (const { failure, samples } of sets) scores.set(failure, await evaluator.score(samples, count));
  const draws: MetricRow[][] = [];
  for (const samples of realDraws(dataset, count, drawSeeds)) draws.push(await evaluator.score(samples, count));
  return (scores.get('none') ?? []).map((row) => {
    const { metric, features, unit, better, samples } = row;
    const valueIn = (rows: readonly MetricRow[] | undefined): number =>
      rows?.find((each) => each.metric === metric && each.features === features)?.value ?? Number.NaN;
    const values = Object.fromEntries(failureNames.map((name) => [name, valueIn(scores.get(name))])) as Record<
      FailureName,
      number
    >;
    const spread = spreadByTheory(row) ?? deviation(draws.map(valueIn));
    return { metric, features, unit, better, samples, values, spread };
  });
}

/** Training examples are copies to a metric of copying, so draws of them have no spread: a share of n, and a z-score. */
function spreadByTheory({ metric, value, samples }: MetricRow): number | undefined {
  if (metric === 'authentic-share') return Math.sqrt(Math.max(value * (1 - value), 1 / samples) / samples);
  return metric === 'data-copying' ? 1 : undefined;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** Whether a metric sees a failure; null where it has no direction or the failure is none. */
export function verdictOf({ better, values, spread }: FailureRow, failure: FailureName): Verdict | null {
  if (better === 'none' || failure === 'none') return null;
  const loss = (value: number): number => {
    if (better === 'lower') return value;
    if (better === 'higher') return -value;
    return Math.abs(value - (better === 'real' ? values.none : bestValues[better]));
  };
  const worse = loss(values[failure]) - loss(values.none);
  if (Math.abs(worse) <= threshold * Math.SQRT2 * spread) return 'missed';
  return worse > 0 ? 'seen' : 'fooled';
}
