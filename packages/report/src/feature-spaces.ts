import type { SuiteRun } from '@kindred/harness';

/**
 * The feature spaces of a dataset after its first. The first stands for the dataset in tables and plots; the others tell whether
 * what it says is a property of the models or of the space.
 */
export function furtherSpaces(run: SuiteRun, dataset: string): string[] {
  return run.featureSpaces
    .filter((card) => card.dataset === dataset)
    .slice(1)
    .map(({ name }) => name);
}
