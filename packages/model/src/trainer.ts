import type { Engine } from '@kindred/engine';
import { feedsFor } from '@kindred/nn';
import type { RandomStream } from '@kindred/random';
import type { GenerativeModel } from './contract.ts';

export interface Batch {
  /** [batchSize, ...shape] in the spec's range. */
  readonly examples: Float32Array;
  /** [batchSize]; needed only where the training step has a `labels` input. */
  readonly labels?: Uint8Array | Int32Array | null;
}

export interface TrainerOptions {
  /** The next batch; called once per step. Its arrays may be reused between calls. */
  readonly batches: () => Batch;
  /** Noise of the step t is drawn from `noise.derive(t)`, so a run that resumes at t sees what an unbroken one would. */
  readonly noise: RandomStream;
  /** Steps done before, where training resumes; default 0. */
  readonly firstStep?: number;
}

export interface Trainer {
  /** Steps done so far. */
  readonly steps: number;
  /** One update of the model; its losses by name, in reporting order. Throws a NotFiniteError where one is not finite. */
  step(): Promise<Record<string, number>>;
  dispose(): Promise<void>;
}

/** Training has diverged: a loss came out infinite or as no number. */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError';
  readonly loss: string;
  readonly value: number;
  readonly step: number;

  /** @param step the step that gave the value; the first one is 0 */
  constructor(loss: string, value: number, step: number) {
    super(`training diverged: the loss ${loss} is ${value} at step ${step}; a lower learning rate may help.`);
    this.loss = loss;
    this.value = value;
    this.step = step;
  }
}

/** Compiles the model's training step. */
export async function openTrainer(engine: Engine, model: GenerativeModel, options: TrainerOptions): Promise<Trainer> {
  const compiled = await engine.compile(model.trainStep);
  const { usefulSteps = Infinity } = model;
  let steps = options.firstStep ?? 0;
  let last: Readonly<Record<string, number>> | undefined;
  return {
    get steps() {
      return steps;
    },
    async step() {
      const { examples, labels } = options.batches();
      if (last && steps >= usefulSteps) {
        steps += 1;
        return { ...last };
      }
      const noise = options.noise.derive(steps);
      const sources = { step: steps, batch: examples, noise, ...(labels && { labels: Int32Array.from(labels) }) };
      const results = await compiled.run(feedsFor(model.trainStep.inputs, sources));
      const losses: Record<string, number> = {};
      for (const [loss, [value = Number.NaN]] of Object.entries(results)) {
        if (!Number.isFinite(value)) throw new NotFiniteError(loss, value, steps);
        losses[loss] = value;
      }
      steps += 1;
      last = losses;
      return { ...losses };
    },
    dispose: () => compiled.dispose(),
  };
}
