import type { EngineDescription } from '@kindred/engine';
import type { TrialPlan } from './plan.ts';
import type { Checkpoint, Failure, MetricRow, SheetRecord, TrialRecord } from './record.ts';
import type { TrialProgress } from './trial-progress.ts';

/** What a trial reached so far. */
export interface Outcome {
  readonly progress: TrialProgress;
  /** Floating point operations of one training step; null where the engine does not compile, and so does not count. */
  flopsPerStep: number | null;
  /** Steps after which training does no more work. */
  usefulSteps: number;
  updatesPerStep: TrialRecord['updatesPerStep'];
  readonly checkpoints: Checkpoint[];
  parameters: number;
  sampleMeaning: string;
  likelihood: string;
  metrics: readonly MetricRow[];
  samples: TrialRecord['samples'];
  sheets?: readonly SheetRecord[];
}

/** Nothing reached yet. */
export function emptyOutcome(progress: TrialProgress): Outcome {
  return {
    progress,
    flopsPerStep: null,
    usefulSteps: Number.POSITIVE_INFINITY,
    updatesPerStep: null,
    checkpoints: [],
    parameters: 0,
    sampleMeaning: '',
    likelihood: '',
    metrics: [],
    samples: null,
  };
}

export interface Circumstances {
  readonly failure: Failure | null;
  readonly peakMemory: number;
  readonly engine: EngineDescription;
}

/** The record of a trial that was run, whatever came of it. */
export function recordOf(
  plan: TrialPlan,
  outcome: Outcome,
  { failure, peakMemory, engine }: Circumstances,
): TrialRecord {
  const { progress, flopsPerStep, usefulSteps, ...rest } = outcome;
  const flops = flopsPerStep === null ? null : flopsPerStep * Math.min(progress.step, usefulSteps);
  return {
    ...planPart(plan),
    status: failure ? 'failed' : 'ok',
    failure,
    spent: { examples: progress.examples, steps: progress.step, seconds: progress.seconds.train ?? 0, flops },
    ...rest,
    curve: progress.curve,
    seconds: progress.seconds,
    peakMemory,
    engine,
  };
}

/** The record of a trial whose family cannot model the data. */
export function notApplicable(plan: TrialPlan, engine: EngineDescription): TrialRecord {
  return { ...emptyRecord(plan, engine), status: 'not-applicable', failure: null };
}

/** The record of a trial whose process died, from what it had told before. */
export function recordOfDeath(
  plan: TrialPlan,
  engine: EngineDescription,
  death: { readonly failure: Failure; readonly examples: number; readonly curve: TrialRecord['curve'] },
): TrialRecord {
  const empty = emptyRecord(plan, engine);
  const { failure, examples, curve } = death;
  return { ...empty, status: 'failed', failure, curve, spent: { ...empty.spent, examples, steps: failure.step } };
}

function emptyRecord(plan: TrialPlan, engine: EngineDescription): Omit<TrialRecord, 'status' | 'failure'> {
  return {
    ...planPart(plan),
    updatesPerStep: null,
    spent: { examples: 0, steps: 0, seconds: 0, flops: null },
    parameters: 0,
    sampleMeaning: '',
    likelihood: '',
    metrics: [],
    curve: [],
    checkpoints: [],
    samples: null,
    seconds: {},
    peakMemory: 0,
    engine,
  };
}

function planPart(plan: TrialPlan) {
  const { suite, trial, dataset, family, variant, seed, heldOut } = plan;
  const { fingerprint, options, budget, batchSize, batchesPerStep } = plan;
  const key = { suite, trial, dataset, family, variant, seed, ...(heldOut !== null && { heldOut }) } as const;
  return { ...key, schema: 1, fingerprint, options, budget, batchSize, batchesPerStep } as const;
}
