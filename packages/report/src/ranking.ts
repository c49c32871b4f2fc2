import { bestValues, type SuiteRun } from '@kindred/harness';
import { isOf, unseenData, type Model } from './models.ts';
import { cellOf, type Column, type SummaryRow } from './summary.ts';

/** A model and its mean, turned so that less is better. */
export interface Ranked {
  readonly model: Model;
  readonly mean: number;
}

/** With the interval of the mean, turned alike. */
interface Loss extends Ranked {
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

/** The contenders of a column from best to worst by their means, equal ones in the order of `models`; [] where the metric is no score. */
export function ranking(
  summary: readonly SummaryRow[],
  dataset: string,
  models: readonly Model[],
  column: Column,
): readonly Ranked[] {
  return lossesOf(summary, dataset, models, column);
}

/** The values of a model's runs in a column, on the test split, turned so that less is better; [] where the metric is no score. */
export function lossesOfRuns(
  run: SuiteRun,
  summary: readonly SummaryRow[],
  dataset: string,
  model: Model,
  column: Column,
): number[] {
  const goal = goalIn(summary, dataset, column);
  if (goal === null) return [];
  const trials = run.trials.filter((trial) => trial.dataset === dataset && trial.status === 'ok' && isOf(model, trial));
  const rows = trials.flatMap(({ metrics }) =>
    metrics.filter(
      ({ metric, features, split }) => metric === column.metric && features === column.features && split === 'test',
    ),
  );
  return rows.map(({ value }) => towardsZero(goal, value)).filter(Number.isFinite);
}

function lossesOf(summary: readonly SummaryRow[], dataset: string, models: readonly Model[], column: Column): Loss[] {
  const goal = goalIn(summary, dataset, column);
  if (goal === null) return [];
  return models
    .filter(({ role }) => role === 'contender')
    .flatMap((model): Loss[] => {
      const row = cellOf(summary, dataset, model, column);
      return row === null || row.mean === null ? [] : [lossOf(model, goal, row.mean, row)];
    })
    .sort((a, b) => a.mean - b.mean);
}

/** Where a metric is best: at one of its ends, or at a value. */
type Goal = 'lower' | 'higher' | number;

/** Null where the metric is no score, or where it is best at a value that was not measured. */
function goalIn(summary: readonly SummaryRow[], dataset: string, column: Column): Goal | null {
  const { better } = column;
  if (better === 'lower' || better === 'higher') return better;
  if (better === 'none') return null;
  return better === 'real' ? (cellOf(summary, dataset, unseenData, column)?.mean ?? null) : bestValues[better];
}

function lossOf(model: Model, goal: Goal, mean: number, { low, high }: Pick<SummaryRow, 'low' | 'high'>): Loss {
  if (low === null || high === null) return { model, mean: towardsZero(goal, mean), low: null, high: null };
  const ends = [towardsZero(goal, low), towardsZero(goal, high)];
  const inside = typeof goal === 'number' && low <= goal && high >= goal;
  return { model, mean: towardsZero(goal, mean), low: inside ? 0 : Math.min(...ends), high: Math.max(...ends) };
}

function towardsZero(goal: Goal, value: number): number {
  if (typeof goal === 'number') return Math.abs(value - goal);
  return goal === 'lower' ? value : -value;
}
