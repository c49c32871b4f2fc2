import type { SuiteRun, TrialRecord } from '@kindred/harness';
import { isOf, modelsOn } from './models.ts';
import { groupBy } from './summary.ts';

/** Models that were trained with the same seeds. */
export interface SeedGroup {
  readonly seeds: readonly number[];
  readonly datasets: readonly string[];
  /** Labels of the models that differ from the rest of their dataset; empty where the group is that rest, or all there are. */
  readonly models: readonly string[];
}

/** The training seeds of a run: one group where all models have the same, else one for each set of seeds; exceptions last. */
export function seedGroups(run: SuiteRun): SeedGroup[] {
  const found = run.datasets.flatMap(({ name }) => groupsOn(run, name));
  const same = groupBy(found, ({ seeds, models }) => JSON.stringify([seeds, models]));
  const groups = [...same.values()].flatMap(([first, ...others]): SeedGroup[] =>
    first ? [{ ...first, datasets: [first, ...others].flatMap(({ datasets }) => datasets) }] : [],
  );
  if (groups.length < 2) {
    return [{ seeds: groups[0]?.seeds ?? [], datasets: run.datasets.map(({ name }) => name), models: [] }];
  }
  return groups.toSorted((a, b) => Math.sign(a.models.length) - Math.sign(b.models.length));
}

/** The groups of one dataset: what most of its models have is the rule. */
function groupsOn(run: SuiteRun, dataset: string): SeedGroup[] {
  const models = modelsOn(run, dataset).map((model) => ({
    label: model.label,
    seeds: run.trials.filter((trial) => trial.dataset === dataset && isOf(model, trial)).map(({ seed }) => seed),
  }));
  const sets = [...groupBy(models, ({ seeds }) => seeds.join()).values()].toSorted((a, b) => b.length - a.length);
  return sets.map((set, rank) => ({
    seeds: set[0]?.seeds ?? [],
    datasets: [dataset],
    models: rank === 0 ? [] : set.map(({ label }) => label),
  }));
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
