import { batches, type Split } from '@kindred/data';
import { stepsOf, type TrialPlan } from '@kindred/harness';

/** Which training examples each step of a trial sees, [steps, batchSize]: as `batches` hands them out. */
export function batchOrder(train: Split, plan: Pick<TrialPlan, 'budget' | 'batchSize' | 'batchesPerStep' | 'seed'>) {
  const { batchSize, seed } = plan;
  const steps = stepsOf(plan);
  const source = batches(places(train), { batchSize, seed });
  const values = new Int32Array(steps * batchSize);
  for (let step = 0; step < steps; step++) values.set(source.next().examples, step * batchSize);
  return { shape: [steps, batchSize], values };
}

/** A split of the same name and size whose examples are their own places; float32 holds those below 2^24. */
function places({ name, count }: Split): Split {
  return {
    name,
    count,
    spec: { kind: 'points', shape: [1], range: null, classes: 0 },
    labels: null,
    floats: (from = 0, to = count) => Float32Array.from({ length: to - from }, (_, i) => from + i),
    gather(indices, target) {
      target.set(indices);
      return target;
    },
  };
}
