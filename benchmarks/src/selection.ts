import { DataError, parseDatasetName } from '@kindred/data';
import { defineSuite, ProblemsError, unknownName, type Families, type Suite, type SuiteModel } from '@kindred/harness';

/** What the command line asks of a suite; what is left out stays as the suite has it. */
export interface Choice {
  /** `family` or `family/variant`. */
  readonly models?: readonly string[];
  readonly datasets?: readonly string[];
  /** Number of seeds: 0, 1, ... */
  readonly seeds?: number;
  /** Feature spaces of images. */
  readonly features?: readonly string[];
}

export interface Known {
  readonly families: Families;
  /** Without arguments and amounts. */
  readonly datasets: readonly string[];
}

/**
 * The suite, narrowed or changed to the choice. A model or dataset that exists but is not in the suite joins it with the suite's
 * budgets; a family that is not in it comes with its first variant. Throws one ProblemsError for all unknown names.
 */
export function selectFrom(suite: Suite, choice: Choice, known: Known): Suite {
  const problems: string[] = [];
  for (const dataset of choice.datasets ?? []) {
    const problem = problemWith(dataset, known.datasets);
    if (problem) problems.push(problem);
  }
  const asked = choice.models?.map((name) => findModels(name, suite, known.families));
  for (const found of asked ?? []) if (typeof found === 'string') problems.push(found);
  if (problems.length > 0) throw new ProblemsError('the choice of models and datasets', problems);
  const found = asked?.flatMap((each) => (typeof each === 'string' ? [] : each)) ?? suite.models;
  const models = choice.seeds ? found.map(withoutSeeds) : found;
  const datasets = choice.datasets ?? suite.datasets;
  return defineSuite({
    ...suite,
    models: [...new Map(models.map((model) => [nameOf(model), within(model, datasets)])).values()],
    datasets: [...new Set(datasets)],
    seeds: choice.seeds ?? suite.seeds,
    features: choice.features ? { ...suite.features, image: [...choice.features] } : suite.features,
  });
}

/** What is wrong with a dataset's name; whether there is as much of it as asked for is seen when it is opened. */
function problemWith(dataset: string, known: readonly string[]): string | undefined {
  try {
    const { base } = parseDatasetName(dataset);
    return known.includes(base) ? undefined : unknownName('dataset', base, known);
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

/** A model restricted to datasets keeps those that are chosen; where none is, it runs on all that are. */
function within(model: SuiteModel, datasets: readonly string[]): SuiteModel {
  const { datasets: own, ...rest } = model;
  const left = own?.filter((dataset) => datasets.includes(dataset)) ?? [];
  return left.length > 0 ? { ...rest, datasets: left } : rest;
}

/** A model that is trained with the suite's seeds. */
function withoutSeeds(model: SuiteModel): SuiteModel {
  const { seeds: _, ...rest } = model;
  return rest;
}

const nameOf = ({ family, variant }: { readonly family: string; readonly variant: string }): string =>
  `${family}/${variant}`;

/** The models behind a name, or what is wrong with it. */
function findModels(name: string, suite: Suite, families: Families): readonly SuiteModel[] | string {
  const inSuite = suite.models.filter((model) => model.family === name || nameOf(model) === name);
  if (inSuite.length > 0) return inSuite;
  const [familyName = '', wanted] = name.split('/');
  const family = Object.hasOwn(families, familyName) ? families[familyName] : undefined;
  if (!family) return unknownName('model', name, modelNames(families));
  const variants = Object.keys(family.variants);
  const variant = wanted ?? variants[0];
  if (variant === undefined || !variants.includes(variant)) return unknownName('model', name, modelNames(families));
  return [{ family: familyName, variant, options: {}, budget: {}, batchSize: {} }];
}

/** `gan/non-saturating`, ... of all families. */
export function modelNames(families: Families): string[] {
  return Object.values(families).flatMap((family) =>
    Object.keys(family.variants).map((variant) => `${family.name}/${variant}`),
  );
}
