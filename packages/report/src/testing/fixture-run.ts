import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type {
  CalibrationRecord,
  DatasetCard,
  MetricRow,
  SuiteRun,
  ThroughputRecord,
  TrialRecord,
} from '@kindred/harness';

const engine = { kind: 'onnx', device: 'cpu', threads: 1, runtime: 'runtime 1.2.3', passedOver: [] } as const;

/** A row of a Fréchet distance on the test split, or of what `changes` say. */
export function metricRow(value: number, changes: Partial<MetricRow> = {}): MetricRow {
  const row = { metric: 'frechet-distance', split: 'test', features: 'classifier', unit: '', better: 'lower' } as const;
  return { ...row, value, samples: 1000, ...changes };
}

const sampleShapes = new Map([
  ['ring', [2]],
  ['letters', [4]],
]);

/** An ok trial of `gan` on `digits`, or what `changes` say; its metric is 10 plus the seed. */
export function trialRecord(changes: Partial<TrialRecord> = {}): TrialRecord {
  const { dataset = 'digits', family = 'gan', variant = 'plain', seed = 0 } = changes;
  const trial = `${dataset}.${family}.${variant}.seed-${seed}`;
  return {
    schema: 1,
    fingerprint: 'fixture',
    suite: 'small',
    trial,
    dataset,
    family,
    variant,
    seed,
    status: 'ok',
    failure: null,
    options: { latent: 2 },
    budget: { unit: 'examples', amount: 640 },
    batchSize: 64,
    batchesPerStep: 1,
    updatesPerStep: null,
    spent: { examples: 640, steps: 10, seconds: 1.5, flops: 2e9 },
    parameters: 1234,
    sampleMeaning: 'a draw',
    likelihood: 'none',
    metrics: [metricRow(10 + seed)],
    curve: [64, 128, 192].map((examples) => ({ step: examples / 64, examples, losses: { trainLoss: 100 / examples } })),
    checkpoints: [],
    samples: { file: `samples/${trial}.f32`, count: 6, shape: sampleShapes.get(dataset) ?? [4, 4, 1] },
    seconds: { build: 0.1, train: 1.5 },
    peakMemory: 2 ** 28,
    engine,
    ...changes,
  };
}

/** A failed trial: no metric, no samples. */
export function failedTrial(changes: Partial<TrialRecord> = {}): TrialRecord {
  const failure = { phase: 'train', reason: 'not-finite', message: 'trainLoss is NaN', step: 7 } as const;
  return trialRecord({ status: 'failed', failure, metrics: [], samples: null, ...changes });
}

const counts = { train: 80, validation: 10, test: 10 } as const;

const perSplit = <T>(value: T) => ({ train: value, validation: value, test: value });
const found = {
  alphabet: null,
  entropyRate: null,
  counts,
  duplicatesWithin: perSplit(0),
  duplicatesAcross: 0,
  origin: 'a package',
};

const digits: DatasetCard = {
  ...found,
  name: 'digits',
  description: 'Tiny images.',
  spec: { kind: 'image', shape: [4, 4, 1], range: [0, 1], classes: 10 },
  ranges: perSplit({ min: 0, max: 1 }),
  classCounts: { train: Array(10).fill(8), validation: Array(10).fill(1), test: Array(10).fill(1) },
  hash: '0123456789abcdef',
  modes: null,
  samples: { file: 'samples/digits.f32', count: 6, shape: [4, 4, 1] },
};

const ring: DatasetCard = {
  ...found,
  name: 'ring',
  description: 'Two modes.',
  spec: { kind: 'points', shape: [2], range: null, classes: 0 },
  ranges: perSplit({ min: -1.02, max: 1.03 }),
  classCounts: perSplit(null),
  hash: 'fedcba9876543210',
  modes: { centres: [1, 0, -1, 0], count: 2, dimensions: 2, sigma: 0.01 },
  samples: { file: 'samples/ring.f32', count: 6, shape: [2] },
};

/** Windows of four characters of a text whose alphabet is that of `letters`, of one bit per character for who knows all before. */
export const letters: DatasetCard = {
  ...found,
  name: 'letters',
  description: 'Short windows.',
  spec: { kind: 'sequence', shape: [4], range: [0, 4], vocabulary: 5, classes: 0 },
  ranges: perSplit({ min: 0, max: 4 }),
  classCounts: perSplit(null),
  hash: '00112233445566',
  modes: null,
  alphabet: '\n `ab',
  entropyRate: Math.LN2,
  samples: { file: 'samples/letters.f32', count: 3, shape: [4] },
};

/** Bits per character on the test windows of `letters`. */
export function bitsRow(value: number): MetricRow {
  return metricRow(value, { metric: 'bits-per-character', features: 'sequence', unit: 'bits' });
}

/** Two seeds of a model of `letters`, with the same bits per character, and the source's own 2 bits. */
export function textRun(values: Readonly<Record<string, number>> = { gpt: 2.5 }): SuiteRun {
  const trials = Object.entries(values).flatMap(([name, value]) => {
    const model = name === 'n-gram' ? { family: 'baselines', variant: name } : { family: name };
    return [0, 1].map((seed) => trialRecord({ ...model, dataset: 'letters', seed, metrics: [bitsRow(value)] }));
  });
  const source = { ...floor, dataset: 'letters', name: 'source-against-test', metrics: [bitsRow(2)] };
  return suiteRun({ datasets: [letters], trials, calibration: [source], featureSpaces: [], throughput: [] });
}

const timing = { dataset: 'digits', family: 'gan', variant: 'plain', runs: 50, parameters: 1234, peakMemory: 2 ** 28 };

/** Timings of the fixture's gan on digits: training, and sampling at batch 1 and 64. */
export const timings: readonly ThroughputRecord[] = [
  { ...timing, work: 'train', batch: 64, perSecond: 2500.5, p50: 25.6, p99: 31 },
  { ...timing, work: 'sample', batch: 1, perSecond: 1000, p50: 1, p99: 1.7 },
  { ...timing, work: 'sample', batch: 64, perSecond: 8000, p50: 8, p99: 9.5 },
];

/** The floor: training against test split. */
export const floor: CalibrationRecord = {
  dataset: 'digits',
  name: 'train-against-test',
  description: 'Training examples in the place of samples',
  seed: 0,
  metrics: [metricRow(1.25)],
};

/** A trial of an adversarial model with all that such models log, checkpoints, and samples of classes. */
export function gameTrial(changes: Partial<TrialRecord> = {}): TrialRecord {
  const points = [1, 2, 3, 4];
  const { seed = 0 } = changes;
  const trial = trialRecord(changes);
  return {
    ...trial,
    updatesPerStep: { discriminator: 5, generator: 1 },
    curve: points.map((step) => ({
      step,
      examples: 64 * step,
      losses: {
        discriminatorLoss: 1 / step + seed,
        generatorLoss: step,
        realScore: 2 / step,
        fakeScore: -2 / step - seed,
        discriminatorAccuracy: 0.5 + 0.1 * step,
        discriminatorGradientNorm: 10 ** step,
        generatorGradientNorm: 1 / 10 ** step,
      },
    })),
    checkpoints: [2, 4].map((step) => ({
      step,
      examples: 64 * step,
      metrics: [
        metricRow(100 / step + seed, { split: 'validation' }),
        metricRow(9 / step, { metric: 'negative-log-likelihood', split: 'train', features: 'pixels', unit: 'nats' }),
        metricRow(10 / step, {
          metric: 'negative-log-likelihood',
          split: 'validation',
          features: 'pixels',
          unit: 'nats',
        }),
      ],
    })),
    samples: trial.samples && { ...trial.samples, labels: [3, 0, 0, 9, 3, 0] },
    ...changes,
  };
}

/** A trial of a model whose encoder was put to use. */
export function encoderTrial(changes: Partial<TrialRecord> = {}): TrialRecord {
  const trial = trialRecord({ family: 'vae', ...changes });
  const sheet = { columns: 3, shape: [4, 4, 1] } as const;
  return {
    ...trial,
    metrics: [
      ...trial.metrics,
      metricRow(18.5, { metric: 'reconstruction-psnr', features: 'pixels', unit: 'dB', better: 'higher' }),
      metricRow(3.25, { metric: 'denoising-gain-0.25', features: 'pixels', unit: 'dB', better: 'higher' }),
    ],
    sheets: [
      {
        ...sheet,
        name: 'reconstruction',
        rows: ['original', 'reconstruction'],
        file: `${trial.trial}.reconstruction.f32`,
      },
      {
        ...sheet,
        name: 'traversal',
        rows: ['code 4', 'code 0'],
        across: 'that code from -3 to 3',
        file: `${trial.trial}.traversal.f32`,
      },
      { ...sheet, name: 'denoising-0.25', rows: ['noisy', 'clean'], file: `${trial.trial}.denoising-0.25.f32` },
    ],
  };
}

/** A trial that held its seed's class out and found it with this AUROC, by likelihood ratio. */
export function heldOutTrial(auroc: number, changes: Partial<TrialRecord> = {}): TrialRecord {
  const { seed = 0 } = changes;
  const trial = trialRecord({ family: 'vae', ...changes });
  const metric = { metric: 'anomaly-auroc-likelihood-ratio', features: 'binarised-pixels', unit: 'share' } as const;
  return {
    ...trial,
    heldOut: seed % 10,
    metrics: [metricRow(auroc, { ...metric, better: 'higher' })],
    sheets: [
      {
        name: 'anomalies-by-likelihood-ratio',
        rows: ['most anomalous', 'least anomalous'],
        columns: 3,
        shape: [4, 4, 1],
        file: `${trial.trial}.anomalies.f32`,
      },
    ],
    ...changes,
  };
}

/** A run of two models that were trained without each of three classes: of one 0.9, 0.8 and 0.7, of the other half as much. */
export function heldOutRun(changes: Partial<SuiteRun> = {}): SuiteRun {
  const seeds = [0, 1, 2];
  const trials = [
    ...seeds.map((seed) => heldOutTrial(0.9 - 0.1 * seed, { seed })),
    ...seeds.map((seed) => heldOutTrial(0.45 - 0.05 * seed, { seed, family: 'autoregressive' })),
  ];
  return suiteRun({ datasets: [digits], featureSpaces: [], calibration: [], throughput: [], trials, ...changes });
}

/** A run of two families and a baseline on images and points with two seeds: everything is ok. */
export function suiteRun(changes: Partial<SuiteRun> = {}): SuiteRun {
  const seeds = [0, 1];
  const models = [
    { family: 'gan', variant: 'plain' },
    { family: 'vae', variant: 'plain' },
    { family: 'baselines', variant: 'independent' },
  ];
  const trials = ['digits', 'ring'].flatMap((dataset) =>
    models.flatMap((model, index) =>
      seeds.map((seed) => trialRecord({ ...model, dataset, seed, metrics: [metricRow(10 ** (index + 1) + seed)] })),
    ),
  );
  return {
    suite: 'small',
    description: 'A small suite.',
    startedAt: '2025-01-02T03:04:05Z',
    wallSeconds: 61,
    keptTrials: 0,
    binarise: 'dynamic',
    command: 'pnpm bench small',
    machine: { cpu: 'CPU', cores: 2, memory: 2 ** 33, os: 'Linux', node: '20.20.2' },
    engine,
    versions: { kindred: 'abc' },
    datasets: [digits, ring],
    featureSpaces: [{ dataset: 'digits', name: 'classifier', description: 'A layer', columns: 8, testAccuracy: 0.975 }],
    calibration: [floor],
    trials,
    throughput: timings,
    ...changes,
  };
}

/** Writes the sample files that a run names: image k of a file is all k / 10, point k is (k / 10, -k / 10). */
export async function writeSamples(run: SuiteRun, folder: string): Promise<void> {
  const sheets = run.trials.flatMap(({ sheets: found = [] }) =>
    found.map(({ file, rows, columns, shape }) => ({ file, count: rows.length * columns, shape })),
  );
  const files = [...run.datasets.map(({ samples }) => samples), ...run.trials.map(({ samples }) => samples), ...sheets];
  for (const samples of files) {
    if (samples === null) continue;
    const size = samples.shape.reduce((product, length) => product * length, 1);
    const values = new Float32Array(samples.count * size);
    for (let index = 0; index < values.length; index += 1) {
      const sign = samples.shape.length === 1 && index % 2 === 1 ? -1 : 1;
      values[index] = (sign * Math.floor(index / size)) / 10;
    }
    const path = join(folder, samples.file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.from(values.buffer));
  }
}
