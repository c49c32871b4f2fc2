import * as tf from '@tensorflow/tfjs-core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDataset, type Dataset, type Split } from '@kindred/data';
import { normal, openEngine, program, type Engine } from '@kindred/engine';
import { frechetDistance, frechetReference } from '@kindred/metrics';
import { disposeModel, drawSamples, type GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { openCheckpoints } from './checkpoints.ts';

let engine: Engine;
let folder: string;
let ring: Dataset;

beforeAll(async () => {
  engine = await openEngine({ kind: 'onnx', device: 'cpu', threads: 1 });
  folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  ring = await openDataset('ring', { seed: 0 });
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** N(centre, 1) for points. */
function cloud(): GenerativeModel & { readonly centre: tf.Variable } {
  const centre = tf.tidy(() => tf.variable(tf.zeros([2])));
  return {
    centre,
    parameters: { centre },
    trainingState: {},
    trainStep: program('train', {}, () => ({ loss: tf.sum(centre) })),
    sampler: (count) => ({
      kind: 'direct',
      program: program('sample', { z: normal([count, 2]) }, ({ z }) => ({ samples: tf.add(centre, z) })),
    }),
    sampleMeaning: 'a draw',
  };
}

/** The dataset as one has it who must not look at test examples. */
const withoutTest = ({ splits, ...rest }: Dataset): Dataset => ({
  ...rest,
  splits: {
    train: splits.train,
    validation: splits.validation,
    get test(): Split {
      throw new Error('a checkpoint has looked at the test split');
    },
  },
});

test('checkpoints compare with validation examples, by the same noise each time, and never touch the test split', async () => {
  const model = cloud();
  const count = 300;
  const settings = { seed: 3, dataSeed: 0, features: ['points'], cacheFolder: folder };
  const validate = { times: 1, samples: count };
  const checkpoints = await openCheckpoints(engine, model, withoutTest(ring), { ...settings, validate });
  const distance = async (): Promise<number | undefined> =>
    (await checkpoints.measure()).find(({ metric, split }) => metric === 'frechet-distance' && split === 'validation')
      ?.value;
  const expected = async (): Promise<number> => {
    const random = new RandomStream(3, 'checkpoint samples');
    const data = await drawSamples(engine, model, { count, batchSize: 250, random });
    const real = ring.splits.validation.floats(0, count);
    return frechetDistance(await frechetReference({ data: real, rows: count, columns: 2 }), {
      data,
      rows: count,
      columns: 2,
    });
  };
  const before = await distance();
  expect(before).toBeCloseTo(await expected(), 6);
  expect(await distance()).toBe(before);
  engine.write(model.centre, Float32Array.of(3, 0));
  const after = await distance();
  expect(after).toBeCloseTo(await expected(), 6);
  expect(after).toBeGreaterThan(before! + 5); // the mean has moved by 3, which is 9 of the squared distance
  await checkpoints.dispose();
  disposeModel(model);
});

test('checkpoints of text look at its whole lines', async () => {
  const text = await openDataset('text', { seed: 0 });
  const windows = text.splits.train.floats(0, 50);
  const copier: GenerativeModel = {
    parameters: {},
    trainingState: {},
    trainStep: program('train', {}, () => ({ loss: tf.scalar(0) })),
    sampler: (count) => ({
      kind: 'direct',
      program: program('sample', {}, () => ({ samples: tf.tensor(windows, [count, 64]) })),
    }),
    sampleMeaning: 'a copy',
  };
  const settings = { seed: 0, dataSeed: 0, features: [], cacheFolder: folder, validate: { times: 1, samples: 50 } };
  const checkpoints = await openCheckpoints(engine, copier, withoutTest(text), settings);
  expect(await checkpoints.measure()).toMatchObject([
    { metric: 'grammatical-share', split: 'validation', value: 1, samples: 50 },
  ]);
  await checkpoints.dispose();
});
