import type { SuiteRun } from '@kindred/harness';
import { describe, expect, it } from 'vitest';
import { summarise } from '../summary.ts';
import {
  failedTrial,
  floor,
  heldOutRun,
  heldOutTrial,
  metricRow,
  suiteRun,
  timings,
  trialRecord,
} from '../testing/fixture-run.ts';
import { readme, type Picture } from './readme.ts';

const pictures: Picture[] = [
  { dataset: 'digits', kind: 'overview', path: 'samples/digits.overview.png', title: 'Samples on digits' },
  { dataset: 'digits', kind: 'sheet', path: 'samples/digits.real.png', title: 'real data' },
  { dataset: 'digits', kind: 'plot', path: 'plots/digits-quality.svg', title: 'Quality on digits' },
];

const textOf = (changes: Partial<SuiteRun> = {}): string => {
  const run = suiteRun(changes);
  return readme(run, summarise(run), { pictures, texts: [] });
};

/** The rows of all tables, as cells. */
function tablesOf(markdown: string): string[][][] {
  const blocks = markdown.split('\n\n').filter((block) => block.startsWith('| '));
  return blocks.map((block) =>
    block.split('\n').map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ),
  );
}

const rowOf = (markdown: string, label: string): string[] | undefined =>
  tablesOf(markdown)
    .flat()
    .find(([first]) => first === label);

const crash = { phase: 'train', reason: 'crash', message: 'killed', step: 7 } as const;
const strange = 'a|b *c* <d> `e` _f_ [g](h) $i$';
const odd: Record<string, Partial<SuiteRun>> = {
  'the fixture': {},
  'no trials': { trials: [], throughput: [], calibration: [] },
  'no datasets': { datasets: [], trials: [], throughput: [], calibration: [], featureSpaces: [] },
  'one seed': { trials: [trialRecord()] },
  'only failures': {
    trials: [failedTrial({ failure: crash }), failedTrial({ seed: 1, failure: null })],
    calibration: [],
    throughput: [],
  },
  'families that do not apply': {
    trials: [trialRecord({ family: 'vae', status: 'not-applicable', metrics: [], samples: null, likelihood: '' })],
  },
  'negative, zero, tiny, huge values': {
    trials: [-3, 0, 1e-9, 1e18].map((value, seed) => trialRecord({ seed, metrics: [metricRow(value)] })),
  },
  'values that are no number': {
    trials: [Number.NaN, Number.POSITIVE_INFINITY].map((value, seed) =>
      trialRecord({ seed, metrics: [metricRow(value)], peakMemory: Number.NaN, seconds: {} }),
    ),
    throughput: [{ ...timings[0]!, perSecond: Number.NaN, p50: Number.NaN }],
  },
  'held-out classes': { ...heldOutRun() },
  'held-out classes without a score': { ...heldOutRun({ trials: [heldOutTrial(0, { metrics: [] })] }) },
  'characters of Markdown': {
    description: strange,
    command: '```',
    trials: [
      trialRecord({ family: strange, variant: strange, sampleMeaning: strange, likelihood: strange }),
      trialRecord({ family: strange, variant: 'b', metrics: [metricRow(1, { metric: strange, features: strange })] }),
      failedTrial({ failure: { phase: 'train', reason: 'error', message: `${strange}\nat x`, step: 3 } }),
    ],
  },
};

describe.each(Object.entries(odd))('the report of %s', (_name, changes) => {
  const markdown = textOf(changes);

  it('prints nothing that is no number or no text', () => {
    expect(markdown).not.toMatch(/\b(?:NaN|undefined|Infinity|null|\[object)\b/);
  });

  it('has tables with as many cells in each row as in their heading', () => {
    for (const rows of tablesOf(markdown)) {
      expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
    }
  });

  it('has no empty section, no blank lines in a row, and one title', () => {
    expect(markdown).not.toMatch(/^(#+) .*\n\n(?:\1 |$)/m);
    expect(markdown).not.toContain('\n\n\n');
    expect(markdown.match(/^# /gm)).toHaveLength(1);
  });
});

describe('readme', () => {
  it('folds away what was measured in feature spaces after the first', () => {
    const spaces = ['classifier', 'random'].map((name) => ({
      dataset: 'digits',
      name,
      description: 'A layer',
      columns: 8,
      testAccuracy: null,
    }));
    const metrics = spaces.map(({ name }) => metricRow(1, { features: name }));
    const markdown = textOf({ featureSpaces: spaces, trials: [trialRecord({ metrics })] });
    const [open = '', folded = ''] = markdown.split('<details><summary>The same in random features</summary>');
    const heading = (space: string): string => `Fréchet distance ↓<br><sub>${space}</sub>`;
    expect(open).toContain(heading('classifier'));
    expect(open).not.toContain(heading('random'));
    expect(folded.slice(0, folded.indexOf('</details>'))).toContain(heading('random'));
  });

  it('does not fold away what was never measured in the first feature space', () => {
    const spaces = ['random', 'pixels'].map((name) => ({
      dataset: 'digits',
      name,
      description: 'A layer',
      columns: 8,
      testAccuracy: null,
    }));
    const sharpness = metricRow(1, { metric: 'sharpness-ratio', features: 'pixels', better: 'one' });
    const metrics = [...spaces.map(({ name }) => metricRow(1, { features: name })), sharpness];
    const markdown = textOf({ featureSpaces: spaces, trials: [trialRecord({ metrics })] });
    const [open = '', folded = ''] = markdown.split('<details><summary>The same in pixels features</summary>');
    expect(open).toContain('Sharpness →1<br><sub>pixels</sub>');
    expect(folded).toContain('Fréchet distance ↓<br><sub>pixels</sub>');
    expect(folded).not.toContain('Sharpness →1<br>');
  });

  it('has the source of the data below the models that state a likelihood, and in no table without one', () => {
    const likelihood = (value: number) => metricRow(value, { metric: 'negative-log-likelihood', unit: 'nats' });
    const source = { ...floor, name: 'source-against-test', metrics: [likelihood(4)] };
    const stated = textOf({
      trials: [trialRecord({ metrics: [metricRow(1), likelihood(5)] })],
      calibration: [floor, source],
    });
    expect(rowOf(stated, '*source against test*')).toEqual(['*source against test*', '', '–', '4']);
    expect(stated).toContain('which no model has seen; for likelihoods, what the source of the data itself says.');
    const silent = textOf({ calibration: [floor, source] });
    expect(rowOf(silent, '*source against test*')).toBeUndefined();
    expect(silent).toContain('which no model has seen.');
  });

  it('says what was compared: suite, models, baselines, seeds, budget', () => {
    const [title, description, introduction] = textOf().split('\n\n');
    expect([title, description]).toStrictEqual(['# Report of suite small', 'A small suite.']);
    expect(introduction).toContain('Compared: gan and vae, beside the baseline independent.');
    expect(introduction).toContain(
      '2 datasets, 2 training seeds per model, a budget of 640 training examples per trial.',
    );
    expect(introduction).toContain('12 trials, 12 ok, in 61 s.');
    expect(textOf({ keptTrials: 9 })).toContain(
      'in 61 s; 9 of the 12 trials were kept from an earlier run, whose time is not in this.',
    );
  });

  it('says of which datasets models were trained how often, where they differ', () => {
    const trials = [
      ...[0, 1, 2].map((seed) => trialRecord({ seed })),
      ...[4, 5, 6, 7, 8].map((seed) => trialRecord({ dataset: 'ring', seed })),
    ];
    const markdown = textOf({ trials });
    expect(markdown).toContain('3 training seeds per model on digits and 5 training seeds per model on ring, a budget');
    expect(markdown).toMatch(/- digits: With 3 seeds per model .*below 0\.10: too few seeds/);
    expect(markdown).toMatch(/- ring: With 5 seeds per model .*below 0\.0079\.\n/);
    expect(markdown).toContain('- Seeds on digits: 0, 1, 2\n- Seeds on ring: 4, 5, 6, 7, 8\n');
  });

  it('says where the budget differs between models', () => {
    const trials = [64_000, 96_000].map((amount) =>
      trialRecord({ variant: `of-${amount}`, budget: { unit: 'examples', amount } }),
    );
    expect(textOf({ trials })).toContain(
      'a budget of 64,000 training examples and 96,000 training examples (by model) per trial',
    );
  });

  it('says which bits models with a likelihood of binarised images saw, and nothing without one', () => {
    const metrics = [metricRow(90, { metric: 'negative-log-likelihood', features: 'binarised-pixels', unit: 'nats' })];
    const note = (binarise: SuiteRun['binarise'], trial = trialRecord({ metrics })) =>
      textOf({ trials: [trial], binarise })
        .split('\n')
        .find((line) => line.includes('binarised images:'));
    expect(note('static')).toContain('trained on bits drawn once (static binarisation)');
    expect(note('dynamic')).toContain('saw new bits each time they saw an image (dynamic binarisation)');
    expect(note('static', trialRecord())).toBeUndefined();
  });

  it('says which models were trained less often than the others of a dataset', () => {
    const trials = [
      ...[0, 1, 2].flatMap((seed) => ['a', 'b'].map((variant) => trialRecord({ variant, seed }))),
      ...['digits', 'ring'].map((dataset) => trialRecord({ dataset, variant: 'dear' })),
      ...[0, 1, 2].flatMap((seed) => ['a', 'b'].map((variant) => trialRecord({ dataset: 'ring', variant, seed }))),
    ];
    const markdown = textOf({ trials });
    expect(markdown).toContain(
      '3 training seeds per model on digits and ring and 1 training seed of gan dear on digits and ring',
    );
    expect(markdown).toMatch(/- digits and ring: With 3 seeds per model /);
    expect(markdown).toContain('- gan dear: One seed: ');
    expect(markdown).toContain('- Seeds on digits and ring: 0, 1, 2\n- Seeds of gan dear on digits and ring: 0\n');
  });

  it('puts models, baselines and the floor into one table: mean above its interval', () => {
    const markdown = textOf();
    expect(rowOf(markdown, 'gan')).toStrictEqual(['gan', '2/2', '**10.5**<br><sub>10.0 to 11.0</sub>']);
    expect(rowOf(markdown, '*independent*')![1]).toBe('2/2');
    expect(rowOf(markdown, '*train against test*')).toStrictEqual(['*train against test*', '', '1.25']);
    expect(markdown).toContain('Fréchet distance ↓<br><sub>classifier</sub>');
  });

  it('has a table by held-out class below that of means, and says what seeds stand for', () => {
    const markdown = textOf(heldOutRun());
    expect(rowOf(markdown, 'vae')!.slice(1)).toStrictEqual(['3/3', '**0.800**<br><sub>0.700 to 0.900</sub>']);
    expect(
      ['Held out', 'class 0', 'class 1', 'class 2', '*mean over classes*'].map((label) => rowOf(markdown, label)),
    ).toEqual([
      ['Held out', ...['vae', 'autoregressive'].map((model) => `${model}<br><sub>AUROC, likelihood ratio</sub>`)],
      ['class 0', '0.900', '0.450'],
      ['class 1', '0.800', '0.400'],
      ['class 2', '0.700', '0.350'],
      ['*mean over classes*', '0.800', '0.400'],
    ]);
    expect(markdown).toContain('Mean over held-out classes, below it');
    expect(markdown).toContain('measured on 1,000 test examples.');
    expect(markdown).toContain('Each training seed is without one class of the data');
    expect(markdown).toContain('- Intervals are of the spread over held-out classes');
    for (const words of ['permutation test', 'real data in the place of samples', 'Mean over training seeds']) {
      expect(markdown).not.toContain(words);
      expect(textOf()).not.toContain('Held out');
    }
  });

  it('means by class first where a class was held out more than once, so that each counts the same', () => {
    const trials = [heldOutTrial(0.9), heldOutTrial(0.5, { seed: 1 }), heldOutTrial(0.7, { seed: 10 })];
    const markdown = textOf(heldOutRun({ trials }));
    expect(rowOf(markdown, 'class 0')).toEqual(['class 0', '0.800']);
    expect(rowOf(markdown, '*mean over classes*')).toEqual(['*mean over classes*', '0.650']);
  });

  it('splits many metrics over tables', () => {
    const metrics = Array.from({ length: 9 }, (_, index) => metricRow(index, { metric: `metric-${index}` }));
    const widths = tablesOf(textOf({ trials: [trialRecord({ metrics })], calibration: [], throughput: [] }))
      .filter(([heading]) => heading![1] === 'Trials ok')
      .map(([heading]) => heading!.length - 2);
    expect(widths).toStrictEqual([5, 4]);
  });

  it('says how many values are behind a mean where that is not every ok trial', () => {
    const trials = [trialRecord(), trialRecord({ seed: 1, metrics: [metricRow(Number.NaN)] })];
    const markdown = textOf({ trials });
    expect(rowOf(markdown, 'gan')![2]).toBe('10<br><sub>n = 1</sub>');
    expect(markdown).toContain(
      'Not a finite number, and therefore in no mean: frechet-distance of `digits.gan.plain.seed-1`.',
    );
  });

  it('lists failures with phase, reason, step and a message without folders, and the rate with its interval', () => {
    const message = 'model.json: cannot read /home/someone/secret/model.json\n    at stack';
    const failure = { phase: 'train', reason: 'error', message, step: 1234 } as const;
    const markdown = textOf({ trials: [trialRecord(), failedTrial({ seed: 1, failure })] });
    expect(rowOf(markdown, '`digits.gan.plain.seed-1`')).toStrictEqual([
      '`digits.gan.plain.seed-1`',
      'train',
      'error',
      '1,234',
      'model.json: cannot read …/model.json',
    ]);
    expect(markdown).toContain('gan: 1 of 2 trials failed (50 %, 95 % Wilson interval 9.45 % to 90.5 %).');
    expect(rowOf(markdown, 'gan')![1]).toBe('1/2');
  });

  it('marks a family that does not apply, and counts it nowhere as a failure', () => {
    const skipped = trialRecord({ family: 'vae', status: 'not-applicable', metrics: [], samples: null });
    const markdown = textOf({ trials: [trialRecord(), skipped] });
    expect(rowOf(markdown, 'vae')).toStrictEqual(['vae', 'n/a', '–']);
    expect(markdown).toContain('Not applicable (the family does not support such data): vae plain on digits.');
    expect(markdown).not.toContain('failed (');
  });

  it('gives cost: speed, time of a trial, latencies, parameters, memory; a dash where a model was not timed', () => {
    const cost = textOf().split('## Cost')[1]!;
    expect(rowOf(cost, 'gan')).toStrictEqual([
      'gan',
      '2,500',
      '1.60 s',
      '8,000',
      '1 ms, 1.70 ms',
      '8 ms, 9.50 ms',
      '1,234',
      '256 MiB',
    ]);
    expect(rowOf(cost, 'vae')!.slice(1, 4)).toStrictEqual(['–', '1.60 s', '–']);
    expect(cost).toContain('speeds are from the median of 50 runs. A training step takes 64 examples.');
    expect(textOf({ throughput: [] })).toContain('Speed was not measured in this run.');
  });

  it('shows pictures where they belong', () => {
    const part = textOf()
      .split('\n## ')
      .find((section) => section.startsWith('digits'))!;
    const order = pictures.map(({ path }) => part.indexOf(`src="${path}"`));
    const [overview, sheet, plot] = order;
    expect(Math.min(...order)).toBeGreaterThan(0);
    expect(overview).toBeLessThan(plot!);
    expect(plot).toBeLessThan(sheet!);
  });

  it('says how to make it again: command, seeds, machine, engine, versions', () => {
    const text = textOf().split('## Make it again')[1]!;
    expect(text).toContain('```sh\npnpm bench small\n```');
    for (const fact of ['Seeds: 0, 1', 'CPU, 2 cores, 8 GiB, Linux, Node 20.20.2', 'onnx on cpu', 'kindred abc']) {
      expect(text).toContain(fact);
    }
  });

  it('describes data and feature spaces', () => {
    const text = textOf().split('## Data and feature spaces')[1]!;
    expect(rowOf(text, 'digits')).toStrictEqual([
      'digits',
      'a package',
      '80',
      '10',
      '10',
      'image, 4 × 4 × 1',
      '0 to 1',
      '8',
      '0',
      '0',
      '`0123456789ab`',
    ]);
    expect(rowOf(text, 'ring')!.slice(5, 8)).toStrictEqual(['points, 2', '-1.02 to 1.03', '–']);
    expect(text).toContain("The classifier's accuracy on the test split is 97.5 %.");
    expect(text).toContain(`**train against test**: ${floor.description}.`);
  });

  it('warns where models were measured on unequal numbers of samples', () => {
    const trials = [trialRecord(), trialRecord({ family: 'vae', metrics: [metricRow(1, { samples: 5 })] })];
    expect(textOf({ trials })).toContain('**Models were measured on unequal numbers of samples: Fréchet distance.**');
  });
});
