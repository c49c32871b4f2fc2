import * as tf from '@tensorflow/tfjs-core';

const halfLogTau = 0.5 * Math.log(2 * Math.PI);

/**
 * log p(x) of Bernoulli variables with the given logits, element by element, in nats: x logit - log(1 + exp(logit)). softplus does
 * not overflow, so logits of any size are fine. `x` in 0 ... 1; between them it is the cross-entropy.
 */
export function bernoulliLogProbability(logits: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.sub(tf.mul(x, logits), tf.softplus(logits));
}

/** log density of N(mean, exp(logSd)^2) at x, element by element, in nats. */
export function gaussianLogProbability(mean: tf.Tensor, logSd: tf.Tensor, x: tf.Tensor): tf.Tensor {
  // Multiplying by exp(-logSd) instead of dividing by exp(2 logSd) halves the exponent's range.
  const standardised = tf.mul(tf.sub(x, mean), tf.exp(tf.neg(logSd)));
  return tf.sub(tf.mul(tf.square(standardised), -0.5), tf.add(logSd, halfLogTau));
}

/** KL(N(mean, exp(logSd)^2) || N(0, 1)), element by element, in nats: (mean^2 + sd^2 - 1) / 2 - logSd. */
export function standardNormalKl(mean: tf.Tensor, logSd: tf.Tensor): tf.Tensor {
  const squares = tf.add(tf.square(mean), tf.exp(tf.mul(logSd, 2)));
  return tf.sub(tf.mul(tf.sub(squares, 1), 0.5), logSd);
}

/** x, seen as a constant by gradients. */
export const stopGradient: (x: tf.Tensor) => tf.Tensor = tf.customGrad((x) => {
  const value = x as tf.Tensor;
  return { value: tf.clone(value), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) };
});

/** log(sum(exp(x))) over `axis`, which is dropped. The largest entry goes out first, so nothing overflows; it must be finite. */
export function logSumExp(x: tf.Tensor, axis: number): tf.Tensor {
  const largest = stopGradient(tf.max(x, axis, true));
  const sum = tf.sum(tf.exp(tf.sub(x, largest)), axis, true);
  return tf.squeeze(tf.add(tf.log(sum), largest), [axis]);
}

/** log of the mean of exp(x) over `axis`, which is dropped. Entries are finite. */
export const logMeanExp = (x: tf.Tensor, axis: number): tf.Tensor =>
  tf.sub(logSumExp(x, axis), Math.log(x.shape[axis] ?? 1));

/**
 * log density of a mixture, in nats: log(sum over k of weight_k exp(component_k)). `logits` of the weights and the components' log
 * densities have the components on `axis`, which is dropped.
 */
export function mixtureLogProbability(logits: tf.Tensor, components: tf.Tensor, axis: number): tf.Tensor {
  return tf.sub(logSumExp(tf.add(logits, components), axis), logSumExp(logits, axis));
}
