import type { Engine } from '@kindred/engine';
import { feedsFor } from '@kindred/nn';
import type { RandomStream } from '@kindred/random';
import type { GenerativeModel } from './contract.ts';
import { checkLabels, labelsFrom } from './labels.ts';

export interface LikelihoodOptions {
  /** Number of examples. */
  readonly count: number;
  /** Examples per run. A last, partial batch is padded with its first example. */
  readonly batchSize: number;
  /** Noise of estimators that draw. */
  readonly random: RandomStream;
  /** The class of each example, [count]: needed by conditional models, unread by others. */
  readonly labels?: Int32Array;
}

/**
 * Log-likelihood of each example, [count], in nats. `examples` are [count, ...shape], and already binarised where the model's
 * observation is `binary`.
 */
export async function logLikelihoods(
  engine: Engine,
  model: GenerativeModel,
  examples: Float32Array,
  options: LikelihoodOptions,
): Promise<Float64Array> {
  const { count, batchSize, random, labels } = options;
  const { logLikelihood } = model;
  if (!logLikelihood)
    throw new Error('logLikelihoods: the model states no likelihood; ask its family for `likelihood` first.');
  const size = examples.length / count;
  if (!Number.isInteger(size)) {
    throw new RangeError(`logLikelihoods: ${examples.length} values are not ${count} examples of one size.`);
  }
  if (logLikelihood.observation === 'binary') checkBinary(examples);
  if (model.conditional) checkLabels('logLikelihoods', labels, count);
  const program = logLikelihood.program(batchSize);
  const compiled = await engine.compile(program);
  try {
    const nats = new Float64Array(count);
    const x = new Float32Array(batchSize * size);
    for (let from = 0; from < count; from += batchSize) {
      const real = Math.min(batchSize, count - from);
      x.set(examples.subarray(from * size, (from + real) * size));
      for (let i = real; i < batchSize; i++) x.copyWithin(i * size, 0, size);
      const classes = labels && { labels: labelsFrom(labels, from, batchSize) };
      const results = await compiled.run(
        feedsFor(program.inputs, { noise: random, batch: x, given: { x }, ...classes }),
      );
      const values = results['logLikelihood'];
      if (values?.length !== batchSize) {
        throw new Error(`program ${program.name} must give \`logLikelihood\` of shape [${batchSize}].`);
      }
      nats.set(values.subarray(0, real), from);
    }
    return nats;
  } finally {
    await compiled.dispose();
  }
}

function checkBinary(examples: Float32Array): void {
  const at = examples.findIndex((value) => value !== 0 && value !== 1);
  if (at >= 0) {
    throw new RangeError(
      `logLikelihoods: the model observes binary examples, got ${examples[at]} at ${at}; binarise them first.`,
    );
  }
}
