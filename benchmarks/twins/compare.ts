import { stepsOf, type TrialPlan } from '@kindred/harness';
import { mean, standardDeviation } from '@kindred/metrics';
import { workOf } from './export-works.ts';
import type { OurNats } from './our-side.ts';
import type { TwinLine } from './twin-lines.ts';

/** A twin agrees where its negative log-likelihood on the test split is within this share of ours. */
export const tolerance = 0.01;

/** A trial and its twin. */
export interface TwinResult {
  readonly suite: string;
  readonly dataset: string;
  /** `family/variant` */
  readonly model: string;
  readonly seed: number;
  readonly steps: number;
  readonly ours: OurNats | null;
  readonly line: TwinLine | null;
  /** (twin - ours) / ours on the test split; null where one of them is missing. */
  readonly difference: number | null;
  /** Why there is no difference; '' where there is one. */
  readonly reason: string;
}

/** Puts the sides together. */
export function compare(plan: TrialPlan, ours: OurNats | null, line: TwinLine | null): TwinResult {
  const { suite, dataset, family, variant, seed } = plan;
  const nats = isOf(plan, line) ? line?.test?.nats : undefined;
  const difference = ours && nats !== undefined ? (nats - ours.test) / ours.test : null;
  const key = { suite, dataset, model: `${family}/${variant}`, seed, steps: stepsOf(plan) };
  return { ...key, ours, line, difference, reason: difference === null ? reasonOf(plan, ours, line) : '' };
}

/** Whether a line is of as many steps as the trial: a kept file may be of another budget. */
const isOf = (plan: TrialPlan, line: TwinLine | null): boolean => (line?.steps ?? stepsOf(plan)) === stepsOf(plan);

function reasonOf(plan: TrialPlan, ours: OurNats | null, line: TwinLine | null): string {
  if (!line) return `train.py said nothing of ${workOf(plan)}`;
  if (line.error !== undefined) return line.error.trim().split('\n').at(-1) ?? 'failed';
  if (line.check && !line.check.passed) return 'the first steps or log-likelihoods differ, so it was not trained';
  if (!isOf(plan, line)) return `the twin is of ${line.steps} steps, the trial of ${stepsOf(plan)}; export it again`;
  if (!line.test) return 'checked, not trained';
  return ours ? 'no number came out' : 'ours is missing';
}

/** Whether two sides end alike; null where that is not known. */
export const agrees = ({ difference }: TwinResult): boolean | null =>
  difference === null ? null : Math.abs(difference) <= tolerance;

/** A model's seeds together. */
export interface TwinSummary {
  readonly suite: string;
  readonly dataset: string;
  readonly model: string;
  /** Seeds with both sides. */
  readonly seeds: number;
  /** Means over those seeds, nats. */
  readonly ours: number;
  readonly twin: number;
  /** The difference of the means as a share of ours. */
  readonly difference: number;
  /** Standard deviation of the seeds' differences, as shares; null for a single seed. */
  readonly sd: number | null;
}

/** One row per model and dataset, in the order of the results; models without a pair are left out. */
export function summarise(results: readonly TwinResult[]): TwinSummary[] {
  const keyOf = ({ suite, dataset, model }: TwinResult): string => [suite, dataset, model].join(' ');
  return [...new Set(results.map(keyOf))].flatMap((key) => {
    const group = results.filter((result) => keyOf(result) === key);
    const pairs = group.flatMap(({ ours, line, difference }) =>
      ours && line?.test && difference !== null ? [{ ours: ours.test, twin: line.test.nats, difference }] : [],
    );
    const [first] = group;
    if (!first || pairs.length === 0) return [];
    const [ours, twin] = [mean(pairs.map((pair) => pair.ours)), mean(pairs.map((pair) => pair.twin))];
    const sd = pairs.length < 2 ? null : standardDeviation(pairs.map(({ difference }) => difference));
    const { suite, dataset, model } = first;
    return [{ suite, dataset, model, seeds: pairs.length, ours, twin, difference: (twin - ours) / ours, sd }];
  });
}
