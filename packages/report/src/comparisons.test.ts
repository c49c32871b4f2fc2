import { describe, expect, it } from 'vitest';
import { comparisonsOn } from './comparisons.ts';
import { allDatasets } from './readme/all-datasets.ts';
import { comparisonTable, testedDifferences } from './readme/comparison-table.ts';
import { summarise } from './summary.ts';
import { floor, metricRow, suiteRun, trialRecord } from './testing/fixture-run.ts';

/** A run on digits where families have these Fréchet distances and precisions, one per seed. */
function measured(values: Readonly<Record<string, { distance: readonly number[]; precision?: readonly number[] }>>) {
  const trials = Object.entries(values).flatMap(([family, { distance, precision = [] }]) =>
    distance.map((value, seed) => {
      const shares = precision.slice(seed, seed + 1);
      const better = { metric: 'precision', unit: 'share', better: 'higher' } as const;
      return trialRecord({
        family,
        seed,
        metrics: [metricRow(value), ...shares.map((share) => metricRow(share, better))],
      });
    }),
  );
  const run = suiteRun({ trials, calibration: [] });
  return [run, summarise(run), 'digits'] as const;
}

const five = [1, 2, 3, 4, 5];

describe('comparisonsOn', () => {
  it('tests best against next best, whatever comes third, and adjusts for all metrics of the dataset', () => {
    const [distance, precision] = comparisonsOn(
      ...measured({
        gan: { distance: [101, 102, 103, 104, 105], precision: [0.1, 0.2, 0.3, 0.4, 0.5] },
        vae: { distance: five, precision: [0.1, 0.2, 0.3, 0.4, 0.6] },
        flow: { distance: [11, 12, 13, 14, 15], precision: [0, 0, 0, 0, 0] },
      }),
    );
    // Of 252 regroupings of five and five values that do not mix, two are as far apart.
    expect(distance).toMatchObject({
      best: { label: 'vae' },
      next: { label: 'flow' },
      probability: 1,
      pValue: 2 / 252,
    });
    expect(distance!.adjusted).toBeCloseTo(2 * (2 / 252), 12);
    // Of 25 pairs, vae wins 11 and ties 4.
    expect(precision).toMatchObject({ best: { label: 'vae' }, next: { label: 'gan' }, probability: 13 / 25 });
    expect(precision!.adjusted).toBe(precision!.pValue);
    expect(precision!.pValue).toBeGreaterThan(0.5);
  });

  it('has no p-value of single runs, and nothing to compare of one family', () => {
    expect(comparisonsOn(...measured({ gan: { distance: [2] }, vae: { distance: [1, 1] } }))).toMatchObject([
      { best: { label: 'vae' }, probability: 1, pValue: null, adjusted: null },
    ]);
    expect(comparisonsOn(...measured({ gan: { distance: [2, 3] } }))).toEqual([]);
  });

  it('measures how far a metric is from where it is best', () => {
    const trials = Object.entries({ gan: [0.5, 0.5], vae: [0.9, 1.1] }).flatMap(([family, values]) =>
      values.map((value, seed) =>
        trialRecord({ family, seed, metrics: [metricRow(value, { metric: 'sharpness-ratio', better: 'one' })] }),
      ),
    );
    const run = suiteRun({ trials, calibration: [] });
    expect(comparisonsOn(run, summarise(run), 'digits')).toMatchObject([{ best: { label: 'vae' }, probability: 1 }]);
  });
});

describe('what the report says of tests', () => {
  it('names what stays significant after adjustment, and where nothing does', () => {
    const far = measured({ gan: { distance: five.map((value) => value + 10) }, vae: { distance: five } });
    expect(testedDifferences(...far)).toBe(
      'Permutation tests of best against next best, adjusted by Holm for one metric, call significant at 5 %: vae on Fréchet distance <sub>classifier</sub>.',
    );
    const few = measured({ gan: { distance: [11, 12, 13] }, vae: { distance: [1, 2, 3] } });
    expect(testedDifferences(...few)).toContain(
      'adjusted by Holm for one metric, call no difference significant at 5 %.',
    );
    expect(testedDifferences(...measured({ gan: { distance: [2] }, vae: { distance: [1] } }))).toBe('');
  });

  it('is a table with a row per metric, significant ones in bold', () => {
    const text = comparisonTable(
      ...measured({ gan: { distance: five.map((value) => value + 10) }, vae: { distance: five } }),
    );
    expect(text).toContain('| Fréchet distance <sub>classifier</sub> | vae | gan | 1 | 0.0079 | **0.0079** |');
    expect(comparisonTable(...measured({ gan: { distance: [1] }, vae: { distance: [2] } }))).toBe('');
  });
});

describe('all datasets together', () => {
  const covered = (values: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>): string => {
    const row = { metric: 'coverage', unit: 'share', better: 'higher' } as const;
    const trials = Object.entries(values).flatMap(([dataset, families]) =>
      Object.entries(families).flatMap(([family, shares]) =>
        shares.map((share, seed) => {
          const features = dataset === 'ring' ? 'points' : 'classifier';
          return trialRecord({ dataset, family, seed, metrics: [metricRow(share, { ...row, features })] });
        }),
      ),
    );
    const run = suiteRun({ trials, calibration: [floor] });
    return allDatasets(run, summarise(run));
  };

  it('pools the runs of a family by the interquartile mean, and counts how often they beat others', () => {
    const text = covered({
      digits: { gan: [0.1, 0.2], vae: [0.5, 0.7] },
      ring: { gan: [0.9, 0.9], vae: [0.3, 0.9] },
    });
    // vae: the middle two of 0.3, 0.5, 0.7 and 0.9; it wins all on digits, none and two ties of four pairs on ring.
    expect(text).toMatch(/\| vae \| 0\.600<br><sub>.*<\/sub> \| 0\.63 \|/);
    expect(text).toMatch(/\| gan \| 0\.550<br><sub>.*<\/sub> \| 0\.38 \|/);
    expect(text).toContain('digits (classifier features) and ring (points features)');
  });

  it('is left out of a single dataset, and leaves out who was not measured on all', () => {
    expect(covered({ digits: { gan: [0.1], vae: [0.2] } })).toBe('');
    const text = covered({ digits: { gan: [0.1], vae: [0.5], flow: [1] }, ring: { gan: [0.9], vae: [0.3] } });
    expect(text).not.toContain('flow');
    expect(text).toContain('| vae | 0.400 | 0.50 |');
  });
});
