import type { Engine } from '@kindred/engine';
import { openTrainer, resolveOptions, type BuildContext, type GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { baselines } from '../family.ts';

export type Spec = BuildContext<object>['data'];

export interface BaselineRun {
  readonly spec: Spec;
  readonly variant: string;
  readonly trainExamples: number;
  readonly batchSize: number;
  readonly options?: Readonly<Record<string, unknown>>;
}

export function buildBaseline({ spec, variant, trainExamples, batchSize, options }: BaselineRun): GenerativeModel {
  return baselines.build({
    data: spec,
    options: resolveOptions(baselines, variant, options),
    batchSize,
    trainExamples,
    totalSteps: 10,
    random: new RandomStream(0),
  });
}

/** Trains on the examples in their order, again and again; the losses of each step. */
export async function trainInOrder(
  engine: Engine,
  model: GenerativeModel,
  { examples, batchSize, size, steps }: { examples: Float32Array; batchSize: number; size: number; steps: number },
): Promise<Record<string, number>[]> {
  let next = 0;
  const count = examples.length / size;
  const batches = () => {
    const values = new Float32Array(batchSize * size);
    for (let row = 0; row < batchSize; row++, next++) {
      const from = (next % count) * size;
      values.set(examples.subarray(from, from + size), row * size);
    }
    return { examples: values };
  };
  const trainer = await openTrainer(engine, model, { batches, noise: new RandomStream(1) });
  const losses = await trainer.advance(steps);
  await trainer.dispose();
  return losses;
}
