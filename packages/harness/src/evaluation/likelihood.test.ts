import { describe, expect, it } from 'vitest';
import { openDataset } from '@kindred/data';
import { openEngine, given, program } from '@kindred/engine';
import type { GenerativeModel } from '@kindred/model';
import * as tf from '@tensorflow/tfjs-core';
import { likelihoodRows, sourceLikelihoodRows } from './likelihood.ts';

/** A model that says `nats` of every example, by default of sequences of 64 tokens. */
const constant = (
  nats: number,
  { observation, shape }: { observation: 'tokens' | 'binary' | 'continuous'; shape: readonly number[] } = {
    observation: 'tokens',
    shape: [64],
  },
): GenerativeModel => ({
  parameters: {},
  trainingState: {},
  trainStep: program('train', {}, () => ({ loss: tf.scalar(0) })),
  sampler: (count) => ({
    kind: 'direct',
    program: program('sample', {}, () => ({ samples: tf.zeros([count, ...shape]) })),
  }),
  logLikelihood: {
    observation,
    estimator: 'exact',
    program: (count) =>
      program('likelihood', { x: given([count, ...shape]) }, ({ x }) => ({
        logLikelihood: tf.add(tf.mul(tf.sum(tf.reshape(x, [count, -1]), 1), 0), nats),
      })),
  },
  sampleMeaning: 'nothing',
});

const named = (rows: readonly { metric: string; split: string; features: string; samples: number }[]) =>
  rows.map(({ metric, split, features, samples }) => [metric, split, features, samples].join(' '));

describe('likelihoodRows', () => {
  it('states the likelihood of text in bits per character as well: 64 characters of 3 bits are 64 * 3 ln 2 nats', async () => {
    const engine = await openEngine({ kind: 'cpu' });
    const dataset = await openDataset('text', { seed: 0 });
    const plan = { seed: 0, dataSeed: 0, samples: 40 };
    const rows = await likelihoodRows(engine, constant(-64 * 3 * Math.LN2), dataset, plan);
    expect(named(rows)).toEqual([
      'negative-log-likelihood validation sequence 40',
      'bits-per-character validation sequence 40',
      'negative-log-likelihood test sequence 40',
      'bits-per-character test sequence 40',
    ]);
    for (const { metric, value, unit } of rows) {
      const isBits = metric === 'bits-per-character';
      expect(value).toBeCloseTo(isBits ? 3 : 64 * 3 * Math.LN2, 4);
      expect(unit).toBe(isBits ? 'bits' : 'nats');
    }
    await engine.dispose();
  });

  it('states densities of intensities in bits per dimension as well: a uniform one is worth 8, and binary images have none', async () => {
    const engine = await openEngine({ kind: 'cpu' });
    const dataset = await openDataset('shapes@200', { seed: 0 });
    const { shape } = dataset.spec;
    const plan = { seed: 0, dataSeed: 0, samples: 20 };
    const values = shape.reduce((product: number, length) => product * length, 1);
    const measured = async (nats: number, observation: 'binary' | 'continuous') => {
      const rows = await likelihoodRows(engine, constant(nats, { observation, shape }), dataset, plan);
      return rows
        .filter(({ split }) => split === 'test')
        .map(({ metric, features, value }) => [metric, features, value]);
    };
    expect(await measured(0, 'continuous')).toEqual([
      ['negative-log-likelihood', 'pixels', -0],
      ['bits-per-dimension', 'pixels', 8],
    ]);
    // A density twice as high everywhere saves a bit of each value.
    const [, bits] = await measured(values * Math.LN2, 'continuous');
    expect(bits![2]).toBeCloseTo(7, 5);
    expect(await measured(0, 'binary')).toEqual([['negative-log-likelihood', 'binarised-pixels', -0]]);
    await engine.dispose();
  });
});

describe('sourceLikelihoodRows', () => {
  it('are those of the known probability of text, by the same examples as for models', async () => {
    const dataset = await openDataset('text', { seed: 0 });
    const rows = sourceLikelihoodRows(dataset, { samples: 300 });
    expect(named(rows)).toEqual([
      'negative-log-likelihood validation sequence 300',
      'bits-per-character validation sequence 300',
      'negative-log-likelihood test sequence 300',
      'bits-per-character test sequence 300',
    ]);
    const nats = dataset.logProbability!(dataset.splits.test.floats(0, 300));
    expect(rows[2]!.value).toBeCloseTo(-nats.reduce((sum, each) => sum + each, 0) / 300, 10);
    expect(rows[3]!.value).toBeCloseTo(rows[2]!.value / 64 / Math.LN2, 12);
  });

  it('are the entropy of a ring of eight Gaussians: ln 8 + 1 + ln 2 pi sigma^2', async () => {
    const dataset = await openDataset('ring', { seed: 0 });
    const rows = sourceLikelihoodRows(dataset, { samples: 1e9 });
    const { count } = dataset.splits.test;
    expect(named(rows).at(-1)).toBe(`negative-log-likelihood test points ${count}`);
    const entropy = Math.log(8) + 1 + Math.log(2 * Math.PI * dataset.modes!.sigma ** 2);
    // -ln p of a point has variance 1: half a squared normal per axis.
    expect(Math.abs(rows.at(-1)!.value - entropy)).toBeLessThan(5 / Math.sqrt(count));
  });

  it('are none where the source is not known', async () => {
    expect(sourceLikelihoodRows(await openDataset('shapes@10', { seed: 0 }), { samples: 10 })).toEqual([]);
  });
});
