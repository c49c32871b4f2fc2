import type { SplitName } from '@kindred/data';
import type { EngineDescription } from '@kindred/engine';

/**
 * Which way a metric is better: `higher`, `lower`, the closer to a value the better (`one`, `half`, `zero`), the closer to what
 * unseen real data scores the better (`real`), or `none`: it is no score.
 */
export type Better = 'higher' | 'lower' | 'one' | 'half' | 'zero' | 'real' | 'none';

/** The best value of the metrics that are best at a value. */
export const bestValues = { one: 1, half: 0.5, zero: 0 } as const satisfies Partial<Record<Better, number>>;

/** One measured number: a row of results.csv. */
export interface MetricRow {
  /** kebab-case: `frechet-distance`, `precision`, `modes`, `negative-log-likelihood`. */
  readonly metric: string;
  /** The split it was measured against. */
  readonly split: SplitName;
  /** The space it was measured in: `classifier`, `random`, `pixels`, `points`, `binarised-pixels`. */
  readonly features: string;
  readonly value: number;
  /** `nats`, `share`, `modes`, `ratio`, or '' for a bare number. */
  readonly unit: string;
  readonly better: Better;
  /** Number of model samples (or test examples, for a likelihood) behind the value. */
  readonly samples: number;
}

export type Phase = 'build' | 'compile' | 'train' | 'validate' | 'sample' | 'evaluate';

/** Why a trial has no score: a result, never dropped. */
export interface Failure {
  readonly phase: Phase;
  readonly reason: 'error' | 'not-finite' | 'time-out' | 'crash';
  readonly message: string;
  /** Training steps done when it happened. */
  readonly step: number;
}

/** What was spent of each kind of budget. */
export interface Spent {
  readonly examples: number;
  readonly steps: number;
  readonly seconds: number;
  /** Floating point operations of training, counted from the compiled graph; null where the engine does not count. */
  readonly flops: number | null;
}

export interface CurvePoint {
  readonly step: number;
  readonly examples: number;
  /** Mean of each loss since the point before. */
  readonly losses: Readonly<Record<string, number>>;
}

/** What a trial scored at a point of its training, against the validation split; of training examples only the likelihood. */
export interface Checkpoint {
  readonly step: number;
  readonly examples: number;
  readonly metrics: readonly MetricRow[];
}

/** The identity of a trial: variant x dataset x seed x budget. */
export interface TrialKey {
  readonly suite: string;
  /** File-name safe and unique in the suite: `mnist.gan.non-saturating.seed-0`; the dataset's name as `fileNameOf` writes it. */
  readonly trial: string;
  readonly dataset: string;
  readonly family: string;
  readonly variant: string;
  readonly seed: number;
}

/** Images that show what a model is used for, in rows that belong together, as an original above its reconstruction. */
export interface SheetRecord {
  /** kebab-case, part of file names: `reconstruction`, `denoising-0.25`. */
  readonly name: string;
  /** What stands beside each row: `noisy`. */
  readonly rows: readonly string[];
  /** What changes from column to column, where something does: `that code from -3 to 3`. */
  readonly across?: string;
  /** Images of each row. */
  readonly columns: number;
  /** Of an image. */
  readonly shape: readonly number[];
  /** File beside the record: float32 little-endian [rows, columns, ...shape]. */
  readonly file: string;
}

export interface TrialRecord extends TrialKey {
  readonly schema: 1;
  /** Hash of everything that decides the outcome (plan of the trial, code version): a record with another one is not resumed from. */
  readonly fingerprint: string;
  /** The class that it was trained without; left out where the suite does not ask for anomalies. */
  readonly heldOut?: number;
  readonly status: 'ok' | 'failed' | 'not-applicable';
  readonly failure: Failure | null;
  /** Options as validated, defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly budget: { readonly unit: 'examples' | 'seconds'; readonly amount: number };
  /** Examples per batch. */
  readonly batchSize: number;
  /** Batches of one training step. */
  readonly batchesPerStep: number;
  /** Optimiser updates of each player in one training step, where the model tells them. */
  readonly updatesPerStep: Readonly<Record<string, number>> | null;
  readonly spent: Spent;
  /** Number of scalars in the model's parameters. */
  readonly parameters: number;
  readonly sampleMeaning: string;
  /** How its likelihood is estimated: 'exact', 'importance-weighted bound, k = 64', 'none'; '' where the model was never built. */
  readonly likelihood: string;
  readonly metrics: readonly MetricRow[];
  readonly curve: readonly CurvePoint[];
  /** In the order of training; empty where the suite does not validate. */
  readonly checkpoints: readonly Checkpoint[];
  /** File beside the record with the first samples, float32 little-endian [count, ...shape]; null when there are none. */
  readonly samples: {
    readonly file: string;
    readonly count: number;
    readonly shape: readonly number[];
    /** The class that each of them was asked for, [count]; left out where the model is not class-conditional. */
    readonly labels?: readonly number[];
  } | null;
  /** What uses of the model look like; left out where the suite asks for none, or the model has none. */
  readonly sheets?: readonly SheetRecord[];
  /** Seconds per phase. */
  readonly seconds: Readonly<Partial<Record<Phase, number>>>;
  /** Peak resident memory of the trial's process, bytes. */
  readonly peakMemory: number;
  readonly engine: EngineDescription;
}
