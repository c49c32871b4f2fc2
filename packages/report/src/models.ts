import type { SuiteRun } from '@kindred/harness';

/** A variant of a family, as a report speaks of it. */
export interface Model {
  readonly family: string;
  readonly variant: string;
  /** Unique in the run and as short as that allows: the family, with its variant where the run has several; a baseline's variant. */
  readonly label: string;
  /** Baselines are trivial on purpose: they are set apart in tables and never called the best. */
  readonly role: 'contender' | 'baseline';
}

/** The family name under which calibration rows stand beside the models'. */
export const calibrationFamily = 'calibration';

/** The floor: training examples in the place of samples. */
export const floorData = { family: calibrationFamily, variant: 'train-against-test' } as const;

/** Real data that no model was trained on: what metrics are measured by that are best at the value of real data. */
export const unseenData = { family: calibrationFamily, variant: 'validation-against-test' } as const;

/** What the data was drawn from, where it is known, by its own likelihood: no model needs less but by chance. */
export const sourceData = { family: calibrationFamily, variant: 'source-against-test' } as const;

/** The family of packages/baselines: its variants are the trivial models that every comparison includes. */
const baselineFamily = 'baselines';

/** The models of a run, each once: contenders before baselines, else in the order of the plan. */
export function modelsOf(run: SuiteRun): Model[] {
  const variants = new Map<string, Set<string>>();
  for (const { family, variant } of [...run.trials, ...run.throughput]) {
    variants.set(family, (variants.get(family) ?? new Set()).add(variant));
  }
  const models = [...variants].flatMap(([family, names]) =>
    [...names].map((variant): Model => {
      if (family === baselineFamily) {
        return { family, variant, label: variants.has(variant) ? `${family} ${variant}` : variant, role: 'baseline' };
      }
      return { family, variant, label: names.size === 1 ? family : `${family} ${variant}`, role: 'contender' };
    }),
  );
  return [...models.filter(({ role }) => role === 'contender'), ...models.filter(({ role }) => role === 'baseline')];
}

/** The models that have a trial on a dataset. */
export function modelsOn(run: SuiteRun, dataset: string): Model[] {
  return modelsOf(run).filter((model) => run.trials.some((trial) => trial.dataset === dataset && isOf(model, trial)));
}

/** Whether a trial, a summary row or a timing is one of this model. */
export function isOf(model: Model, row: { readonly family: string; readonly variant: string }): boolean {
  return model.family === row.family && model.variant === row.variant;
}

/** A file name made of words: what is not a letter, digit, dot, dash, underscore, + or @ becomes a dash. */
export function fileName(words: readonly string[], extension: string): string {
  return `${words.map((word) => word.replace(/[^\w.@+-]+/g, '-')).join('.')}.${extension}`;
}
