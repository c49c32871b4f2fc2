import * as tf from '@tensorflow/tfjs-core';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openDataset, type Split } from '@kindred/data';
import { batch, labels, normal, program } from '@kindred/engine';
import type { ModelFamily } from '@kindred/model';
import { planTrials } from './plan.ts';
import type { TrialRecord } from './record.ts';
import { runTrial } from './run-trial.ts';
import { defineSuite } from './suite.ts';

const dataset = 'shapes@2000';

/** One training example per class, which it gives back, of the class asked for or of the one behind it. */
const memoriser = (train: Split): ModelFamily<{ behind: number }> => ({
  name: 'memoriser',
  options: z.strictObject({ behind: z.int().min(0).default(0) }),
  variants: { right: {}, wrong: { behind: 1 } },
  likelihood: 'none',
  supports: () => true,
  build: ({ data: { classes, shape }, batchSize, options: { behind } }) => {
    const size = shape.reduce((product: number, length) => product * length, 1);
    const rows = Int32Array.from({ length: classes }, (_, label) => train.labels!.indexOf((label + behind) % classes));
    const examples = train.gather(rows, new Float32Array(classes * size));
    const table = tf.tidy(() => tf.variable(tf.tensor(examples, [classes, size])));
    return {
      parameters: { table },
      trainingState: {},
      conditional: true,
      trainStep: program('train', { x: batch([batchSize, ...shape]) }, ({ x }) => ({ loss: tf.mean(x) })),
      sampler: (count) => ({
        kind: 'direct',
        program: program('sample', { y: labels([count]), u: normal([count, ...shape]) }, ({ y, u }) => {
          const chosen = tf.matMul(tf.cast(tf.oneHot(y, classes), 'float32'), table);
          return { samples: tf.clipByValue(tf.add(tf.reshape(chosen, u.shape), tf.mul(u, 0.01)), 0, 1) };
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
  expect(right['class-accuracy']).toBeGreaterThan(0.9);
  expect(wrong['class-accuracy']).toBeLessThan(0.1);
  // One image of a class, again and again, teaches something of it; under another name it teaches what is wrong.
  const chance = 1 / opened.spec.classes;
  expect(right['classification-accuracy-score']).toBeGreaterThan(1.5 * chance);
  expect(wrong['classification-accuracy-score']).toBeLessThan(chance);
  // As many real examples teach more, and the same to both.
  for (const scores of found) expect(scores['classification-accuracy-gap']).toBeGreaterThan(0);
  const baselines = found.map(
    (scores) => scores['classification-accuracy-score']! + scores['classification-accuracy-gap']!,
  );
  expect(baselines[1]).toBeCloseTo(baselines[0]!, 6);
  await rm(folder, { recursive: true });
}, 600_000);
