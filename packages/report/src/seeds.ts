import type { SuiteRun } from '@kindred/harness';
import { groupBy } from './summary.ts';

/** Datasets whose models were trained with the same seeds. */
export interface SeedGroup {
  readonly seeds: readonly number[];
  readonly datasets: readonly string[];
}

/** The training seeds of a run: one group where all datasets have the same, else one for each set of seeds. */
export function seedGroups({ datasets, trials }: SuiteRun): SeedGroup[] {
  const byDataset = datasets.map(({ name }) => ({
    name,
    own: [...new Set(trials.flatMap((trial) => (trial.dataset === name ? [trial.seed] : [])))],
  }));
  const groups = [
    ...groupBy(
      byDataset.filter(({ own }) => own.length > 0),
      ({ own }) => own.join(),
    ).values(),
  ];
  if (groups.length < 2) return [{ seeds: groups[0]?.[0]?.own ?? [], datasets: datasets.map(({ name }) => name) }];
  return groups.map((group) => ({ seeds: group[0]?.own ?? [], datasets: group.map(({ name }) => name) }));
}
