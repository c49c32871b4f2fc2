import type { SuiteRun } from '@kindred/harness';
import { holm, permutationTest, probabilityOfImprovement } from '@kindred/metrics';
import { modelsOn, type Model } from './models.ts';
import { lossesOfRuns, ranking } from './ranking.ts';
import { isHeldOut } from './seeds.ts';
import { columnsOf, isRepeated, type Column, type SummaryRow } from './summary.ts';

/** The best contender of a column and the next best, by their means, run against run. */
export interface Comparison {
  readonly column: Column;
  readonly best: Model;
  readonly next: Model;
  /** That a run of the best is better than one of the next best, ties counted half: 0 ... 1. */
  readonly probability: number;
  /**
   * Of a permutation test of the two means, two-sided; null below two runs of each, and where runs hold out classes: those of a seed belong
   * together then, and may not be exchanged.
   */
  readonly pValue: number | null;
  /** The same, adjusted by Holm for all columns of the dataset that were tested. */
  readonly adjusted: number | null;
}

/** Below this an adjusted p-value is called significant. */
export const significanceLevel = 0.05;

/** Every column of a dataset in which two contenders or more have a score, in order. */
export function comparisonsOn(run: SuiteRun, summary: readonly SummaryRow[], dataset: string): Comparison[] {
  const models = modelsOn(run, dataset);
  const columns = columnsOf(summary, dataset);
  const found = columns.flatMap((column) => {
    const [best, next] = ranking(summary, dataset, models, column).map(({ model }) => model);
    if (isRepeated(column, columns) || best === undefined || next === undefined) return [];
    const [first, second] = [best, next].map((model) => lossesOfRuns(run, summary, dataset, model, column));
    if (first === undefined || second === undefined || Math.min(first.length, second.length) === 0) return [];
    const tested = Math.min(first.length, second.length) > 1 && !isHeldOut(run);
    return [
      {
        column,
        best,
        next,
        // Losses: less is better.
        probability: probabilityOfImprovement(second, first),
        pValue: tested ? permutationTest(first, second).pValue : null,
      },
    ];
  });
  const adjusted = holm(found.flatMap(({ pValue }) => pValue ?? []));
  return found.map(({ column, best, next, probability, pValue }) => {
    return { column, best, next, probability, pValue, adjusted: pValue === null ? null : (adjusted.shift() ?? null) };
  });
}
