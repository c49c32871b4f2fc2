import { stringify } from 'csv-stringify/sync';
import type { Checkpoint, CurvePoint, MetricRow, SuiteRun, TrialRecord } from '@kindred/harness';
import { exact } from '../numbers.ts';

const keys = ['suite', 'trial', 'dataset', 'family', 'variant', 'seed', 'step', 'examples'] as const;

/**
 * Learning curves in wide format: a row per trial and point of its training, the steps and examples spent so far, then
 * - a column per logged name, in the order in which names first appear: its mean since the row before that has it
 * - `<player>Updates`: optimiser updates of each player so far, of models that tell them
 * - `<split>:<metric>`: what was scored at checkpoints, as in `validation:frechet-distance`
 *
 * What a model does not have is empty. Values are in full precision and nothing timed is in them: the same seeds give the same bytes.
 */
export function curvesCsv({ trials }: Pick<SuiteRun, 'trials'>): string {
  const losses = namesOf(trials, ({ curve }) => curve.flatMap((point) => Object.keys(point.losses)));
  const players = namesOf(trials, ({ updatesPerStep }) => Object.keys(updatesPerStep ?? {}));
  const metrics = namesOf(trials, ({ checkpoints }) => checkpoints.flatMap((point) => point.metrics.map(nameOf)));
  const rowsOf = (trial: TrialRecord): string[][] => {
    const { suite, trial: id, dataset, family, variant, seed, updatesPerStep } = trial;
    const rowOf = ({ step, examples, losses: logged, metrics: scored }: Point): string[] => {
      const scores = new Map(scored.map((row) => [nameOf(row), row.value]));
      const numbers = [
        seed,
        step,
        examples,
        ...losses.map((name) => logged[name] ?? null),
        ...players.map((player) => timesOf(updatesPerStep?.[player], step)),
        ...metrics.map((name) => scores.get(name) ?? null),
      ];
      return [suite, id, dataset, family, variant, ...numbers.map(exact)];
    };
    return pointsOf(trial).map(rowOf);
  };
  const heading = [...keys, ...losses, ...players.map((player) => `${player}Updates`), ...metrics];
  return stringify([heading, ...trials.flatMap(rowsOf)]);
}

type Point = CurvePoint & Checkpoint;

/** The points of a trial's curve and its checkpoints, one per step, in order. */
function pointsOf({ curve, checkpoints }: TrialRecord): Point[] {
  const points = new Map<number, Point>();
  for (const { step, examples, losses } of curve) points.set(step, { step, examples, losses, metrics: [] });
  for (const { step, examples, metrics } of checkpoints) {
    points.set(step, { step, examples, losses: points.get(step)?.losses ?? {}, metrics });
  }
  return [...points.values()].toSorted((a, b) => a.step - b.step);
}

const namesOf = (trials: readonly TrialRecord[], of: (trial: TrialRecord) => readonly string[]): string[] => [
  ...new Set(trials.flatMap(of)),
];

const timesOf = (perStep: number | undefined, steps: number): number | null =>
  perStep === undefined ? null : perStep * steps;

/** Checkpoints measure in one feature space, so that split and metric name a value. */
const nameOf = ({ split, metric }: MetricRow): string => `${split}:${metric}`;
