import * as tf from '@tensorflow/tfjs-core';
import { batch, given, program, uniform } from '@kindred/engine';
import type { BuildContext, GenerativeModel, Sampler } from '@kindred/model';
import { Parameters } from '@kindred/nn';
import { stepsToSeeAll } from './bank.ts';
import { nGramTables, type NGramTables } from './n-gram-tables.ts';

export interface NGramOptions {
  readonly order: number;
  readonly strength: number;
}

/** A table of counts has at most this many. */
const mostCounts = 2 ** 22;

/** The order, or the largest below it whose table is not too large. */
export function orderThatFits(order: number, vocabulary: number): number {
  let fitting = order;
  while (fitting > 1 && (vocabulary + 1) ** (fitting - 1) * vocabulary > mostCounts) fitting--;
  return fitting;
}

/**
 * Tokens given the `order` - 1 before them (a token of its own stands before the first), from counts in the training split. Each order falls back on
 * the one below it, see `nGramTables`.
 */
export function nGram({
  data,
  options,
  batchSize,
  trainExamples,
  random,
}: BuildContext<NGramOptions>): GenerativeModel {
  if (data.kind !== 'sequence')
    throw new Error(`n-gram: expected sequences of tokens, got ${data.kind} data; use another baseline.`);
  const { vocabulary, shape } = data;
  const [length] = shape;
  const order = orderThatFits(options.order, vocabulary);
  const parameters = new Parameters(random);
  const tables = nGramTables(parameters, { order, vocabulary, strength: options.strength });
  const seen = parameters.state('seen', []);

  /** Tokens x [N, length] to those before each: [N * length] each, the nearest first. */
  const before = (x: tf.Tensor): tf.Tensor[] =>
    Array.from({ length: Math.max(order - 1, 1) }, (_, i) => {
      const padding = tf.fill([x.shape[0] ?? 1, Math.min(i + 1, length)], vocabulary);
      return tf.reshape(tf.concat([padding, tf.slice(x, [0, 0], [-1, Math.max(length - i - 1, 0)])], 1), [-1]);
    });
  const logProbability = (x: tf.Tensor): tf.Tensor => {
    const hot = tf.cast(tf.oneHot(tf.cast(tf.reshape(x, [-1]), 'int32'), vocabulary), 'float32');
    const chosen = tf.sum(tf.mul(tables.probabilities(before(x)), hot), 1);
    return tf.sum(tf.reshape(tf.log(chosen), [-1, length]), 1); // [N], nats
  };

  const trainStep = program('n-gram: train step', { x: batch([batchSize, length]) }, ({ x }) => {
    const negativeLogLikelihood = tf.neg(tf.mean(logProbability(x)));
    // Each example of the training split counts once.
    const isNew = tf.cast(tf.less(tf.add(tf.range(0, batchSize, 1, 'float32'), seen), trainExamples), 'float32');
    const weights = tf.reshape(tf.tile(tf.expandDims(isNew, 1), [1, length]), [-1]); // [N * length]
    tables.count(before(x), tf.reshape(x, [-1]), weights);
    seen.assign(tf.add(seen, tf.sum(isNew)));
    return { negativeLogLikelihood };
  });

  return {
    parameters: parameters.all,
    trainingState: {},
    trainStep,
    usefulSteps: stepsToSeeAll(trainExamples, batchSize),
    sampler: (count) => nGramSampler(new Parameters(random.derive('context')), tables, { count, order, data }),
    logLikelihood: {
      observation: 'tokens',
      estimator: 'exact',
      program: (count) =>
        program('n-gram: log-likelihood', { x: given([count, length]) }, ({ x }) => ({
          logLikelihood: logProbability(x),
        })),
    },
    sampleMeaning: `tokens drawn one after another, each ${order === 1 ? 'on its own' : `given the ${order - 1} before it`}`,
  };
}

interface SamplerConfig {
  readonly count: number;
  readonly order: number;
  readonly data: Extract<BuildContext<object>['data'], { kind: 'sequence' }>;
}

/** A step draws the next token of each sequence; the tokens before are kept, the nearest first. */
function nGramSampler(
  state: Parameters,
  tables: NGramTables,
  { count, order, data: { shape, vocabulary } }: SamplerConfig,
): Sampler {
  const kept = Array.from({ length: Math.max(order - 1, 1) }, (_, i) => state.state(`before-${i + 1}`, [count]));
  return {
    kind: 'sequential',
    steps: shape[0],
    reset: program('n-gram: reset', {}, () => {
      for (const variable of kept) variable.assign(tf.fill([count], vocabulary));
      return {};
    }),
    step: program('n-gram: step', { u: uniform([count, 1]) }, ({ u }) => {
      const below = tf.cumsum(tables.probabilities(kept), 1); // [count, vocabulary]
      const passed = tf.sum(tf.cast(tf.greaterEqual(u, below), 'float32'), 1);
      const token = tf.minimum(passed, vocabulary - 1); // rounding may leave the last sum below u
      const values = [token, ...kept.slice(0, -1).map((variable) => tf.clone(variable))];
      for (const [i, variable] of kept.entries()) variable.assign(values[i] ?? token);
      return { value: tf.reshape(token, [count, 1]) };
    }),
    state: state.all,
  };
}
