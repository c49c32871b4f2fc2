import type { Dataset } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import { activeVariance, openCodes, type GenerativeModel, type OpenCodes } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { evaluationBatch } from '../contender.ts';
import type { TrialPlan } from '../plan.ts';
import type { MetricRow } from '../record.ts';
import { codeVariances, firstPairs, randomPartners, sphericalInterpolation } from './code-paths.ts';
import { rowOf } from './metric-table.ts';
import type { Sheet, Uses } from './sheet.ts';

/** Rows of a sheet, at most. */
const mostRows = 8;
/** Steps from one code to another, its ends among them. */
const steps = 10;
/** Values of a code in a traversal, in standard deviations of the prior: -3 to 3 by halves. */
const reach = Array.from({ length: 13 }, (_, i) => -3 + i / 2);

/** What all uses of codes need. */
interface Walk {
  readonly codes: OpenCodes;
  /** Test examples, [count, ...shape], and their codes [count, size]. */
  readonly examples: Float32Array;
  readonly means: Float32Array;
  readonly count: number;
  readonly shape: readonly number[];
  /** The class of each example, null where there are none. */
  readonly labels: Int32Array | null;
  /** Whether decoders are told a class; paths then stay within one. */
  readonly conditional: boolean;
  readonly random: RandomStream;
}

/**
 * What can be done with a model's codes, seen on the first `samples` test examples: how many of them are active, what lies half-way between
 * two examples, and for images two sheets, `interpolation` and `traversal`. Nothing where the model has no codes.
 *
 * @param score rows of quality of `samples` decoded midpoints; none where there is no way to measure them
 */
export async function usesOfCodes(
  engine: Engine,
  model: GenerativeModel,
  { spec, splits }: Pick<Dataset, 'spec' | 'splits'>,
  { samples: count, seed, dataSeed }: Pick<TrialPlan, 'samples' | 'seed' | 'dataSeed'>,
  score: (midpoints: Float32Array, count: number) => Promise<readonly MetricRow[]>,
): Promise<Uses> {
  if (!model.codes) return { metrics: [], sheets: [] };
  const labels = splits.test.labels && Int32Array.from(splits.test.labels.subarray(0, count));
  const examples = splits.test.floats(0, count);
  const codes = await openCodes(engine, model, Math.min(count, evaluationBatch));
  try {
    const random = new RandomStream(seed, 'codes');
    const means = await codes.encode(examples, { count, random, ...(labels && { labels }) });
    const conditional = model.conditional === true;
    const walk: Walk = { codes, examples, means, count, shape: spec.shape, labels, conditional, random };
    const variances = codeVariances(means, count);
    const active = [...variances.keys()].filter((code) => (variances[code] ?? 0) > activeVariance);
    const mostActive = active.sort((a, b) => (variances[b] ?? 0) - (variances[a] ?? 0)).slice(0, mostRows);
    const midpoints = await midpointsOf(walk, new RandomStream(dataSeed, 'pairs of test examples'));
    return {
      metrics: [
        rowOf({ metric: 'active-units', features: 'posterior', value: active.length }, 'test', count),
        ...(await score(midpoints, count)),
      ],
      sheets: spec.kind === 'image' ? [...(await interpolation(walk)), ...(await traversal(walk, mostActive))] : [],
    };
  } finally {
    await codes.dispose();
  }
}

/** For each example the one half-way to another at random, decoded: [count, ...shape]. Trials of a suite have the same pairs; where models are told the class, pairs within it. */
function midpointsOf(walk: Walk, random: RandomStream): Promise<Float32Array> {
  const { count, labels, conditional } = walk;
  const partners = randomPartners(count, random, conditional && labels ? labels : undefined);
  const points = Array.from({ length: count }, (_, i) => {
    const code = sphericalInterpolation(codeOf(walk, i), codeOf(walk, partners[i] ?? i), 0.5);
    return { code, like: i };
  });
  return decoded(walk, points);
}

/** Rows from one test image to another, of different classes; of one class where the model is told it. */
async function interpolation(walk: Walk): Promise<Sheet[]> {
  const { count, labels, conditional, shape, examples } = walk;
  const pairs = firstPairs(count, mostRows, (a, b) => !labels || (labels[a] === labels[b]) === conditional);
  if (pairs.length === 0) return [];
  const images = await decoded(
    walk,
    pairs.flatMap(([a, b]) =>
      Array.from({ length: steps }, (_, step) => ({
        code: sphericalInterpolation(codeOf(walk, a), codeOf(walk, b), step / (steps - 1)),
        like: a,
      })),
    ),
  );
  const size = examples.length / count;
  const image = (i: number): Float32Array => examples.subarray(i * size, (i + 1) * size);
  const between = (row: number): Float32Array => images.subarray(row * steps * size, (row + 1) * steps * size);
  return [
    {
      name: 'interpolation',
      rows: pairs.map(([a, b], row) => (labels ? `${labels[a]} to ${labels[b]}` : `pair ${row + 1}`)),
      across: `a test image, ${steps} steps from its code to that of another, that other one`,
      columns: steps + 2,
      shape,
      images: joined(pairs.flatMap(([a, b], row) => [image(a), between(row), image(b)])),
    },
  ];
}

/** A row per code: what it changes in the first test image. */
async function traversal(walk: Walk, shown: readonly number[]): Promise<Sheet[]> {
  if (shown.length === 0) return [];
  const points = shown.flatMap((code) =>
    reach.map((value) => ({ code: codeOf(walk, 0).map((own, i) => (i === code ? value : own)), like: 0 })),
  );
  return [
    {
      name: 'traversal',
      rows: shown.map((code) => `code ${code}`),
      across: 'that code from -3 to 3, the others as of the first test image',
      columns: reach.length,
      shape: walk.shape,
      images: await decoded(walk, points),
    },
  ];
}

/** The code of an example, [size]. */
const codeOf = ({ codes: { size }, means }: Walk, example: number): Float32Array =>
  means.subarray(example * size, (example + 1) * size);

/** A code, and the example whose class it is decoded as. */
interface Point {
  readonly code: Float32Array;
  readonly like: number;
}

function decoded({ codes, labels, random }: Walk, points: readonly Point[]): Promise<Float32Array> {
  const classes = labels && { labels: Int32Array.from(points, ({ like }) => labels[like] ?? 0) };
  return codes.decode(joined(points.map(({ code }) => code)), { count: points.length, random, ...classes });
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
