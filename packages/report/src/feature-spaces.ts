import type { SuiteRun } from '@kindred/harness';
import type { Column } from './summary.ts';

/** The columns of a dataset by the feature spaces that they are shown with. */
export interface ColumnsBySpace {
  /** What tables and plots show: the first space stands for the dataset, beside what is measured in no space or in one only. */
  readonly first: readonly Column[];
  /** The same metrics in each space after the first: whether what they say is a property of the models or of the space. */
  readonly further: readonly { readonly space: string; readonly columns: readonly Column[] }[];
}

/**
 * Divides the columns of a dataset. A metric that was not measured in the first space stays with it: what the pixels say of sharpness, or
 * a likelihood, is not `the same in pixels features`, wherever pixels are a feature space too.
 */
export function columnsBySpace(run: SuiteRun, dataset: string, columns: readonly Column[]): ColumnsBySpace {
  const [first, ...others] = run.featureSpaces.filter((card) => card.dataset === dataset).map(({ name }) => name);
  const inFirst = new Set(columns.filter(({ features }) => features === first).map(({ metric }) => metric));
  const isFurther = ({ metric, features }: Column): boolean => others.includes(features) && inFirst.has(metric);
  return {
    first: columns.filter((column) => !isFurther(column)),
    further: others.map((space) => ({
      space,
      columns: columns.filter((column) => column.features === space && isFurther(column)),
    })),
  };
}
