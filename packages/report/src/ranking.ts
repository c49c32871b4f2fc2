import { bestValues, type Better } from '@kindred/harness';
import type { Model } from './models.ts';
import { cellOf, type Column, type SummaryRow } from './summary.ts';

/** A mean with its interval, turned so that less is better. */
interface Loss {
  readonly model: Model;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The contender that is best in a column beyond doubt of its interval: its 95 % interval overlaps no other contender's.
 * Null where no interval separates one, where fewer than two contenders were measured, or where the metric is no score.
 */
export function separatedBest(
  summary: readonly SummaryRow[],
  dataset: string,
  models: readonly Model[],
  column: Column,
): Model | null {
  const losses = lossesOf(summary, dataset, models, column);
  const [best, ...others] = losses;
  if (best === undefined || others.length === 0 || best.high === null) return null;
  const limit = best.high;
  return others.every(({ low }) => low !== null && low > limit) ? best.model : null;
}

/** The contenders of a column from best to worst by their means; [] where the metric is no score. */
export function ranking(
  summary: readonly SummaryRow[],
  dataset: string,
  models: readonly Model[],
  column: Column,
): Model[] {
  return lossesOf(summary, dataset, models, column).map(({ model }) => model);
}

function lossesOf(summary: readonly SummaryRow[], dataset: string, models: readonly Model[], column: Column): Loss[] {
  const { better } = column;
  if (better === 'none') return [];
  return models
    .filter(({ role }) => role === 'contender')
    .flatMap((model): Loss[] => {
      const row = cellOf(summary, dataset, model, column);
      return row === null || row.mean === null ? [] : [lossOf(model, better, row.mean, row)];
    })
    .sort((a, b) => a.mean - b.mean);
}

function lossOf(
  model: Model,
  better: Exclude<Better, 'none'>,
  mean: number,
  { low, high }: Pick<SummaryRow, 'low' | 'high'>,
): Loss {
  if (low === null || high === null) return { model, mean: towardsZero(better, mean), low: null, high: null };
  const ends = [towardsZero(better, low), towardsZero(better, high)];
  const target = targetOf(better);
  const inside = target !== null && low <= target && high >= target;
  return { model, mean: towardsZero(better, mean), low: inside ? 0 : Math.min(...ends), high: Math.max(...ends) };
}

function towardsZero(better: Exclude<Better, 'none'>, value: number): number {
  const target = targetOf(better);
  if (target !== null) return Math.abs(value - target);
  return better === 'lower' ? value : -value;
}

/** The value that a metric is best at; null where it is best at an end. */
function targetOf(better: Better): number | null {
  return better === 'one' || better === 'half' || better === 'zero' ? bestValues[better] : null;
}
