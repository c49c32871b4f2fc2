import * as tf from '@tensorflow/tfjs-core';
import type { AutoregressiveOptions } from '../options.ts';
import { unseen } from './gpt-network.ts';

export type Tempering = Pick<AutoregressiveOptions, 'temperature' | 'topK'>;

/** Logits [N, K] as they are drawn from: divided by the temperature, and all but the `topK` largest of each row far down; 0 leaves all. */
export function tempered(logits: tf.Tensor, { temperature, topK }: Tempering): tf.Tensor {
  const scaled = temperature === 1 ? logits : tf.div(logits, temperature);
  const [rows = 1, tokens = 1] = logits.shape;
  if (topK === 0 || topK >= tokens) return scaled;
  const least = tf.slice(tf.topk(scaled, topK).values, [0, topK - 1], [rows, 1]);
  return tf.where(tf.less(scaled, least), tf.fill([rows, tokens], unseen), scaled);
}

/** How draws differ from the model's own, as the end of a sentence; empty where they do not. */
export function temperingOf({ temperature, topK }: Tempering): string {
  const likeliest = topK > 0 ? `, of the ${topK} likeliest each` : '';
  return temperature === 1 ? likeliest : `${likeliest}, at temperature ${temperature}`;
}

/** U[0, 1) to noise of the standard Gumbel distribution, at most 16 from its mean: the largest of logits + noise is a draw from their softmax. */
export const gumbel = (u: tf.Tensor): tf.Tensor =>
  // The factor and the offset keep u off 0 and 1, where the logarithms would be infinite.
  tf.neg(tf.log(tf.neg(tf.log(tf.add(tf.mul(u, 1 - 2 ** -23), 2 ** -24)))));
