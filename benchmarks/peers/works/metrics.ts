import {
  frechetDistance,
  kernelDistance,
  kernelDistanceSubsets,
  precisionRecallDensityCoverage,
  type Features,
} from '@kindred/metrics';
import { RandomStream } from '@kindred/random';
import { mapped, normals } from '../data.ts';
import type { NamedArray, Work } from '../work.ts';

const rows = 10_000;
const subsets = 100;
const subsetSize = 1000;

/** Real features from N(0, I), and fake ones that are stretched and shifted. */
interface Sets {
  readonly real: NamedArray;
  readonly fake: NamedArray;
}

function setsFor(name: string, columns: number, change: (value: number) => number): Sets {
  const random = new RandomStream('peers', name);
  return {
    real: normals(random.derive('real'), [rows, columns]),
    fake: mapped(normals(random.derive('fake'), [rows, columns]), change),
  };
}

const featuresOf = ({ shape, values }: NamedArray): Features => ({
  data: values as Float32Array,
  rows: shape[0] ?? 0,
  columns: shape[1] ?? 0,
});

interface MetricOptions {
  readonly name: string;
  readonly about: string;
  readonly sets: () => Sets;
  /** What the peer is given besides. */
  readonly more?: () => Readonly<Record<string, NamedArray>>;
  /** The metric's values. */
  readonly evaluate: (real: Features, fake: Features) => Promise<readonly number[]>;
}

/** A metric's unit is one evaluation, from features in memory to values. Metrics bring their own products: no engine is asked. */
const metricWork = ({ name, about, sets, more, evaluate }: MetricOptions): Work => ({
  name,
  kind: 'metric',
  about,
  mostRounds: 3,
  build: () => {
    const { real, fake } = sets();
    return {
      arrays: { real, fake, ...more?.() },
      open: async () => ({
        unit: () => evaluate(featuresOf(real), featuresOf(fake)),
        flops: null,
        dispose: async () => {},
      }),
    };
  },
});

export const prdc = metricWork({
  name: 'prdc',
  about: 'precision, recall, density and coverage, k = 5, of 10 000 × 10 000 features in 512 columns',
  sets: () => setsFor('prdc', 512, (value) => value + 0.02),
  evaluate: async (real, fake) => {
    const { precision, recall, density, coverage } = await precisionRecallDensityCoverage(real, fake);
    return [precision, recall, density, coverage];
  },
});

/** The rows that kernelDistance draws, [subsets, subsetSize] of each set: the peer is given them, and draws none. */
function draws(): Readonly<Record<string, NamedArray>> {
  const [a, b] = [new Int32Array(subsets * subsetSize), new Int32Array(subsets * subsetSize)];
  let start = 0;
  for (const chosen of kernelDistanceSubsets([rows, rows], { subsets, subsetSize })) {
    a.set(chosen.a, start);
    b.set(chosen.b, start);
    start += subsetSize;
  }
  const shape = [subsets, subsetSize];
  return { 'draws/real': { shape, values: a }, 'draws/fake': { shape, values: b } };
}

export const kernel = metricWork({
  name: 'kernel-distance',
  about: 'kernel distance over 100 subsets of 1 000 of 10 000 features in 512 columns',
  sets: () => setsFor('kernel-distance', 512, (value) => 1.1 * value + 0.1),
  more: draws,
  evaluate: async (real, fake) => {
    const { distance, deviation } = await kernelDistance(real, fake, { subsets, subsetSize });
    return [distance, deviation];
  },
});

export const frechet2048 = metricWork({
  name: 'frechet-2048',
  about: 'Fréchet distance of 10 000 × 10 000 features in 2 048 columns, in float64',
  sets: () => setsFor('frechet-2048', 2048, (value) => 1.1 * value + 0.1),
  evaluate: async (real, fake) => [await frechetDistance(real, fake)],
});
