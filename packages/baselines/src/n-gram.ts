import * as tf from '@tensorflow/tfjs-core';
import { batch, given, program, uniform } from '@kindred/engine';
import type { BuildContext, GenerativeModel, Sampler } from '@kindred/model';
import { Parameters } from '@kindred/nn';

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
 * the one below it, from p_0 = 1 / vocabulary on:
 *
 *     p_n(token | context) = (count_n(context, token) + strength p_(n-1)) / (count_n(context) + strength)
 *
 * @see MacKay and Peto 1995, "A hierarchical Dirichlet language model"
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
  const tables = Array.from({ length: order }, (_, n) =>
    parameters.state(`counts-${n + 1}`, [(vocabulary + 1) ** n, vocabulary]),
  );
  const seen = parameters.state('seen', []);

  /** Indices int32 [N] of contexts in the n-th table, from the tokens before, the nearest first: [N] each. */
  const contextOf = (before: readonly tf.Tensor[], n: number): tf.Tensor => {
    const terms = before.slice(0, n).map((token, i) => tf.mul(token, (vocabulary + 1) ** i));
    return tf.cast(terms.length > 0 ? tf.addN(terms) : tf.zerosLike(before[0] ?? tf.zeros([1])), 'int32');
  };
  /** [N, vocabulary] from the tokens before: at least one of them, whatever the order. */
  const probabilities = (before: readonly tf.Tensor[]): tf.Tensor => {
    let p: tf.Tensor = tf.scalar(1 / vocabulary);
    for (const [n, table] of tables.entries()) {
      const counts = tf.gather(table, contextOf(before, n)); // [N, vocabulary]
      const total = tf.sum(counts, 1, true);
      p = tf.div(tf.add(counts, tf.mul(p, options.strength)), tf.add(total, options.strength));
    }
    return p;
  };
  /** Tokens x [N, length] to those before each: [N * length] each, the nearest first. */
  const before = (x: tf.Tensor): tf.Tensor[] =>
    Array.from({ length: Math.max(order - 1, 1) }, (_, i) => {
      const padding = tf.fill([x.shape[0] ?? 1, Math.min(i + 1, length)], vocabulary);
      return tf.reshape(tf.concat([padding, tf.slice(x, [0, 0], [-1, Math.max(length - i - 1, 0)])], 1), [-1]);
    });
  const logProbability = (x: tf.Tensor): tf.Tensor => {
    const hot = tf.cast(tf.oneHot(tf.cast(tf.reshape(x, [-1]), 'int32'), vocabulary), 'float32');
    const chosen = tf.sum(tf.mul(probabilities(before(x)), hot), 1);
    return tf.sum(tf.reshape(tf.log(chosen), [-1, length]), 1); // [N], nats
  };

  const trainStep = program('n-gram: train step', { x: batch([batchSize, length]) }, ({ x }) => {
    const negativeLogLikelihood = tf.neg(tf.mean(logProbability(x)));
    // Each example of the training split counts once.
    const isNew = tf.cast(tf.less(tf.add(tf.range(0, batchSize, 1, 'float32'), seen), trainExamples), 'float32');
    const weights = tf.reshape(tf.tile(tf.expandDims(isNew, 1), [1, length]), [-1]); // [N * length]
    const contexts = before(x);
    const tokens = tf.cast(tf.reshape(x, [-1]), 'int32');
    for (const [n, table] of tables.entries()) {
      const places = tf.add(tf.mul(contextOf(contexts, n), tf.scalar(vocabulary, 'int32')), tokens);
      const counts = tf.unsortedSegmentSum(weights, places as tf.Tensor1D, table.size);
      table.assign(tf.add(table, tf.reshape(counts, table.shape)));
    }
    seen.assign(tf.add(seen, tf.sum(isNew)));
    return { negativeLogLikelihood };
  });

  return {
    parameters: parameters.all,
    trainingState: {},
    trainStep,
    usefulSteps: Math.ceil(trainExamples / batchSize) + 1,
    sampler: (count) => nGramSampler(new Parameters(random.derive('context')), probabilities, { count, order, data }),
    logLikelihood: {
      observation: 'tokens',
      estimator: 'exact',
      program: (count) =>
        program('n-gram: log-likelihood', { x: given([count, length]) }, ({ x }) => ({
          logLikelihood: logProbability(x),
        })),
    },
    sampleMeaning: `tokens drawn one after another, each given the ${order - 1} before it`,
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
  probabilities: (before: readonly tf.Tensor[]) => tf.Tensor,
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
      const below = tf.cumsum(probabilities(kept), 1); // [count, vocabulary]
      const passed = tf.sum(tf.cast(tf.greaterEqual(u, below), 'float32'), 1);
      const token = tf.minimum(passed, vocabulary - 1); // rounding may leave the last sum below u
      const values = [token, ...kept.slice(0, -1).map((variable) => tf.clone(variable))];
      for (const [i, variable] of kept.entries()) variable.assign(values[i] ?? token);
      return { value: tf.reshape(token, [count, 1]) };
    }),
    state: state.all,
  };
}
