import type { Engine } from '@kindred/engine';
import type { GenerativeModel } from './contract.ts';
import { openPerExample, type ExampleOptions } from './per-example.ts';

/** Noise is of estimators that draw. */
export type LikelihoodOptions = ExampleOptions;

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
  const question = { asker: 'logLikelihoods', input: 'x', output: 'logLikelihood', batchSize } as const;
  const perExample = await openPerExample(engine, program, { ...question, conditional: conditional === true });
  return {
    async of(examples, options) {
      if (logLikelihood.observation === 'binary') checkBinary(examples);
      const nats = await perExample.of(examples, options);
      if (nats.length === options.count) return Float64Array.from(nats);
      throw new Error(`program ${program.name} must give \`logLikelihood\` of shape [${batchSize}].`);
    },
    dispose: () => perExample.dispose(),
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
