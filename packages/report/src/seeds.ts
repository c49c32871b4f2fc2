import type { SuiteRun, TrialRecord } from '@kindred/harness';
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

/** The classes that trials were trained without, ascending; none where no class was held out. */
export function heldOutClasses(trials: readonly Pick<TrialRecord, 'heldOut'>[]): number[] {
  return [...new Set(trials.flatMap(({ heldOut }) => heldOut ?? []))].toSorted((a, b) => a - b);
}

/** `trained without class 3`; '' of a trial that saw all classes. */
export function withoutClass({ heldOut }: { readonly heldOut?: number | undefined }): string {
  return heldOut === undefined ? '' : `trained without class ${heldOut}`;
}

/** Whether trials of a run were trained without a class. */
export function isHeldOut({ trials }: Pick<SuiteRun, 'trials'>): boolean {
  return heldOutClasses(trials).length > 0;
}

/** What means of a run are over: `training seeds`, or `held-out classes`, of which each seed has one. */
export function averaged(run: Pick<SuiteRun, 'trials'>): string {
  return isHeldOut(run) ? 'held-out classes' : 'training seeds';
}
