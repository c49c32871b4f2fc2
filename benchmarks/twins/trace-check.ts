import type { Engine, Inputs, InputSpec, Values } from '@kindred/engine';
import type { GenerativeModel } from '@kindred/model';
import { feedsFor } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import type { FileArrays } from '../peers/peer-files.ts';

/** What a twin must find with our noise before it is trained. */
export interface Check {
  /** Log-likelihoods of the first test examples with the initial parameters, nats. */
  readonly before: readonly number[];
  /** Losses of the first steps. */
  readonly losses: readonly number[];
  /** The log-likelihoods after those steps. */
  readonly after: readonly number[];
}

export interface CheckSettings {
  /** Seed of the trial. */
  readonly seed: number;
  /** Examples of a step, [batchSize, ...shape]: one array for each step. */
  readonly batches: readonly Float32Array[];
  /** Test examples, [count, ...shape]. */
  readonly examples: Float32Array;
  readonly count: number;
}

/**
 * Takes a model's first steps, and its log-likelihoods before and after them. Noise is that of the trial, and among the arrays:
 * `check/<step>/<input>` and `check/likelihood/<input>`. The model is left as it is after the steps.
 */
export async function traceCheck(
  engine: Engine,
  { trainStep, logLikelihood }: GenerativeModel,
  { seed, batches, examples, count }: CheckSettings,
): Promise<{ readonly check: Check; readonly arrays: FileArrays }> {
  if (!logLikelihood) throw new Error('traceCheck: the model states no likelihood; it can have no twin.');
  const program = logLikelihood.program(count);
  const sources = { given: { x: examples }, batch: examples, noise: new RandomStream(seed, 'twins', 'check') };
  const question = feedsFor(program.inputs, sources);
  const [step, likelihood] = [await engine.compile(trainStep), await engine.compile(program)];
  try {
    const natsOf = async (): Promise<number[]> => [...((await likelihood.run(question))['logLikelihood'] ?? [])];
    const noise = new RandomStream(seed, 'training noise');
    const feeds = batches.map((batch, i) => feedsFor(trainStep.inputs, { step: i, batch, noise: noise.derive(i) }));
    const before = await natsOf();
    const results = await step.runAll(feeds.length, (run) => feeds[run] ?? {});
    // The first output is the loss that a model is judged by.
    const losses = results.map((outputs) => Object.values<Values>(outputs)[0]?.[0] ?? Number.NaN);
    const drawn = feeds.map((feed, i) => noiseOf(`check/${i}/`, trainStep.inputs, feed));
    const arrays = Object.assign({}, noiseOf('check/likelihood/', program.inputs, question), ...drawn) as FileArrays;
    return { check: { before, losses, after: await natsOf() }, arrays };
  } finally {
    await step.dispose();
    await likelihood.dispose();
  }
}

/** Whether an input of a program is drawn. */
export const isNoise = ({ source }: InputSpec): boolean => source.kind === 'normal' || source.kind === 'uniform';

/** What was drawn among the feeds of a program. */
function noiseOf(prefix: string, inputs: Inputs, feeds: Readonly<Record<string, Values>>): FileArrays {
  const drawn = Object.entries<InputSpec>(inputs).flatMap(([name, input]) => {
    const values = feeds[name];
    return isNoise(input) && values ? [[`${prefix}${name}`, { shape: input.shape, values }] as const] : [];
  });
  return Object.fromEntries(drawn);
}
