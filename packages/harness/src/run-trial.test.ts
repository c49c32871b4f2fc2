import * as tf from '@tensorflow/tfjs-core';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openDataset } from '@kindred/data';
import { batch, given, labels, normal, program, uniform } from '@kindred/engine';
import type { GenerativeModel, ModelFamily } from '@kindred/model';
import { planTrials, type TrialPlan } from './plan.ts';
import { planPreparations, prepareDataset, readPreparation } from './prepare.ts';
import type { TrialRecord } from './record.ts';
import { runTrial } from './run-trial.ts';
import { defineSuite, type SuiteDefinition } from './suite.ts';
import { measureThroughput } from './throughput.ts';
import { trainedLikelihood } from './trained-likelihood.ts';

/**
 * One Gaussian per axis by running means: the smallest model that trains, samples and states a likelihood. It fails on demand.
 */
const faults = ['none', 'loss', 'sample', 'build', 'likelihood'] as const;
type Options = { fault: (typeof faults)[number] };
const gaussian: ModelFamily<Options> = {
  name: 'gaussian',
  options: z.strictObject({ fault: z.enum(faults).default('none') }),
  variants: {
    plain: {},
    'bad-loss': { fault: 'loss' },
    'bad-sample': { fault: 'sample' },
    'bad-build': { fault: 'build' },
    'bad-likelihood': { fault: 'likelihood' },
  },
  likelihood: 'exact',
  supports: (data) => data.kind === 'points',
  build: ({ batchSize, options }): GenerativeModel => {
    if (options.fault === 'build') throw new Error('this does not build');
    const mean = tf.variable(tf.zeros([2]));
    const square = tf.variable(tf.ones([2]));
    const deviation = () => tf.sqrt(tf.maximum(tf.sub(square, tf.square(mean)), 1e-6));
    return {
      parameters: { mean, square },
      trainingState: {},
      trainStep: program('train', { x: batch([batchSize, 2]) }, ({ x }) => {
        mean.assign(tf.add(tf.mul(mean, 0.9), tf.mul(tf.mean(x, 0), 0.1)));
        square.assign(tf.add(tf.mul(square, 0.9), tf.mul(tf.mean(tf.square(x), 0), 0.1)));
        const loss = tf.sum(tf.square(mean));
        return { loss: options.fault === 'loss' ? tf.div(loss, 0) : loss };
      }),
      sampler: (count) => ({
        kind: 'direct',
        program: program('sample', { z: normal([count, 2]) }, ({ z }) => {
          const samples = tf.add(mean, tf.mul(z, deviation()));
          return { samples: options.fault === 'sample' ? tf.log(tf.mul(samples, 0)) : samples };
        }),
      }),
      logLikelihood: {
        observation: 'continuous',
        estimator: 'exact',
        program: (count) =>
          program('likelihood', { x: given([count, 2]) }, ({ x }) => {
            const scaled = tf.div(tf.sub(x, mean), deviation());
            const axis = tf.add(tf.add(tf.mul(tf.square(scaled), 0.5), tf.log(deviation())), Math.log(2 * Math.PI) / 2);
            const nats = tf.neg(tf.sum(axis, 1));
            return { logLikelihood: options.fault === 'likelihood' ? tf.div(nats, 0) : nats };
          }),
      },
      sampleMeaning: 'a draw',
    };
  },
};

/** A Gaussian of known deviation around the running mean of each class, of two batches per step: the smallest class-conditional model. */
const classes: ModelFamily<{ rate: number }> = {
  name: 'classes',
  options: z.strictObject({ rate: z.number().min(0).max(1).default(0.2) }),
  variants: { plain: {} },
  likelihood: 'exact',
  supports: (data) => data.kind === 'points' && data.classes > 1,
  batchesPerStep: () => 2,
  build: ({ data, batchSize, options: { rate } }): GenerativeModel => {
    const n = 2 * batchSize;
    const means = tf.variable(tf.zeros([data.classes, 2]));
    const oneHot = (y: tf.Tensor) => tf.cast(tf.oneHot(y, data.classes), 'float32');
    const offset = (x: tf.Tensor, y: tf.Tensor) => tf.sub(x, tf.matMul(oneHot(y), means));
    return {
      parameters: { means },
      trainingState: {},
      updatesPerStep: { means: 1 },
      conditional: true,
      trainStep: program('train', { x: batch([n, 2]), y: labels([n]) }, ({ x, y }) => {
        const off = offset(x, y);
        means.assign(tf.add(means, tf.mul(rate * (data.classes / n), tf.matMul(oneHot(y), off, true))));
        return { loss: tf.mean(tf.square(off)) };
      }),
      sampler: (count) => ({
        kind: 'direct',
        program: program('sample', { z: normal([count, 2]), y: labels([count]) }, ({ z: noise, y }) => ({
          samples: tf.add(tf.matMul(oneHot(y!), means), tf.mul(noise!, 0.01)),
        })),
      }),
      logLikelihood: {
        observation: 'continuous',
        estimator: 'exact',
        program: (count) =>
          program('likelihood', { x: given([count, 2]), y: labels([count]) }, ({ x, y }) => ({
            logLikelihood: tf.neg(tf.sum(tf.square(offset(x!, y!)), 1)),
          })),
      },
      sampleMeaning: 'a draw',
    };
  },
};
/** The mean image of the batches, faded into what it is asked to reconstruct; its code is the image: the smallest model with an encoder. */
const fader: ModelFamily = {
  name: 'fader',
  options: z.strictObject({}),
  variants: { plain: {} },
  likelihood: 'none',
  supports: (data) => data.kind === 'image',
  build: ({ data, batchSize }): GenerativeModel => {
    const mean = tf.variable(tf.zeros([...data.shape]));
    return {
      parameters: { mean },
      trainingState: {},
      trainStep: program('train', { x: batch([batchSize, ...data.shape]) }, ({ x }) => {
        mean.assign(tf.mean(x, 0));
        return { loss: tf.mean(mean) };
      }),
      sampler: (count) => ({
        kind: 'direct',
        program: program('sample', { z: uniform([count, ...data.shape]) }, ({ z: noise }) => ({
          samples: tf.add(tf.mul(noise, 0.1), tf.mul(mean, 0.9)),
        })),
      }),
      reconstruct: (count) =>
        program('reconstruct', { x: given([count, ...data.shape]) }, ({ x }) => ({
          reconstruction: tf.add(tf.mul(x, 0.5), tf.mul(mean, 0.5)),
        })),
      codes: {
        size: mean.size,
        encode: (count) =>
          program('encode', { x: given([count, ...data.shape]) }, ({ x }) => ({
            codes: tf.reshape(x, [count, mean.size]),
          })),
        decode: (count) =>
          program('decode', { codes: given([count, mean.size]) }, ({ codes }) => ({
            decoded: tf.add(tf.mul(tf.reshape(codes, [count, ...data.shape]), 0.5), tf.mul(mean, 0.5)),
          })),
      },
      sampleMeaning: 'the mean image with noise',
    };
  },
};
const families = {
  gaussian: gaussian as ModelFamily,
  classes: classes as ModelFamily,
  fader,
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trial-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function plansOf(variant: string, seeds = 1, change: Partial<SuiteDefinition> = {}) {
  const suite = defineSuite({
    name: 'test',
    description: 'a test',
    datasets: ['ring'],
    models: [{ family: 'gaussian', variant }],
    seeds,
    budget: { any: { unit: 'examples', amount: 6400 } },
    batchSize: { any: 64 },
    samples: { any: 300 },
    timeout: 60,
    ...change,
  });
  const context = {
    families,
    datasets: [await openDataset(suite.datasets[0]!, { seed: 0 })],
    engine: { kind: 'cpu' } as const,
    codeVersion: 'test',
  };
  const plans = planTrials(suite, context);
  return { plans, preparations: planPreparations(plans, context) };
}

async function recordOf(plan: TrialPlan, recordsFolder = folder): Promise<TrialRecord> {
  await runTrial(plan, { families, recordsFolder, cacheFolder: folder, tell: () => {} });
  return JSON.parse(await readFile(join(recordsFolder, `${plan.trial}.json`), 'utf8')) as TrialRecord;
}

const valueOf = (record: Pick<TrialRecord, 'metrics'>, metric: string, split = 'test'): number =>
  record.metrics.find((row) => row.metric === metric && row.split === split)?.value ?? Number.NaN;

describe('trainedLikelihood', () => {
  test('states what the record of the same trial does, and throws what goes wrong', async () => {
    const [plan, bad] = [(await plansOf('plain')).plans[0]!, (await plansOf('bad-loss')).plans[0]!];
    const context = { families, tell: () => {} };
    const { rows, seconds } = await trainedLikelihood(plan, context);
    const stated = (await recordOf(plan)).metrics.filter(({ metric }) => metric === 'negative-log-likelihood');
    expect(rows).toEqual(stated);
    expect(rows.map(({ split }) => split)).toEqual(['validation', 'test']);
    expect(seconds).toBeGreaterThan(0);
    await expect(trainedLikelihood(bad, context)).rejects.toThrow(/diverged/);
    const { plans } = await plansOf('bad-likelihood');
    await expect(trainedLikelihood(plans[0]!, context)).rejects.toThrow(
      /negative-log-likelihood on test is \S*Infinity/,
    );
  });
});

describe('runTrial', () => {
  test('trains, samples and measures; numbers are those of one Gaussian over a ring', async () => {
    const { plans } = await plansOf('plain');
    const record = await recordOf(plans[0]!);
    expect(record).toMatchObject({ status: 'ok', failure: null, parameters: 4, likelihood: 'exact' });
    expect(record.spent).toMatchObject({ steps: 100, examples: 6400 });
    expect(Object.keys(record.seconds)).toEqual(['build', 'compile', 'train', 'sample', 'evaluate']);
    // The ring's moments: mean 0, variance 1/2 per axis. Entropy of N(0, I/2) in two dimensions: log(2 pi e / 2) = log(pi e).
    // Running means over about 20 batches of 64 leave the moments, and so the value, uncertain by a few hundredths.
    expect(valueOf(record, 'negative-log-likelihood')).toBeCloseTo(Math.log(Math.PI * Math.E), 1);
    expect(valueOf(record, 'negative-log-likelihood', 'validation')).toBeCloseTo(Math.log(Math.PI * Math.E), 1);
    // Equal moments: the Gaussians that the distance compares are nearly equal, though the distributions are not.
    expect(valueOf(record, 'frechet-distance')).toBeLessThan(0.05);
    // A disc of radius 3 sigma around a mode holds about 8 * 0.0009 / 1 * e^-1 = 0.3 % of N(0, I/2).
    expect(valueOf(record, 'high-quality-share')).toBeLessThan(0.05);
    expect(record.metrics.every(({ samples }) => samples === 300)).toBe(true);
    expect(record.sheets).toBeUndefined();
    const samples = await readFile(join(folder, record.samples!.file));
    expect(samples.length).toBe(4 * 2 * record.samples!.count);
    expect(record.samples!.count).toBe(300);
  });

  test('the same seed gives the same numbers, another seed others', async () => {
    const { plans } = await plansOf('plain', 2);
    const first = await recordOf(plans[0]!);
    const again = await recordOf(plans[0]!, join(folder, 'again'));
    const other = await recordOf(plans[1]!);
    expect(again.metrics).toEqual(first.metrics);
    expect(again.curve).toEqual(first.curve);
    expect(valueOf(other, 'frechet-distance')).not.toBe(valueOf(first, 'frechet-distance'));
  });

  test.each([
    ['bad-build', { phase: 'build', reason: 'error', message: 'this does not build', step: 0 }],
    ['bad-loss', { phase: 'train', reason: 'not-finite', step: 0 }],
    ['bad-sample', { phase: 'sample', reason: 'not-finite', step: 100 }],
  ])('%s is a record that says where and why', async (variant, failure) => {
    const { plans } = await plansOf(variant);
    const record = await recordOf(plans[0]!);
    expect(record).toMatchObject({ status: 'failed', failure, metrics: [], samples: null });
  });

  test('a likelihood that is not finite is a failure, and leaves what was measured beside it', async () => {
    const record = await recordOf((await plansOf('bad-likelihood')).plans[0]!);
    expect(record).toMatchObject({ status: 'failed', failure: { phase: 'evaluate', reason: 'not-finite' } });
    expect(valueOf(record, 'modes')).toBeGreaterThanOrEqual(0);
    expect(valueOf(record, 'negative-log-likelihood')).toBeNaN(); // there is no such row
  });
});

describe('a trial that is measured while it trains', () => {
  test('has checkpoints at even steps, and every other number as without', async () => {
    const engine = { kind: 'onnx', device: 'cpu', threads: 1 } as const;
    const asked = await plansOf('plain', 1, { validate: { any: { times: 4, samples: 200 } } });
    const record = await recordOf({ ...asked.plans[0]!, engine });
    const without = await plansOf('plain');
    const other = await recordOf({ ...without.plans[0]!, engine }, join(folder, 'without'));
    expect(other.checkpoints).toEqual([]);
    expect(record.metrics).toEqual(other.metrics);
    expect(record.curve).toEqual(other.curve);
    expect(record.spent.steps).toBe(100);
    expect(record.checkpoints.map(({ step, examples }) => [step, examples])).toEqual(
      [25, 50, 75, 100].map((step) => [step, 64 * step]),
    );
    for (const { metrics } of record.checkpoints) {
      expect(metrics.map(({ metric, split, samples }) => [metric, split, samples])).toEqual([
        ['frechet-distance', 'validation', 200],
        ['modes', 'validation', 200],
        ['high-quality-share', 'validation', 200],
        ['negative-log-likelihood', 'train', 200],
        ['negative-log-likelihood', 'validation', 200],
      ]);
    }
    const [first, , , last] = record.checkpoints;
    // 0.9^25 = 7 % of the wrong variance, 1 in the place of 1/2, are left after 25 steps; 0.003 % after 100.
    expect(valueOf(last!, 'negative-log-likelihood', 'validation')).toBeLessThan(
      valueOf(first!, 'negative-log-likelihood', 'validation'),
    );
    expect(Object.keys(record.seconds)).toContain('validate');
  });

  test('has no row of samples that are not finite; whether that fails the trial is for its end to say', async () => {
    const { plans } = await plansOf('bad-sample', 1, { validate: { any: { times: 2, samples: 50 } } });
    const record = await recordOf(plans[0]!);
    expect(record.failure).toMatchObject({ phase: 'sample', reason: 'not-finite' });
    expect(record.checkpoints.map(({ metrics }) => metrics.map(({ metric }) => metric))).toEqual(
      Array.from({ length: 2 }, () => Array(2).fill('negative-log-likelihood')),
    );
  });

  test('has one checkpoint per step where the budget is of fewer steps than times', async () => {
    const change = {
      validate: { any: { times: 9, samples: 50 } },
      budget: { any: { unit: 'examples', amount: 150 } },
    } as const;
    const { plans } = await plansOf('plain', 1, change);
    const { checkpoints } = await recordOf(plans[0]!);
    expect(checkpoints.map(({ step }) => step)).toEqual([1, 2, 3]);
  });
});

describe('a class-conditional model', () => {
  const models = [{ family: 'classes', variant: 'plain' }];

  test('is trained on both batches of a step, asked for classes as the data has them, and judged with them', async () => {
    const { plans } = await plansOf('', 1, { models, validate: { any: { times: 1, samples: 100 } } });
    const record = await recordOf(plans[0]!);
    expect(record).toMatchObject({ status: 'ok', batchSize: 64, batchesPerStep: 2, updatesPerStep: { means: 1 } });
    expect(record.spent).toMatchObject({ steps: 50, examples: 6400 });
    const { file, labels: asked = [] } = record.samples!;
    expect(asked).toHaveLength(300);
    const bytes = await readFile(join(folder, file));
    const { modes, splits } = await openDataset('ring', { seed: 0 });
    // A sample lies at the mode of its class: the distance of neighbouring modes is 0.77, the running means' error about 0.01.
    const classOf = splits.train.labels!;
    const centre = (label: number) => {
      const points = splits.train.floats(0, 1000);
      const rows = [...classOf.subarray(0, 1000).keys()].filter((i) => classOf[i] === label);
      return [0, 1].map((axis) => rows.reduce((sum, i) => sum + points[2 * i + axis]!, 0) / rows.length);
    };
    const centres = Array.from({ length: modes!.count }, (_, label) => centre(label));
    for (const [i, label] of asked.entries()) {
      for (const axis of [0, 1]) {
        expect(Math.abs(bytes.readFloatLE(4 * (2 * i + axis)) - centres[label]![axis]!)).toBeLessThan(0.1);
      }
    }
    expect(new Set(asked).size).toBe(8);
    expect(valueOf(record, 'modes')).toBe(8);
    // Under its own class an example is near its mode: a squared distance of about 2 sigma^2; under another it would be 0.6 and more.
    expect(valueOf(record, 'negative-log-likelihood')).toBeLessThan(0.01);
    expect(valueOf(record.checkpoints[0]!, 'high-quality-share', 'validation')).toBeGreaterThan(0.5);
  });

  test('is timed as others are', async () => {
    const { plans } = await plansOf('', 1, { models });
    const { timings, failures } = await measureThroughput({ plans, seconds: 0.1 }, families);
    expect(failures).toEqual([]);
    expect(timings.map(({ work, batch }) => [work, batch])).toEqual([
      ['train', 128],
      ['sample', 1],
      ['sample', 64],
    ]);
  });
});

test('an encoder is put to use where the suite asks for it: rows behind all others, and sheets in files', async () => {
  const { plans } = await plansOf('', 1, {
    datasets: ['shapes@20'],
    models: [{ family: 'fader', variant: 'plain' }],
    budget: { any: { unit: 'examples', amount: 64 } },
    samples: { any: 20 },
    uses: true,
  });
  const { metrics, sheets = [] } = await recordOf({ ...plans[0]!, features: [] }); // no space: they take their time
  expect(metrics.slice(-5).map(({ metric, samples }) => [metric, samples])).toEqual([
    ['reconstruction-psnr', 20],
    ...[0.1, 0.25, 0.5].map((level) => [`denoising-gain-${level}`, 20]),
    ['active-units', 20],
  ]);
  expect(sheets.map(({ name, rows, columns }) => [name, rows.length, columns])).toEqual([
    ['reconstruction', 2, 12],
    ...[0.1, 0.25, 0.5].map((level) => [`denoising-${level}`, 4, 12]),
    ['interpolation', 8, 12],
    ['traversal', 8, 13],
  ]);
  for (const { file, rows, columns, shape } of sheets) {
    const bytes = await readFile(join(folder, file));
    expect(bytes.length).toBe(4 * shape.reduce((size, length) => size * length, rows.length * columns));
  }
});

describe('a trial without a class', () => {
  const change = { anomalies: true, validate: { any: { times: 1, samples: 200 } } } as const;

  test('never sees it, finds it, and is measured by nothing else', async () => {
    const { plans } = await plansOf('plain', 1, change);
    const record = await recordOf(plans[0]!);
    expect(record).toMatchObject({ status: 'ok', heldOut: 0 });
    expect(record.metrics).toMatchObject([{ metric: 'anomaly-auroc-likelihood', split: 'test', samples: 300 }]);
    // One Gaussian over seven modes of eight, its mean a seventh of the radius off: (8/7)² / 0.41 for the eighth mode; the next less likely
    // are its neighbours, by 0.85² / 0.41 + 0.71² / 0.57. In such units a mode of sigma 0.02 is 0.1 wide.
    expect(valueOf(record, 'anomaly-auroc-likelihood')).toBeGreaterThan(0.98);
    const [checkpoint] = record.checkpoints;
    expect(checkpoint!.metrics.map(({ metric, split }) => [metric, split])).toEqual([
      ['negative-log-likelihood', 'train'],
      ['negative-log-likelihood', 'validation'],
    ]);
    const whole = await recordOf((await plansOf('plain')).plans[0]!, join(folder, 'whole'));
    // With all modes the mean is in the middle, where each mode is as likely as the others.
    const below = valueOf(record.checkpoints[0]!, 'negative-log-likelihood', 'validation');
    expect(below).toBeLessThan(valueOf(whole, 'negative-log-likelihood', 'validation') - 0.03);
    expect(whole.heldOut).toBeUndefined();
  });

  test('has sheets of what it finds most and least anomalous', async () => {
    const { plans } = await plansOf('', 1, {
      datasets: ['shapes@20'],
      models: [{ family: 'fader', variant: 'plain' }],
      budget: { any: { unit: 'examples', amount: 64 } },
      samples: { any: 20 },
      anomalies: true,
    });
    const { metrics, sheets = [] } = await recordOf(plans[0]!);
    expect(metrics.map(({ metric, samples }) => [metric, samples])).toEqual([['anomaly-auroc-reconstruction', 20]]);
    expect(sheets).toMatchObject([{ name: 'anomalies-by-reconstruction', columns: 12 }]);
    const bytes = await readFile(join(folder, sheets[0]!.file));
    expect(bytes.length).toBe(4 * 4 * 12 * 32 * 32);
  });

  test('has no floor: real data is measured by nothing that the trial is', async () => {
    const { preparations } = await plansOf('plain', 1, { anomalies: true });
    await prepareDataset(preparations[0]!, { recordsFolder: folder, cacheFolder: folder });
    const { calibration, featureSpaces, card } = (await readPreparation(folder, preparations[0]!))!;
    expect([calibration, featureSpaces]).toEqual([[], []]);
    expect(card.counts.test).toBe(10_000);
  });
});

test('the floor is near the ideal on every metric, and measured as trials are', async () => {
  const { plans, preparations } = await plansOf('plain');
  await prepareDataset(preparations[0]!, { recordsFolder: folder, cacheFolder: folder });
  const preparation = await readPreparation(folder, preparations[0]!);
  const record = await recordOf(plans[0]!);
  expect(preparation!.card).toMatchObject({ name: 'ring', modes: { count: 8 }, counts: { test: 10_000 } });
  const isSource = ({ name }: { name: string }): boolean => name === 'source-against-test';
  const floors = preparation!.calibration.filter((floor) => !isSource(floor));
  expect(floors.length).toBeGreaterThanOrEqual(3);
  // One Gaussian needs ln(pi e) = 2.1 nats for a point; the ring itself ln 8 + 1 + ln 2 pi sigma^2, 300 of them within 5 standard errors.
  const source = valueOf(preparation!.calibration.find(isSource)!, 'negative-log-likelihood');
  const entropy = Math.log(8) + 1 + Math.log(2 * Math.PI * preparation!.card.modes!.sigma ** 2);
  expect(Math.abs(source - entropy)).toBeLessThan(5 / Math.sqrt(300));
  for (const floor of floors) {
    const measured = record.metrics.filter(({ metric }) => metric !== 'negative-log-likelihood');
    expect(floor.metrics.map(({ metric }) => metric)).toEqual(
      expect.arrayContaining(measured.map(({ metric }) => metric)),
    );
    expect(valueOf(floor, 'modes')).toBe(8);
    // 0.989 of true samples are of high quality; of 300, four standard deviations (0.006 each) below.
    expect(valueOf(floor, 'high-quality-share')).toBeGreaterThan(0.965);
    // E[coverage] at k = 5 and equal sizes is 0.969.
    expect(valueOf(floor, 'coverage')).toBeGreaterThan(0.9);
  }
});

test('the floor is measured once where it takes all training examples', async () => {
  const { preparations } = await plansOf('plain');
  const few = { ...preparations[0]!, dataset: 'ring@300' };
  await prepareDataset(few, { recordsFolder: folder, cacheFolder: folder });
  const { calibration, card } = (await readPreparation(folder, few))!;
  expect(card.counts.train).toBe(300);
  expect(calibration.map(({ name }) => name)).toEqual([
    'train-against-test',
    'validation-against-test',
    'source-against-test',
  ]);
});

test('real text in the place of samples has the rows of a trial, and the source states the likelihoods', async () => {
  const { preparations } = await plansOf('plain');
  const text = { ...preparations[0]!, dataset: 'text', features: [] };
  await prepareDataset(text, { recordsFolder: folder, cacheFolder: folder });
  const { calibration, card } = (await readPreparation(folder, text))!;
  expect(card).toMatchObject({ spec: { kind: 'sequence' }, samples: { shape: [64] } });
  expect(card.alphabet).toHaveLength(26);
  expect(card.entropyRate).toBeCloseTo(0.437, 3);
  for (const floor of calibration.slice(0, -1)) {
    expect(floor.metrics).toMatchObject([{ metric: 'grammatical-share', value: 1, samples: 300 }]);
  }
  const source = calibration.at(-1)!;
  expect(source.name).toBe('source-against-test');
  expect(source.metrics.every(({ samples }) => samples === 300)).toBe(true);
  expect(valueOf(source, 'bits-per-character')).toBeCloseTo(0.74, 1);
  expect(valueOf(source, 'negative-log-likelihood')).toBeCloseTo(
    valueOf(source, 'bits-per-character') * 64 * Math.LN2,
    9,
  );
});

test('datasets are looked for in the places that one names', async () => {
  const { plans, preparations } = await plansOf('plain');
  const places = { cacheFolder: join(folder, 'none'), systemFolders: [], download: false };
  const change = { dataset: 'fashion-mnist' };
  const [plan, preparation] = [
    { ...plans[0]!, ...change },
    { ...preparations[0]!, ...change },
  ];
  const folders = { recordsFolder: folder, cacheFolder: folder, places };
  const missing = 'fashion-mnist: its files are not there';
  await expect(runTrial(plan, { ...folders, families, tell: () => {} })).rejects.toThrow(missing);
  await expect(prepareDataset(preparation, folders)).rejects.toThrow(missing);
  await expect(measureThroughput({ plans: [plan], seconds: 0.1 }, families, places)).rejects.toThrow(missing);
});

test('throughput times training and sampling of what runs, and says what does not', async () => {
  const good = await plansOf('plain');
  const bad = await plansOf('bad-loss');
  const plans = [good.plans[0]!, bad.plans[0]!];
  const { timings, failures } = await measureThroughput({ plans, seconds: 0.2 }, families);
  expect(timings.map(({ variant, work, batch }) => [variant, work, batch])).toEqual([
    ['plain', 'train', 64],
    ['plain', 'sample', 1],
    ['plain', 'sample', 64],
    ['bad-loss', 'sample', 1],
    ['bad-loss', 'sample', 64],
  ]);
  expect(failures).toEqual([expect.stringContaining('train of gaussian/bad-loss on ring: training diverged')]);
  for (const { p50, p99, perSecond, batch, runs } of timings) {
    expect(p99).toBeGreaterThanOrEqual(p50);
    expect(perSecond).toBeCloseTo((1000 * batch) / p50, 6);
    expect(runs).toBeGreaterThanOrEqual(1);
  }
});
