import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '@kindred/nn';

export interface TableConfig {
  /** Tokens of a context and the one after it. */
  readonly order: number;
  readonly vocabulary: number;
  /** What the shorter context counts, in tokens. */
  readonly strength: number;
}

/** How often tokens came after contexts of each length below the order. */
export interface NGramTables {
  /** Probabilities of the next token [N, vocabulary] from the tokens before, the nearest first: [N] each, at least one whatever the order. */
  probabilities(before: readonly tf.Tensor[]): tf.Tensor;
  /** Counts tokens [N], each as often as its weight [N] says. */
  count(before: readonly tf.Tensor[], tokens: tf.Tensor, weights: tf.Tensor): void;
}

/**
 * Variables: `counts-n` [(vocabulary + 1)^(n - 1), vocabulary] for n = 1 ... order. Contexts are numbers whose digits are the tokens before; the digit
 * `vocabulary` stands for what is before the beginning.
 *
 *     p_n(token | context) = (count_n(context, token) + strength p_(n-1)) / (count_n(context) + strength),  p_0 = 1 / vocabulary
 *
 * @see MacKay and Peto 1995, "A hierarchical Dirichlet language model"
 */
export function nGramTables(parameters: Parameters, { order, vocabulary, strength }: TableConfig): NGramTables {
  const digits = vocabulary + 1;
  const tables = Array.from({ length: order }, (_, n) =>
    parameters.state(`counts-${n + 1}`, [digits ** n, vocabulary]),
  );
  /** Contexts of the n nearest tokens, int32 [N]. */
  const contextOf = (before: readonly tf.Tensor[], n: number): tf.Tensor => {
    const terms = before.slice(0, Math.max(n, 1)).map((token, i) => tf.mul(token, n === 0 ? 0 : digits ** i));
    return tf.cast(tf.addN(terms), 'int32');
  };
  return {
    probabilities(before) {
      let p: tf.Tensor = tf.scalar(1 / vocabulary);
      for (const [n, table] of tables.entries()) {
        const counts = tf.gather(table, contextOf(before, n)); // [N, vocabulary]
        const total = tf.sum(counts, 1, true);
        p = tf.div(tf.add(counts, tf.mul(p, strength)), tf.add(total, strength));
      }
      return p;
    },
    count(before, tokens, weights) {
      for (const [n, table] of tables.entries()) {
        const row = tf.mul(contextOf(before, n), tf.scalar(vocabulary, 'int32'));
        const places = tf.add<tf.Tensor1D>(row, tf.cast(tokens, 'int32'));
        const counts = tf.unsortedSegmentSum(weights, places, table.size);
        table.assign(tf.add(table, tf.reshape(counts, table.shape)));
      }
    },
  };
}
