import type { Variable } from '@tensorflow/tfjs-core';
import type { DataSpec } from '@kindred/data';
import type { Program } from '@kindred/engine';
import type { RandomStream } from '@kindred/random';
import type { ZodType } from 'zod';

export type NamedVariables = Readonly<Record<string, Variable>>;

/** Whether a model states the likelihood of an example: exactly, as a lower bound, or not at all. Declared, never sniffed. */
export type Likelihood = 'exact' | 'bound' | 'none';

/**
 * A family of generative models. A family is a folder under packages/ and one line in `benchmarks/src/models.ts`;
 * its tests call `describeModelContract(family)`.
 */
export interface ModelFamily<Options extends object = object> {
  /** As in tables and on the command line: `gan`. */
  readonly name: string;
  /** Strict, with defaults, units and search ranges in its descriptions. */
  readonly options: ZodType<Options>;
  /** Named sets of options; each is merged over the defaults and then validated. */
  readonly variants: Readonly<Record<string, Partial<Options>>>;
  readonly likelihood: Likelihood;
  /** What it is with these options, in a family whose variants differ; `likelihood` is then what it is with the defaults. */
  likelihoodOf?(options: Options): Likelihood;
  /**
   * Whether the family can model such data, with these options where they are given: a class-conditional variant supports no data
   * without classes.
   */
  supports(data: DataSpec, options?: Options): boolean;
  /** Batches of examples that one training step takes, such as one for each of its critic updates; 1 where a family does not say. */
  batchesPerStep?(options: Options): number;
  build(context: BuildContext<Options>): GenerativeModel;
}

export interface BuildContext<Options> {
  readonly data: DataSpec;
  readonly options: Options;
  /** Examples per batch. The first axis of the `batch` and `labels` inputs of the training step is batchSize * batchesPerStep(options). */
  readonly batchSize: number;
  /** Size of the training split. */
  readonly trainExamples: number;
  /** Steps that the budget allows, for schedules; an estimate where the budget is in seconds. */
  readonly totalSteps: number;
  /** Draws the initial parameters. */
  readonly random: RandomStream;
}

export interface GenerativeModel {
  /** All state that makes the model: what is counted, saved, averaged. Optimiser slots are not in it. */
  readonly parameters: NamedVariables;
  /** All state of training beyond the parameters (optimiser slots, counters); saved to resume, disposed with the model. */
  readonly trainingState: NamedVariables;
  /** One update of everything; returns named scalar losses in reporting order, the first one being the one that contracts test. */
  readonly trainStep: Program;
  /** Steps after which a training step changes nothing; the trainer then repeats the last losses and saves the work. Left out by models that learn on. */
  readonly usefulSteps?: number;
  /** Optimiser updates of each player in one training step, as in `{ discriminator: 5, generator: 1 }`; left out where a step is one update of everything. */
  readonly updatesPerStep?: Readonly<Record<string, number>>;
  /**
   * Declared by class-conditional models. The programs of their samplers (of a sequential one: those that need it), of `logLikelihood`, of
   * `reconstruct` and of `codes` then have an input of source `labels` [count]: the class of each example.
   */
  readonly conditional?: true;
  /** Draws `count` examples at a time: values in the spec's range, [count, ...shape]. */
  sampler(count: number): Sampler;
  /** Output `logLikelihood` [count]: nats per example for the input `x` [count, ...shape]. Required unless likelihood is 'none'. */
  readonly logLikelihood?: LogLikelihood;
  /** Input `x`, output `reconstruction`, both [count, ...shape] in the spec's range: encoders only. Images may be grey, and noisy. */
  reconstruct?(count: number): Program;
  /** Of models whose examples have codes in a space that can be walked through. */
  readonly codes?: Codes;
  /** One sentence for reports: what a sample is, as in 'the decoder's mean, not a Bernoulli draw'. */
  readonly sampleMeaning: string;
}

/** The way from examples to codes and back, without noise. Codes are real numbers whose prior is N(0, I), or close to it. */
export interface Codes {
  /** Numbers per code. */
  readonly size: number;
  /** Input `x` [count, ...shape] in the spec's range, grey or noisy too; output `codes` [count, size], the posterior's mean. */
  encode(count: number): Program;
  /** Input `codes` [count, size]; output `decoded` [count, ...shape] in the spec's range, the decoder's mean. */
  decode(count: number): Program;
}

export interface LogLikelihood {
  /**
   * What the likelihood is over: `binary` wants images binarised to 0 and 1 (a mass), `tokens` wants sequences as they are (a mass), `continuous` wants
   * examples as they are (a density; of images over intensities in 0 ... 1, each of the 256 levels spread evenly over 1 / 256, from which bits per
   * dimension follow).
   */
  readonly observation: 'binary' | 'tokens' | 'continuous';
  /** How it is estimated, for reports: 'exact', or 'importance-weighted bound, k = 64'. */
  readonly estimator: string;
  program(count: number): Program;
}

export type Sampler =
  /** One program gives the whole batch: output `samples` [count, ...shape]. */
  | { readonly kind: 'direct'; readonly program: Program }
  /**
   * `reset` clears the sampler's state (no outputs needed), then `step` runs `steps` times, its `position` input 0, 1, 2, ...;
   * each run's output `value` is [count, width], and the values side by side are the samples: steps * width = size of an example.
   * With `finish`, which runs last, the samples are its output `samples` [count, ...shape] instead, and `value` is not needed.
   * `state` belongs to whoever asked for the sampler, and is disposed with it.
   */
  | {
      readonly kind: 'sequential';
      readonly steps: number;
      readonly reset: Program;
      readonly step: Program;
      readonly finish?: Program;
      readonly state: NamedVariables;
    };
