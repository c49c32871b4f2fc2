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

/** A compiled likelihood. */
export interface OpenLikelihood {
  /**
   * Log-likelihood of each example, [count], in nats. `examples` are [count, ...shape], and already binarised where the model's
   * observation is `binary`.
   */
  of(examples: Float32Array, options: Omit<LikelihoodOptions, 'batchSize'>): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/** Log-likelihood of each example, [count], in nats; see `OpenLikelihood.of`. */
export async function logLikelihoods(
  engine: Engine,
  model: GenerativeModel,
  examples: Float32Array,
  { batchSize, ...options }: LikelihoodOptions,
): Promise<Float64Array> {
  const likelihood = await openLikelihood(engine, model, batchSize);
  try {
    return await likelihood.of(examples, options);
  } finally {
    await likelihood.dispose();
  }
}

/** Compiles the model's likelihood for `batchSize` examples at a time. Throws an Error where the model states none. */
export async function openLikelihood(
  engine: Engine,
  { logLikelihood, conditional }: GenerativeModel,
  batchSize: number,
): Promise<OpenLikelihood> {
  if (!logLikelihood)
    throw new Error('logLikelihoods: the model states no likelihood; ask its family for `likelihood` first.');
  const program = logLikelihood.program(batchSize);
  const compiled = await engine.compile(program);
  return {
    async of(examples, { count, random, labels }) {
      const size = examples.length / count;
      if (!Number.isInteger(size)) {
        throw new RangeError(`logLikelihoods: ${examples.length} values are not ${count} examples of one size.`);
      }
      if (logLikelihood.observation === 'binary') checkBinary(examples);
      if (conditional) checkLabels('logLikelihoods', labels, count);
      const nats = new Float64Array(count);
      const x = new Float32Array(batchSize * size);
      for (let from = 0; from < count; from += batchSize) {
        const real = Math.min(batchSize, count - from);
        x.set(examples.subarray(from * size, (from + real) * size));
        for (let i = real; i < batchSize; i++) x.copyWithin(i * size, 0, size);
        const classes = labels && { labels: labelsFrom(labels, from, batchSize) };
        const sources = { noise: random, batch: x, given: { x }, ...classes };
        const { logLikelihood: values } = await compiled.run(feedsFor(program.inputs, sources));
        if (values?.length !== batchSize) {
          throw new Error(`program ${program.name} must give \`logLikelihood\` of shape [${batchSize}].`);
        }
        nats.set(values.subarray(0, real), from);
      }
      return nats;
    },
    dispose: () => compiled.dispose(),
  };
}

function checkBinary(examples: Float32Array): void {
  const at = examples.findIndex((value) => value !== 0 && value !== 1);
  if (at >= 0) {
    throw new RangeError(
      `logLikelihoods: the model observes binary examples, got ${examples[at]} at ${at}; binarise them first.`,
    );
  }
}
