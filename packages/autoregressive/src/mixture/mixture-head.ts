import * as tf from '@tensorflow/tfjs-core';
import {
  dense,
  gaussianLogProbability,
  mixtureLogProbability,
  scaledNormal,
  tanh,
  type Layer,
  type Parameters,
} from '@kindred/nn';

export interface HeadConfig {
  /** Number of coordinates that the axis is conditioned on; 0 for the first axis. */
  readonly inputs: number;
  readonly components: number;
  readonly hidden: number;
}

/** A mixture of Gaussians on one axis, given the coordinates before it. All tensors are [N, components]. */
export interface Mixture {
  readonly logits: tf.Tensor;
  readonly means: tf.Tensor;
  readonly logSds: tf.Tensor;
}

/** Standard deviations stay above e^-7 of the data's: enough for any mode here, and no point gets an endless density. */
const lowestLogSd = -7;
const initialLogSd = Math.log(0.3);

/**
 * The network of one axis: two hidden layers from the coordinates before to the mixture's parameters, plus offsets of their own,
 * which are all that the first axis has. The means start spread over two standard deviations to either side.
 *
 * @see Bishop 1994, "Mixture density networks"
 */
export function mixtureHead(parameters: Parameters, { inputs, components, hidden }: HeadConfig) {
  const offset = (name: string, at: (k: number) => number): tf.Variable =>
    parameters.variable(name, [components], () => Float32Array.from({ length: components }, (_, k) => at(k)));
  const logitOffset = offset('logits', () => 0);
  const meanOffset = offset('means', (k) => 2 * ((2 * k + 1) / components - 1));
  const logSdOffset = offset('log-sds', () => initialLogSd);
  const network = inputs === 0 ? undefined : perceptron(parameters, inputs, hidden);
  const output = (name: string): Layer | undefined =>
    network &&
    dense(parameters.scope(name), {
      inputs: hidden,
      outputs: components,
      bias: false,
      initialiser: scaledNormal(0.1 / Math.sqrt(hidden)),
    });
  const [logitLayer, meanLayer, logSdLayer] = [output('logit-layer'), output('mean-layer'), output('log-sd-layer')];

  /** before [N, inputs], standardised; for the first axis its values do not matter. */
  return (before: tf.Tensor): Mixture => {
    const features = network?.(before);
    const count = before.shape[0] ?? 1;
    const value = (offset: tf.Variable, layer: Layer | undefined): tf.Tensor =>
      features && layer ? tf.add(layer(features), offset) : tf.tile(tf.expandDims(offset, 0), [count, 1]);
    const raw = value(logSdOffset, logSdLayer);
    return {
      logits: value(logitOffset, logitLayer),
      means: value(meanOffset, meanLayer),
      // Close to `raw` above the lowest value, which it never crosses, with a gradient everywhere.
      logSds: tf.add(tf.softplus(tf.sub(raw, lowestLogSd)), lowestLogSd),
    };
  };
}

function perceptron(parameters: Parameters, inputs: number, hidden: number): Layer {
  const first = dense(parameters.scope('hidden-1'), {
    inputs,
    outputs: hidden,
    activation: tanh,
    initialiser: scaledNormal(2),
  });
  const second = dense(parameters.scope('hidden-2'), { inputs: hidden, outputs: hidden, activation: tanh });
  return (x) => second(first(x));
}

/** log density [N] at x [N, 1], nats. */
export function logDensity({ logits, means, logSds }: Mixture, x: tf.Tensor): tf.Tensor {
  return mixtureLogProbability(logits, gaussianLogProbability(means, logSds, x), 1);
}

/** One draw [N, 1]: `u` [N, 1] from U[0, 1) picks the component, `z` [N, 1] from N(0, 1) goes through it. */
export function drawFrom({ logits, means, logSds }: Mixture, u: tf.Tensor, z: tf.Tensor): tf.Tensor {
  const components = logits.shape[1] ?? 1;
  const weights = tf.softmax(logits, 1);
  const before = Float32Array.from({ length: components ** 2 }, (_, i) =>
    Math.floor(i / components) < i % components ? 1 : 0,
  );
  const below = tf.matMul(weights, tf.tensor2d(before, [components, components])); // weight of the components before each
  const index = tf.sub(tf.sum(tf.cast(tf.greaterEqual(u, below), 'float32'), 1, true), 1); // [N, 1]; u >= 0 = the first one's
  const chosen = tf.cast(tf.equal(index, tf.range(0, components, 1, 'float32')), 'float32');
  const pick = (values: tf.Tensor): tf.Tensor => tf.sum(tf.mul(values, chosen), 1, true);
  return tf.add(pick(means), tf.mul(tf.exp(pick(logSds)), z));
}
