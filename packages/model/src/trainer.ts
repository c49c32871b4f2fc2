import type { Engine, Values } from '@kindred/engine';
import { feedsFor } from '@kindred/nn';
import type { RandomStream } from '@kindred/random';
import type { GenerativeModel } from './contract.ts';

export interface Batch {
  /** [N, ...shape] in the spec's range, N = batchSize * batchesPerStep. */
  readonly examples: Float32Array;
  /** [N]; needed only where the training step has a `labels` input. */
  readonly labels?: Uint8Array | Int32Array | null;
}

export interface TrainerOptions {
  /** The examples of the next step, all its batches in one; called once for each step that is run. Its arrays may be reused between calls. */
  readonly batches: () => Batch;
  /** Noise of the step t is drawn from `noise.derive(t)`, so a run that resumes at t sees what an unbroken one would. */
  readonly noise: RandomStream;
  /** Steps done before, where training resumes; default 0. */
  readonly firstStep?: number;
}

export interface Trainer {
  /** Steps done so far. */
  readonly steps: number;
  /** Floating point operations of one step, counted from the compiled graph; null where the engine compiles none. */
  readonly flopsPerStep: number | null;
  /** One update of the model; its losses by name, in reporting order. Throws a NotFiniteError where one is not finite. */
  step(): Promise<Record<string, number>>;
  /**
   * So many updates at once, with the same results as one by one, but faster; the losses of each. Throws a NotFiniteError for the first that
   * is not finite; the updates behind it are done then too.
   */
  advance(count: number): Promise<Record<string, number>[]>;
  dispose(): Promise<void>;
}

/** Training has diverged: a loss came out infinite or as no number. */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError';
  readonly loss: string;
  readonly value: number;
  readonly step: number;

  /** Losses of the updates before that one, as far as they were run together with it. */
  readonly before: readonly Readonly<Record<string, number>>[];

  /** @param step the step that gave the value; the first one is 0 */
  constructor(loss: string, value: number, step: number, before: NotFiniteError['before'] = []) {
    super(`training diverged: the loss ${loss} is ${value} at step ${step}; a lower learning rate may help.`);
    this.loss = loss;
    this.value = value;
    this.step = step;
    this.before = before;
  }
}

/** Compiles the model's training step. */
export async function openTrainer(engine: Engine, model: GenerativeModel, options: TrainerOptions): Promise<Trainer> {
  const compiled = await engine.compile(model.trainStep);
  const { usefulSteps = Infinity } = model;
  let steps = options.firstStep ?? 0;
  let last: Readonly<Record<string, number>> | undefined;
  const feedsAt = (step: number) => {
    const { examples, labels } = options.batches();
    const noise = options.noise.derive(step);
    const sources = { step, batch: examples, noise, ...(labels && { labels: Int32Array.from(labels) }) };
    return feedsFor(model.trainStep.inputs, sources);
  };
  const advance = async (count: number): Promise<Record<string, number>[]> => {
    const first = steps;
    // Updates that change nothing any more are not run, but for the very first, which says what the losses are.
    const useful = Math.min(count, Math.max(last ? 0 : 1, usefulSteps - first));
    const results = await compiled.runAll(useful, (run) => feedsAt(first + run));
    const done: Record<string, number>[] = [];
    for (const values of results) {
      steps = first + done.length;
      done.push(finite(values, steps, done));
    }
    last = done.at(-1) ?? last;
    for (let skipped = useful; skipped < count; skipped++) done.push({ ...last });
    steps = first + count;
    return done;
  };
  return {
    get steps() {
      return steps;
    },
    flopsPerStep: compiled.cost?.flops ?? null,
    async step() {
      const [losses = {}] = await advance(1);
      return losses;
    },
    advance,
    dispose: () => compiled.dispose(),
  };
}

/** Scalar losses as numbers. */
function finite(
  values: Readonly<Record<string, Values>>,
  step: number,
  before: NotFiniteError['before'],
): Record<string, number> {
  const losses: Record<string, number> = {};
  for (const [loss, [value = Number.NaN]] of Object.entries(values)) {
    if (!Number.isFinite(value)) throw new NotFiniteError(loss, value, step, before);
    losses[loss] = value;
  }
  return losses;
}
