import type { MetricRow } from '@kindred/harness';
import { describe, expect, it } from 'vitest';
import { summarise } from '../summary.ts';
import { failedTrial, floor, letters, metricRow, suiteRun, textRun, trialRecord } from '../testing/fixture-run.ts';
import { findings, seedsStatement } from './findings.ts';

type Values = Readonly<Record<string, readonly number[]>>;

/** What is found where families have these values, one per seed; `independent` is the baseline. */
function found(values: Values, row: Partial<MetricRow> = {}, floors: readonly number[] = [2]): string[] {
  const trials = Object.entries(values).flatMap(([name, list]) => {
    const model = name === 'independent' ? { family: 'baselines', variant: name } : { family: name };
    return list.map((value, seed) =>
      trialRecord({ ...model, dataset: 'ring', seed, metrics: [metricRow(value, row)] }),
    );
  });
  const calibration = floors.map((value, seed) => ({
    ...floor,
    dataset: 'ring',
    seed,
    metrics: [metricRow(value, row)],
  }));
  const run = suiteRun({ trials, calibration });
  return findings(run, summarise(run), run.datasets[1]!);
}

describe('distances against the bounds', () => {
  it('confirms what lies between floor and independent', () => {
    const [distance] = found({ gan: [10, 12], vae: [20, 22], independent: [90, 92] });
    expect(distance).toBe(
      'Fréchet distance (classifier features): gan 11 and vae 21. All are above the floor (training against test split: 2). All are below `independent` (91).',
    );
  });

  it('names what does not, in bold', () => {
    const [distance] = found({ gan: [1, 1], vae: [200, 220], independent: [90, 92] });
    expect(distance).toContain('**Not above the floor (training against test split: 2): gan.**');
    expect(distance).toContain('**Not below `independent` (91): vae.**');
    expect(found({ gan: [95], independent: [90] }).join(' ')).toContain('**It is not below `independent` (90).**');
    expect(found({ gan: [95], vae: [96], independent: [90] }).join(' ')).toContain('**None is below');
  });

  it('takes the upper end of the interval of the floor', () => {
    const [distance] = found({ gan: [4.9], independent: [90] }, {}, [3, 5, 5, 5, 5, 5]);
    expect(distance).toContain('**It is not above the floor');
  });

  it('says so where independent is as good as real data', () => {
    expect(found({ gan: [3], independent: [2.5] })[0]).toContain('hardly tell models of this data apart');
  });

  it('claims nothing of bounds that were not measured', () => {
    expect(found({ gan: [10], vae: [20] }, {}, [])).toStrictEqual([
      'Fréchet distance (classifier features): gan 10 and vae 20.',
    ]);
  });
});

describe('modes', () => {
  const modes = { metric: 'modes', features: 'points', unit: 'modes', better: 'higher' } as const;

  it('states the median of the modes there are, and who misses some', () => {
    expect(found({ gan: [1, 2, 2], vae: [2, 2, 2] }, modes, [])).toContain(
      'Modes found of 2, median over seeds: gan 2 and vae 2. The median of every family is all of them.',
    );
    expect(found({ gan: [1, 2], vae: [2, 2] }, modes, []).join(' ')).toContain(
      'gan 1.5 and vae 2. **Modes are missing in: gan.**',
    );
  });
});

describe('bits per character', () => {
  const bits = (values: Readonly<Record<string, number>>, changes: Partial<ReturnType<typeof textRun>> = {}) => {
    const run = { ...textRun(values), ...changes };
    return findings(run, summarise(run), run.datasets[0]!).find((text) => text.startsWith('Bits'));
  };

  it('are stated beside what the source needs, the entropy rate, and the best baseline', () => {
    expect(bits({ gpt: 2.5, rnn: 2.02, 'n-gram': 3 })).toBe(
      'Bits per character: gpt 2.50 (25 % above the source) and rnn 2.02 (1.0 % above the source). ' +
        'Knowing the source gives 2, for windows that begin anywhere and nothing known of the text before; knowing that text too, 1, the entropy rate. ' +
        'All are below the best baseline, n-gram (3).',
    );
  });

  it('say which models are no better than the best baseline, and what is below the source', () => {
    expect(bits({ gpt: 4, rnn: 2.5, 'n-gram': 3 })).toContain('**Not below the best baseline, n-gram (3): gpt.**');
    expect(bits({ gpt: 1.9 })).toContain('gpt 1.90 (5.0 % below the source)');
  });

  it('stand alone where the source is not known, and not at all without contenders', () => {
    const unknown = { calibration: [], datasets: [{ ...letters, entropyRate: null }] };
    expect(bits({ gpt: 2.5 }, unknown)).toBe('Bits per character: gpt 2.50.');
    expect(bits({ 'n-gram': 3 })).toBeUndefined();
  });
});

describe('separations', () => {
  it('names the best family where its interval stands apart', () => {
    expect(found({ gan: [1, 2, 3], vae: [7, 8, 9] }, {}, [])).toContain(
      "Best, with an interval apart from every other family's: gan on Fréchet distance. Permutation tests of best against next best, adjusted by Holm for one metric, call no difference significant at 5 %.",
    );
    expect(found({ gan: [1, 9], vae: [2, 8] }, {}, []).join(' ')).toContain(
      'No interval separates one family from all others on any metric. Permutation tests',
    );
  });

  it('says nothing of intervals where there are none', () => {
    expect(found({ gan: [1], vae: [9] }, {}, []).join(' ')).not.toMatch(/interval/i);
  });
});

describe('failures', () => {
  it('are said where means are over survivors', () => {
    const run = suiteRun({ trials: [trialRecord(), failedTrial({ seed: 1 })] });
    expect(findings(run, summarise(run), run.datasets[0]!).join(' ')).toContain('**Trials failed: gan (1 of 2).**');
  });
});

describe('seedsStatement', () => {
  it('gives the least two-sided p of a permutation test, 2 / (2n over n)', () => {
    expect(seedsStatement(0)).toBeNull();
    expect(seedsStatement(1)).toContain('no difference here is evidence');
    expect(seedsStatement(3)).toMatch(/below 0\.10: too few seeds/);
    expect(seedsStatement(5)).toMatch(/below 0\.0079\.$/);
  });
});
