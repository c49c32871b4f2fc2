import * as tf from '@tensorflow/tfjs-core';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openDataset, type Split } from '@kindred/data';
import { batch, labels, program, uniform } from '@kindred/engine';
import type { ModelFamily } from '@kindred/model';
import { planTrials } from './plan.ts';
import type { TrialRecord } from './record.ts';
import { runTrial } from './run-trial.ts';
import { defineSuite } from './suite.ts';

const dataset = 'shapes@2000';

/** Training examples of each class, so many. */
const perClass = 40;

/** Gives training examples back, of the class asked for or of the one behind it. */
const memoriser = (train: Split): ModelFamily<{ behind: number }> => ({
  name: 'memoriser',
  options: z.strictObject({ behind: z.int().min(0).default(0) }),
  variants: { right: {}, wrong: { behind: 1 } },
  likelihood: 'none',
  supports: () => true,
  build: ({ data: { classes, shape }, batchSize, options: { behind } }) => {
    const size = shape.reduce((product: number, length) => product * length, 1);
    const labelsOf = [...train.labels!];
    const rows = Array.from({ length: classes }, (_, label) =>
      labelsOf.flatMap((own, row) => (own === (label + behind) % classes ? [row] : [])).slice(0, perClass),
    ).flat();
    const examples = train.gather(Int32Array.from(rows), new Float32Array(rows.length * size));
    const table = tf.tidy(() => tf.variable(tf.tensor(examples, [rows.length, size])));
    return {
      parameters: { table },
      trainingState: {},
      conditional: true,
      trainStep: program('train', { x: batch([batchSize, ...shape]) }, ({ x }) => ({ loss: tf.mean(x) })),
      sampler: (count) => ({
        kind: 'direct',
        program: program('sample', { y: labels([count]), u: uniform([count]) }, ({ y, u }) => {
          const which = tf.cast(tf.floor(tf.mul(u, perClass)), 'int32');
          const chosen = tf.gather(table, tf.add(tf.mul(y, tf.scalar(perClass, 'int32')), which) as tf.Tensor1D);
          return { samples: tf.reshape(chosen, [count, ...shape]) };
        }),
      }),
      sampleMeaning: 'a training example',
    };
  },
});

test('a conditional model of images is judged by the classes that it was asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'classes-'));
  const opened = await openDataset(dataset, { seed: 0 });
  const families = { memoriser: memoriser(opened.splits.train) as ModelFamily };
  const suite = defineSuite({
    name: 'test',
    description: 'a test',
    datasets: [dataset],
    models: ['right', 'wrong'].map((variant) => ({ family: 'memoriser', variant })),
    seeds: 1,
    budget: { any: { unit: 'examples', amount: 8 } },
    batchSize: { any: 8 },
    samples: { any: 200 },
    features: { any: ['classifier'] },
    timeout: 600,
  });
  const engine = { kind: 'onnx', device: 'cpu', threads: 1 } as const;
  const plans = planTrials(suite, { families, datasets: [opened], engine, codeVersion: 'test' });
  const found: Record<string, number>[] = [];
  for (const plan of plans) {
    await runTrial(plan, { families, recordsFolder: folder, cacheFolder: folder, tell: () => {} });
    const record = JSON.parse(await readFile(join(folder, `${plan.trial}.json`), 'utf8')) as TrialRecord;
    expect(record.failure).toBeNull();
    found.push(Object.fromEntries(record.metrics.map(({ metric, value }) => [metric, value])));
  }
  const [right = {}, wrong = {}] = found;
  expect(right['class-accuracy']).toBeGreaterThan(0.8);
  expect(wrong['class-accuracy']).toBeLessThan(0.1);
  // Images of a class teach something of it; under another name they teach what is wrong.
  const chance = 1 / opened.spec.classes;
  // Of 1 000 test examples: the standard error is 0.014.
  expect(right['classification-accuracy-score']).toBeGreaterThan(chance + 0.07);
  expect(wrong['classification-accuracy-score']).toBeLessThan(chance);
  // What is missing to as many real examples, of which both have the same.
  const baselines = found.map(
    (scores) => scores['classification-accuracy-score']! + scores['classification-accuracy-gap']!,
  );
  expect(baselines[1]).toBeCloseTo(baselines[0]!, 6);
  await rm(folder, { recursive: true });
}, 600_000);
