import { describe, expect, test } from 'vitest';
import { ProblemsError } from './problems.ts';
import { defineSuite, valueFor, type SuiteDefinition } from './suite.ts';

const minimal: SuiteDefinition = {
  name: 'small',
  description: 'a small one',
  datasets: ['ring'],
  models: [{ family: 'gan', variant: 'plain' }],
  seeds: 2,
  budget: { any: { unit: 'examples', amount: 100 } },
  batchSize: { any: 10 },
  timeout: 60,
};

function problemsOf(definition: unknown): readonly string[] {
  try {
    defineSuite(definition as SuiteDefinition);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

describe('defineSuite', () => {
  test('fills in the defaults, and takes its own result again', () => {
    const suite = defineSuite(minimal);
    expect(suite).toMatchObject({ seeds: { any: [0, 1] }, samples: {}, dataSeed: 0, throughput: { seconds: 20 } });
    expect(suite.models[0]).toEqual({ family: 'gan', variant: 'plain', options: {}, budget: {}, batchSize: {} });
    expect(defineSuite(suite)).toEqual(suite);
  });

  test('lists all problems at once, each with its path', () => {
    const problems = problemsOf({
      ...minimal,
      datasets: [],
      models: [{ family: 'gan', variant: 'plain', budget: { ring: { unit: 'hours', amount: -1 } } }],
      seeds: 0,
      timeout: 0,
      colour: 'red',
    });
    const paths = problems.map((problem) => problem.split(':')[0]);
    expect(paths.toSorted()).toEqual(
      [
        '(whole)',
        'datasets',
        'models[0].budget.ring.amount',
        'models[0].budget.ring.unit',
        'seeds',
        'timeout',
      ].toSorted(),
    );
    expect(problems.join('\n')).toContain('colour');
  });

  test('measures nothing beside anomalies', () => {
    expect(defineSuite({ ...minimal, anomalies: true }).anomalies).toBe(true);
    expect(problemsOf({ ...minimal, anomalies: true, uses: true, features: { any: ['pixels'] } })).toEqual(
      ['uses', 'features'].map(
        (path) => `${path}: a suite of anomalies measures nothing but them; leave this to another suite`,
      ),
    );
    expect(problemsOf({ ...minimal, uses: true, features: { any: ['pixels'] } })).toEqual([]);
  });

  test('takes names of datasets with an argument and an amount, and no others', () => {
    const datasets = ['mnist@1000', 'mnist@12.5%', 'image-folder:Faces.v2,64@10%', 'text:shakespeare'];
    const suite = defineSuite({ ...minimal, datasets, models: [{ ...minimal.models[0]!, datasets }] });
    expect(suite.datasets).toEqual(datasets);
    expect(suite.models[0]?.datasets).toEqual(datasets);
    const wrong = ['../up', 'a/b', 'Mnist', 'mnist@', 'mnist@0', 'mnist@10 %', 'image-folder:'];
    expect(problemsOf({ ...minimal, datasets: wrong })).toEqual(
      wrong.map((name, i) => expect.stringContaining(`datasets[${i}]: dataset name '${name}': expected`)),
    );
    expect(problemsOf({ ...minimal, models: [{ family: 'gan@2', variant: 'a:b' }] })).toHaveLength(2);
  });

  test('takes seeds for all datasets, or a table of them', () => {
    const suite = defineSuite({ ...minimal, seeds: { ring: 3, points: [7], any: [5, 4] } });
    expect(suite.seeds).toEqual({ ring: [0, 1, 2], points: [7], any: [5, 4] });
    expect(defineSuite(suite)).toEqual(suite);
    const spec = { kind: 'points' };
    expect(['ring@10', 'grid'].map((name) => valueFor({ name, spec }, suite.seeds))).toEqual([[0, 1, 2], [7]]);
    expect(valueFor({ name: 'mnist', spec: { kind: 'image' } }, suite.seeds)).toEqual([5, 4]);
    expect(valueFor({ name: 'ring', spec }, defineSuite({ ...minimal, seeds: { image: [1] } }).seeds)).toBeUndefined();
    expect(valueFor({ name: 'ring', spec }, defineSuite({ ...minimal, seeds: [1, 2] }).seeds)).toEqual([1, 2]);
  });

  test.each([
    ['a model twice', { models: [...minimal.models, ...minimal.models] }, 'models'],
    ['a seed twice', { seeds: [1, 1] }, 'seeds'],
    ['a seed twice in a table', { seeds: { ring: [1, 1] } }, 'seeds.ring'],
    ['checkpoints of too few samples', { validate: { any: { times: 5, samples: 9 } } }, 'validate.any.samples'],
    ['a name that is no file name', { name: '../up' }, 'name'],
  ])('refuses %s', (_, change, path) => {
    expect(problemsOf({ ...minimal, ...change }).map((problem) => problem.split(':')[0])).toEqual([path]);
  });
});

test('the more particular value holds, and the model’s comes before the suite’s', () => {
  const ring = { name: 'ring', spec: { kind: 'points' } };
  expect(valueFor(ring, { ring: 1, points: 2, any: 3 })).toBe(1);
  expect(valueFor(ring, { points: 2, any: 3 })).toBe(2);
  expect(valueFor(ring, { image: 2, any: 3 })).toBe(3);
  expect(valueFor(ring, { image: 2 })).toBeUndefined();
  expect(valueFor(ring, { any: 9 }, { ring: 1 })).toBe(9);
  expect(valueFor(ring, { image: 9 }, { ring: 1 })).toBe(1);
  const part = { name: 'ring@10%', spec: { kind: 'points' } };
  expect(valueFor(part, { 'ring@10%': 1, ring: 2, points: 3 })).toBe(1);
  expect(valueFor(part, { 'ring@20%': 1, ring: 2, points: 3 })).toBe(2);
});
