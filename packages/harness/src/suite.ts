import { DataError, parseDatasetName } from '@kindred/data';
import { z } from 'zod';
import { problemsOf, ProblemsError } from './problems.ts';

/** Letters, digits and dashes: names become parts of file names. */
const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and dashes');

/** As `openDataset` takes it: `mnist`, `mnist@1000`, `image-folder:faces,64@10%`. */
const datasetName = z.string().superRefine((text, context) => {
  try {
    parseDatasetName(text);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

const budget = z.strictObject({
  unit: z.enum(['examples', 'seconds']),
  amount: z.number().positive(),
});

const batchSize = z.int().min(1).max(65_536);

/** A table by dataset name, by kind of data (`points`, `image`, `sequence`), or for `any`. */
const perData = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

const seed = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const different = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

const seedsExpected = 'expected a count in 1 ... 1000 or a list of different integers in 0 ... 2^31 - 1';
/** A count of seeds or their list; as a list. */
const seeds = z
  .union([z.int().min(1).max(1000), z.array(seed).min(1).refine(different).readonly()], { error: seedsExpected })
  .transform((given): readonly number[] => (typeof given === 'number' ? [...Array(given).keys()] : given));

const model = z.strictObject({
  family: name,
  variant: name,
  options: z.record(z.string(), z.unknown()).default({}),
  budget: perData(budget).default({}),
  batchSize: perData(batchSize).default({}),
  datasets: z.array(datasetName).min(1).optional(),
  seeds: seeds.optional(),
});

/** How a trial is looked at while it trains. */
const validation = z.strictObject({ times: z.int().min(1).max(1000), samples: z.int().min(10) });

const fields = z.strictObject({
  name,
  description: z.string().min(1),
  datasets: z.array(datasetName).min(1).refine(different, 'expected different names'),
  models: z
    .array(model)
    .min(1)
    .refine((models) => different(models.map(({ family, variant }) => `${family}/${variant}`)), {
      error: 'expected different models: each pair of family and variant once',
    }),
  seeds: z.union([seeds.transform((all) => ({ any: all })), perData(seeds)], {
    error: `${seedsExpected}, or a table of such`,
  }),
  budget: perData(budget),
  batchSize: perData(batchSize),
  timeout: z.number().positive(),
  samples: perData(z.int().min(10)).default({}),
  features: perData(z.array(z.string().min(1)).min(1).refine(different, 'expected different feature spaces')).default(
    {},
  ),
  validate: perData(validation).default({}),
  uses: z.boolean().default(false),
  anomalies: z.boolean().default(false),
  binarise: z.enum(['dynamic', 'static']).default('dynamic'),
  dataSeed: seed.default(0),
  throughput: z
    .strictObject({ seconds: z.number().positive().max(3600) })
    .nullable()
    .default({ seconds: 20 }),
});

/** What is measured of samples and encoders against a test split that holds no class that was never trained on. */
const schema = fields.superRefine(({ anomalies, uses, features }, context) => {
  const refused = { uses, features: Object.keys(features).length > 0 };
  for (const [path, given] of Object.entries(refused)) {
    if (!anomalies || !given) continue;
    const message = 'a suite of anomalies measures nothing but them; leave this to another suite';
    context.addIssue({ code: 'custom', path: [path], message });
  }
});

/** How much a trial may spend on training: `examples` seen, or `seconds` of wall-clock time. */
export type Budget = z.output<typeof budget>;

/** A value by dataset name, with or without what follows @ or a colon, by kind of data, or for `any`; the most particular one holds. */
export type PerData<T> = Readonly<Record<string, T>>;

/** What one writes in a suite's file; `defineSuite` fills in the defaults. */
export type SuiteDefinition = z.input<typeof schema>;

/**
 * A comparison to run: every model x dataset x seed is a trial.
 * - `models`: families and variants; `options` go over the variant's, `budget`, `batchSize` and `seeds` over the suite's, and
 *   `datasets` restricts a model to some of the suite's
 * - `seeds`: a count (0, 1, ...) or a list, for all datasets alike or in a table by dataset name, kind of data, or `any`
 * - `datasets`: the ones that take longest first, so that no core is idle in the end
 * - `budget`, `batchSize`: by dataset name, kind of data, or `any`
 * - `timeout`: seconds that a whole trial may take
 * - `samples`: drawn of each model, at least 10; by dataset name, kind or `any`; the size of the test split, or of a train split
 *   that is smaller, where it says nothing. All metrics use this number, likelihoods too
 * - `features`: the feature spaces to measure in, by dataset name, kind or `any`: `classifier`, `random`, `pixels`, `points` or
 *   `onnx:<file>`; the first stands for the dataset in tables. Where it says nothing, `defaultSpaces` does
 * - `validate`: by dataset name, kind or `any`; nowhere unless given. Training stops at `times` evenly spaced points of the budget, the last one at its
 *   end; `samples` are drawn there and a few metrics of them measured against as many examples of the validation split: the Fréchet distance in the
 *   first feature space, modes and high-quality share where modes are known, the grammatical share of text from a known source, and the likelihood of
 *   validation and training examples where the family states one. That costs time, but none that counts as training, and leaves every other number as it is: checkpoints have
 *   random streams of their own
 * - `uses`: whether models with an encoder are also put to use: how well they reconstruct and denoise test images, how many of their codes
 *   are active and what lies between two of them, with sheets that show it
 * - `anomalies`: whether models are to find a class that they never saw. Each trial then trains without one, the seed modulo the number of classes: as
 *   many seeds as there are classes hold out each in turn, and means over seeds are means over held-out classes. Checkpoints leave it out
 *   too. Nothing else is measured, since the test split holds that class; class-conditional models, which would have to be told it, are not
 *   applicable. All datasets must have classes
 * - `binarise`: what models of binary images are trained on: `dynamic`, bits drawn anew each time an image is seen, or `static`, bits drawn once
 *   by the data seed. They are always tested on bits drawn once; of few images static training sees far less, and the two do not compare
 * - `dataSeed`: splits the data and binarises it, alike for all trials
 * - `throughput`: total seconds of the timing run, null to leave it out
 */
export type Suite = z.output<typeof schema>;
export type SuiteModel = Suite['models'][number];
/** How often a trial is measured while it trains, and on how many samples. */
export type Validation = z.output<typeof validation>;

/** Checks a suite and fills in its defaults. Throws one ProblemsError that lists every problem with its path. */
export function defineSuite(definition: SuiteDefinition): Suite {
  const parsed = schema.safeParse(definition);
  if (parsed.success) return parsed.data;
  const given: unknown = definition?.name;
  throw new ProblemsError(`suite ${typeof given === 'string' ? given : '(no name)'}`, problemsOf(parsed.error));
}

/** The value for a dataset: by its name, else by what its name begins with, by its kind, or `any`; tables further left come first. */
export function valueFor<T>(
  dataset: { readonly name: string; readonly spec: { readonly kind: string } },
  ...tables: readonly PerData<T>[]
): T | undefined {
  for (const table of tables) {
    for (const key of [dataset.name, parseDatasetName(dataset.name).base, dataset.spec.kind, 'any']) {
      if (Object.hasOwn(table, key)) return table[key];
    }
  }
  return undefined;
}
