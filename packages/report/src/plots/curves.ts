import type { TrialRecord } from '@kindred/harness';
import { countLabels, numberFormat } from './theme.ts';

/** A value of one seed's trial at a point of its training. */
export interface CurveValue {
  readonly seed: number;
  readonly examples: number;
  readonly value: number;
}

/** What a trial logged under a name, where it is finite. */
export function curveOf({ seed, curve }: TrialRecord, name: string): CurveValue[] {
  return curve.flatMap(({ examples, losses }) => {
    const value = losses[name];
    return value === undefined || !Number.isFinite(value) ? [] : [{ seed, examples, value }];
  });
}

/** Points that every seed has, averaged: a seed that ended early must not bend the mean. */
export function meanCurve(values: readonly CurveValue[]): { readonly examples: number; readonly value: number }[] {
  const seeds = new Set(values.map(({ seed }) => seed)).size;
  const byExamples = new Map<number, number[]>();
  for (const { examples, value } of values) byExamples.set(examples, [...(byExamples.get(examples) ?? []), value]);
  return [...byExamples]
    .filter(([, found]) => found.length === seeds)
    .map(([examples, found]) => ({ examples, value: found.reduce((sum, value) => sum + value, 0) / seeds }))
    .toSorted((a, b) => a.examples - b.examples);
}

/** Training examples along x. */
export const overExamples = {
  field: 'examples',
  type: 'quantitative' as const,
  axis: { title: 'training examples', labelExpr: countLabels, tickCount: 4, grid: false },
};

/** Values along y. Flush: a label at the very top would lift this panel's title above its neighbours'. */
export const valueAxis = { title: null, format: numberFormat, tickCount: 4, labelFlush: 7 };

/** The lines of single seeds and of their mean. */
export const lines = {
  seed: { type: 'line', strokeWidth: 1, opacity: 0.5 },
  mean: { type: 'line', strokeWidth: 2.4 },
} as const;
