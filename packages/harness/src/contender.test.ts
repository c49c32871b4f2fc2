import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { binariseSplit, openDataset } from '@kindred/data';
import { batch, given, openEngine, program, uniform } from '@kindred/engine';
import { disposeModel, type GenerativeModel, type LogLikelihood, type ModelFamily } from '@kindred/model';
import { buildModel, openPlannedTrainer } from './contender.ts';
import { planTrials } from './plan.ts';
import { defineSuite, type SuiteDefinition } from './suite.ts';

/** Learns nothing: its losses say what the batches were. */
const witness = (observation: LogLikelihood['observation']): ModelFamily => ({
  name: 'witness',
  options: z.strictObject({}),
  variants: { plain: {} },
  likelihood: 'exact',
  supports: () => true,
  build: ({ data, batchSize }): GenerativeModel => ({
    parameters: {},
    trainingState: {},
    trainStep: program('train', { x: batch([batchSize, ...data.shape]) }, ({ x }) => ({
      grey: tf.sum(tf.mul(x, tf.sub(1, x))),
      sum: tf.sum(x),
    })),
    sampler: (count) => ({
      kind: 'direct',
      program: program('sample', { u: uniform([count, ...data.shape]) }, ({ u }) => ({ samples: u })),
    }),
    logLikelihood: {
      observation,
      estimator: 'exact',
      program: (count) =>
        program('likelihood', { x: given([count, ...data.shape]) }, ({ x }) => ({
          logLikelihood: tf.sum(x, [1, 2, 3]),
        })),
    },
    sampleMeaning: 'noise',
  }),
});

const dataSeed = 1;

/** The losses of four steps, each an epoch of all 20 training images. */
async function lossesOf(
  binarise: NonNullable<SuiteDefinition['binarise']>,
  observation: LogLikelihood['observation'],
): Promise<Record<string, number>[]> {
  const families = { witness: witness(observation) };
  const dataset = await openDataset('mnist@20', { seed: dataSeed });
  const suite = defineSuite({
    name: 'test',
    description: 'A test.',
    datasets: ['mnist@20'],
    models: [{ family: 'witness', variant: 'plain' }],
    seeds: 1,
    budget: { any: { unit: 'examples', amount: 80 } },
    batchSize: { any: 20 },
    timeout: 10,
    dataSeed,
    binarise,
    features: { any: ['pixels'] },
    samples: { any: 10 },
  });
  const [plan] = planTrials(suite, { families, datasets: [dataset], engine: { kind: 'cpu' }, codeVersion: '' });
  const engine = await openEngine({ kind: 'cpu' });
  const model = buildModel(families.witness, dataset, plan!, 4);
  const trainer = await openPlannedTrainer(engine, model, dataset, plan!);
  try {
    return await trainer.advance(4);
  } finally {
    await trainer.dispose();
    disposeModel(model);
    await engine.dispose();
  }
}

test('static binarisation trains on the same bits in every epoch, those of the data seed', async () => {
  const losses = await lossesOf('static', 'binary');
  expect(losses.map(({ grey }) => grey)).toEqual([0, 0, 0, 0]);
  expect(new Set(losses.map(({ sum }) => sum)).size).toBe(1);
  const { splits } = await openDataset('mnist@20', { seed: dataSeed });
  const bits = binariseSplit(splits.train, { seed: dataSeed }).floats(); // the trial's seed is 0
  expect(losses[0]!.sum).toBe(bits.reduce((sum, bit) => sum + bit, 0));
});

test.each([
  { binarise: 'dynamic', observation: 'binary', why: 'models draw bits themselves' },
  { binarise: 'static', observation: 'continuous', why: 'models of intensities want those' },
] as const)(
  'grey images are handed out where binarisation is $binarise and observations are $observation: $why',
  async ({ binarise, observation }) => {
    const losses = await lossesOf(binarise, observation);
    expect(Math.min(...losses.map(({ grey }) => grey!))).toBeGreaterThan(100);
  },
);
