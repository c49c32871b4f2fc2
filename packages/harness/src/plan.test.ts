import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ModelFamily } from '@kindred/model';
import { planTrials, stepsOf, type PlanContext, type PlannedDataset } from './plan.ts';
import { ProblemsError } from './problems.ts';
import { defineSuite, type SuiteDefinition } from './suite.ts';

const family = {
  name: 'toy',
  options: z.strictObject({ width: z.int().min(1).max(64).default(8), depth: z.int().max(9).default(2) }),
  variants: { narrow: {}, wide: { width: 32 }, many: { depth: 5 } },
  likelihood: 'none',
  supports: ({ kind, classes }, options) => kind === 'points' && (options?.depth !== 5 || classes > 0),
  batchesPerStep: ({ depth }) => Math.max(1, depth - 1),
  build: () => {
    throw new Error('planning builds nothing');
  },
} satisfies ModelFamily<{ width: number; depth: number }>;

const points: PlannedDataset = {
  name: 'ring',
  spec: { kind: 'points', shape: [2], range: null, classes: 0 },
  hash: 'r',
  splits: { train: { count: 1000 }, validation: { count: 80 }, test: { count: 100 } },
};
const images: PlannedDataset = {
  ...points,
  name: 'digits',
  hash: 'd',
  spec: { kind: 'image', shape: [8, 8, 1], range: [0, 1], classes: 10 },
};
const context: PlanContext = {
  families: { toy: family as ModelFamily },
  datasets: [points, images],
  engine: { kind: 'cpu' },
  codeVersion: 'one',
};
const definition: SuiteDefinition = {
  name: 'small',
  description: 'a small one',
  datasets: ['digits', 'ring'],
  models: [
    { family: 'toy', variant: 'narrow' },
    {
      family: 'toy',
      variant: 'wide',
      options: { depth: 3 },
      datasets: ['ring'],
      budget: { any: { unit: 'seconds', amount: 5 } },
    },
  ],
  seeds: [4, 2],
  budget: { points: { unit: 'examples', amount: 101 }, image: { unit: 'examples', amount: 50 } },
  batchSize: { any: 10 },
  samples: { ring: 20 },
  timeout: 60,
};

const onlyImages = { datasets: ['digits'], models: [{ family: 'toy', variant: 'narrow' }] };

const plan = (change: Partial<SuiteDefinition> = {}, other: Partial<PlanContext> = {}) =>
  planTrials(defineSuite({ ...definition, ...change }), { ...context, ...other });

describe('planTrials', () => {
  test('dataset x model x seed, in this order, with resolved options, budgets and sizes', () => {
    const plans = plan();
    expect(plans.map(({ trial }) => trial)).toEqual([
      'digits.toy.narrow.seed-4',
      'digits.toy.narrow.seed-2',
      'ring.toy.narrow.seed-4',
      'ring.toy.narrow.seed-2',
      'ring.toy.wide.seed-4',
      'ring.toy.wide.seed-2',
    ]);
    expect(plans.map(({ applicable }) => applicable)).toEqual([false, false, true, true, true, true]);
    expect(plans[0]).toMatchObject({ samples: 100, budget: { amount: 50 }, options: { width: 8, depth: 2 } });
    expect(plans[5]).toMatchObject({
      samples: 20,
      budget: { unit: 'seconds', amount: 5 },
      options: { width: 32, depth: 3 },
    });
  });

  test('part of a dataset: trials have names that files may have, the values of the whole, and no more samples than there are', () => {
    const part = { ...points, name: 'ring@50', splits: { ...points.splits, train: { count: 50 } } };
    const change = { datasets: ['ring@50'], models: [{ family: 'toy', variant: 'narrow' }], samples: {} };
    const plans = plan({ ...change, batchSize: { ring: 7 } }, { datasets: [part] });
    expect(plans.map(({ trial }) => trial)).toEqual(['ring@50.toy.narrow.seed-4', 'ring@50.toy.narrow.seed-2']);
    expect(plans[0]).toMatchObject({ dataset: 'ring@50', samples: 50, batchSize: 7 });
    const [share] = plan({ ...change, datasets: ['ring@5%'] }, { datasets: [{ ...part, name: 'ring@5%' }] });
    expect(share?.trial).toBe('ring@5pct.toy.narrow.seed-4');
    expect(share?.fingerprint).not.toBe(plans[0]?.fingerprint);
  });

  test('the last step may be over the budget, never under', () => {
    expect(plan().map(stepsOf)).toEqual([5, 5, 11, 11, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  test('a step of several batches takes as many of the budget', () => {
    const models = [{ family: 'toy', variant: 'narrow', options: { depth: 4 } }];
    const [, , first] = plan({ models });
    expect(first).toMatchObject({ dataset: 'ring', batchSize: 10, batchesPerStep: 3 });
    expect(stepsOf(first!)).toBe(4); // of 101 examples, 30 a step
  });

  test('whether data is supported may depend on the options', () => {
    const models = ['narrow', 'many'].map((variant) => ({ family: 'toy', variant }));
    const applicable = (classes: number) =>
      plan(
        { datasets: ['ring'], models, seeds: 1 },
        { datasets: [{ ...points, spec: { ...points.spec, classes } }] },
      ).map((each) => each.applicable);
    expect(applicable(0)).toEqual([true, false]);
    expect(applicable(8)).toEqual([true, true]);
  });

  test('seeds and checkpoints may differ from dataset to dataset', () => {
    const change = { seeds: { ring: 3, any: [9] }, validate: { ring: { times: 4, samples: 80 } }, samples: {} };
    const models = [{ family: 'toy', variant: 'narrow' }];
    expect(plan({ ...change, models }).map(({ dataset, seed, validate }) => [dataset, seed, validate])).toEqual([
      ['digits', 9, null],
      ...[0, 1, 2].map((seed) => ['ring', seed, { times: 4, samples: 80 }]),
    ]);
    expect(() => plan({ seeds: { image: 2 }, validate: { any: { times: 1, samples: 81 } } })).toThrow(
      /validate: 81 samples exceed the 80 validation examples of digits[^]*seeds: none for dataset ring; add some for ring/,
    );
  });

  test('where classes are held out, each seed has one, nothing else is measured, and class-conditional models do not apply', () => {
    const ring = { ...points, spec: { ...points.spec, classes: 4 } } as PlannedDataset;
    const models = ['narrow', 'many'].map((variant) => ({ family: 'toy', variant }));
    const change = { datasets: ['ring'], models, seeds: [0, 3, 6] };
    const held = plan({ ...change, anomalies: true }, { datasets: [ring] });
    const row = ({ variant, seed, heldOut, applicable, features }: (typeof held)[number]) =>
      [variant, seed, heldOut, applicable, features.length] as const;
    expect(held.map(row)).toEqual([
      ...[0, 3, 2].map((label, i) => ['narrow', 3 * i, label, true, 0]),
      ...[0, 3, 2].map((label, i) => ['many', 3 * i, label, false, 0]),
    ]);
    const whole = plan(change, { datasets: [ring] });
    expect(whole.map(row)).toEqual(
      ['narrow', 'many'].flatMap((variant) => [0, 3, 6].map((seed) => [variant, seed, null, true, 1])),
    );
    expect(held[0]?.fingerprint).not.toBe(whole[0]?.fingerprint);
    expect(() => plan({ anomalies: true })).toThrow('anomalies: ring has no classes to hold out; leave it out');
  });

  test('a model may have seeds of its own', () => {
    const models = [
      { family: 'toy', variant: 'narrow' },
      { family: 'toy', variant: 'wide', seeds: [7] },
    ];
    expect(plan({ datasets: ['ring'], models }).map(({ variant, seed }) => [variant, seed])).toEqual([
      ['narrow', 4],
      ['narrow', 2],
      ['wide', 7],
    ]);
  });

  test('all problems come at once', () => {
    const models = [
      { family: 'toy', variant: 'tall' },
      { family: 'yot', variant: 'narrow' },
      { family: 'toy', variant: 'narrow', options: { width: 65, depth: 10 } },
    ];
    try {
      plan({ datasets: ['rign', 'ring'], models, budget: {}, samples: { any: 101 } });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ProblemsError);
      const text = (error as ProblemsError).message;
      expect(text).toContain('datasets[0]: unknown dataset rign; there are ring, digits');
      expect(text).toContain('has no variant tall; it has narrow, wide, many');
      expect(text).toContain('models[1].family: unknown family yot; there is toy');
      expect(text).toMatch(/width.*\n.*depth/);
      expect(text).toContain('budget: none for dataset ring; add one for ring, points or any');
      expect(text).toContain('samples: 101 exceeds the 100 examples of ring');
    }
  });

  test('fingerprints tell apart what can change an outcome, and nothing else', () => {
    const first = (change?: Partial<SuiteDefinition>, other?: Partial<PlanContext>): string | undefined =>
      plan(change, other)[2]?.fingerprint;
    const base = first();
    expect(first()).toBe(base);
    expect(first({ timeout: 1, throughput: null, description: 'other words' })).toBe(base);
    const changes = [
      first({ batchSize: { any: 11 } }),
      first({ budget: { any: { unit: 'examples', amount: 102 } } }),
      first({ samples: {} }),
      first({ validate: { any: { times: 2, samples: 50 } } }),
      first({ dataSeed: 1 }),
      first({}, { codeVersion: 'two' }),
      first({}, { engine: { kind: 'onnx' } }),
      first({}, { engine: { kind: 'onnx', device: 'webgpu' } }),
      first({}, { datasets: [{ ...points, hash: 'other' }, images] }),
      plan()[3]?.fingerprint,
    ];
    expect(new Set([base, ...changes]).size).toBe(changes.length + 1);
  });
});

describe('feature spaces', () => {
  const spacesOf = (change: Partial<SuiteDefinition> = {}) =>
    Object.fromEntries(plan(change).map(({ dataset, features }) => [dataset, features]));

  test('are two for images, the points themselves, or what the suite says', () => {
    expect(spacesOf()).toEqual({ digits: ['classifier', 'random'], ring: ['points'] });
    expect(spacesOf({ features: { image: ['pixels'] } })).toEqual({ digits: ['pixels'], ring: ['points'] });
  });

  test('that do not fit the data are a problem', () => {
    expect(() => plan({ features: { any: ['classifier', 'nose'] } })).toThrow(
      /unknown feature space nose for image data; there are classifier, random, pixels, onnx:<file>[\s\S]*unknown feature space classifier for points data; there is points/,
    );
    const unlabelled = { ...images, spec: { ...images.spec, classes: 0 } } as PlannedDataset;
    const asked = { ...onlyImages, features: { image: ['classifier'] } };
    expect(() => plan(asked, { datasets: [unlabelled] })).toThrow('needs labelled images of at least 2 classes');
  });

  test('decide the outcome, and so do the files behind them', () => {
    const asked = { ...onlyImages, features: { image: ['onnx:net.onnx'] } };
    const fingerprint = (change: Partial<SuiteDefinition>, hash?: string) =>
      plan(change, hash === undefined ? {} : { featureFiles: { 'onnx:net.onnx': hash } })[0]?.fingerprint;
    const seen = [fingerprint(onlyImages), fingerprint(asked, 'a'), fingerprint(asked, 'b')];
    expect(new Set(seen).size).toBe(3);
    expect(fingerprint(asked, 'a')).toBe(seen[1]);
  });
});
