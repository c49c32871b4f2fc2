import { describe, expect, it } from 'vitest';
import { summarise } from '../summary.ts';
import { metricRow, suiteRun, trialRecord } from '../testing/fixture-run.ts';
import { ordersTable, rankAgreement } from './feature-space-orders.ts';

const families = ['gan', 'vae', 'flow'];

/** The Fréchet distances of gan, vae and flow in two spaces, and their precisions where given. */
function measured(
  classifier: readonly number[],
  pixels: readonly number[],
  precisions?: readonly (readonly number[])[],
) {
  const trials = families.slice(0, classifier.length).map((family, i) => {
    const distances = [metricRow(classifier[i]!), metricRow(pixels[i]!, { features: 'pixels' })];
    const precision = { metric: 'precision', better: 'higher', unit: 'share' } as const;
    const shares = (precisions ?? []).map((values, space) =>
      metricRow(values[i]!, { ...precision, features: ['classifier', 'pixels'][space]! }),
    );
    return trialRecord({ family, metrics: [...distances, ...shares] });
  });
  const run = suiteRun({ trials, calibration: [] });
  return [run, summarise(run), 'digits'] as const;
}

describe('rank agreement', () => {
  it('says whether the spaces rank the families alike', () => {
    expect(rankAgreement(...measured([1, 2], [5, 6]))).toStrictEqual([
      "Rank agreement of classifier and pixels features: the families come in the same order by 1 of 1 metric (mean Kendall's τ 1).",
    ]);
    expect(rankAgreement(...measured([1, 2], [6, 5]))).toStrictEqual([
      "**Rank agreement of classifier and pixels features: the families come in the same order by 0 of 1 metric**, and the same one is best by 0 (mean Kendall's τ -1). By Fréchet distance, best first: classifier gan &lt; vae and pixels vae &lt; gan.",
    ]);
  });

  it('counts metrics by which the spaces have the same best, and shows the first that they order otherwise', () => {
    const precisions = [
      [0.9, 0.5, 0.4],
      [0.9, 0.1, 0.4],
    ];
    expect(rankAgreement(...measured([1, 2, 3], [4, 5, 6], precisions)).join('')).toMatch(
      /same order by 1 of 2 metrics\*\*, and the same one is best by 2 \(mean Kendall's τ 0\.67\)\. By Precision, best first: classifier gan &lt; vae &lt; flow and pixels gan &lt; flow &lt; vae\.$/,
    );
  });

  it('shows ties as such, and counts no metric that ranks nothing', () => {
    expect(rankAgreement(...measured([0, 0, 1], [2, 3, 4])).join('')).toContain(
      "the same one is best by 0 (mean Kendall's τ 0.82). By Fréchet distance, best first: classifier gan = vae &lt; flow",
    );
    expect(rankAgreement(...measured([0, 0, 1], [2, 2, 4])).join('')).toContain('in the same order by 1 of 1 metric');
    expect(rankAgreement(...measured([0, 0, 0], [2, 3, 4]))).toStrictEqual([]);
  });

  it('is none of a single space', () => {
    const run = suiteRun({ calibration: [] });
    expect(rankAgreement(run, summarise(run), 'digits')).toStrictEqual([]);
    expect(ordersTable(run, summarise(run), 'digits')).toBe('');
  });
});

describe('the table of orders', () => {
  it('has a row per metric, and is left out where all agree', () => {
    const precisions = [
      [0.5, 0.9],
      [0.9, 0.5],
    ];
    expect(ordersTable(...measured([1, 2], [5, 6], precisions)).split('\n')).toStrictEqual([
      '<details><summary>How each feature space orders the families, best first</summary>',
      '',
      "| Metric | classifier | pixels | Kendall's τ |",
      '| --- | --- | --- | ---: |',
      '| Fréchet distance | gan &lt; vae | gan &lt; vae | 1 |',
      '| Precision | vae &lt; gan | gan &lt; vae | -1 |',
      '',
      '</details>',
    ]);
    expect(ordersTable(...measured([1, 2], [5, 6]))).toBe('');
  });
});
