import * as tf from '@tensorflow/tfjs-core';
import type { BuildContext } from '@kindred/model';
import { constant, logMeanExp, scaledNormal, zeros, type Parameters } from '@kindred/nn';
import { sumOfPixels } from '../images/binary-image-model.ts';

export interface OrdersConfig {
  readonly pixels: number;
  readonly hidden: number;
  /** Number of orders. */
  readonly orders: number;
}

/** An order of the pixels and what its hidden units see. */
export interface Order {
  /** Place of each pixel in the order, 0 ... pixels - 1: [pixels]. */
  readonly ranks: tf.Tensor;
  /** A unit sees the pixels whose rank is below its degree, 1 ... pixels - 1: [hidden]. */
  readonly degrees: tf.Tensor;
}

export interface OrdersNetwork {
  readonly config: OrdersConfig;
  readonly units: tf.Variable; // [pixels, hidden]
  readonly unitBias: tf.Variable; // [hidden]
  readonly outputs: tf.Variable; // [hidden, pixels]
  readonly direct: tf.Variable; // [pixels, pixels]
  readonly logitBias: tf.Variable; // [pixels]
  readonly ranks: tf.Variable; // [orders, pixels]
  readonly degrees: tf.Variable; // [orders, hidden]
}

/**
 * MADE with one hidden layer of ReLU and direct connections, whose weights several orders of the pixels share. Each order has masks of its own, for
 * which the units' degrees are dealt anew. Orders are part of the model and saved with it.
 *
 * @param random draws the orders
 * @see Germain et al. 2015, arXiv:1502.03509, section 4.2
 */
export function ordersNetwork(
  parameters: Parameters,
  random: BuildContext<object>['random'],
  config: OrdersConfig,
): OrdersNetwork {
  const { pixels, hidden, orders } = config;
  const spread = (unit: number): number => 1 + Math.floor((unit * Math.max(pixels - 1, 1)) / hidden);
  const table = (name: string, size: number, of: (place: number) => number): tf.Variable => {
    const rows = Array.from({ length: orders }, (_, k) => [...random.derive(name, k).permutation(size)]);
    return parameters.state(name, [orders, size], Float32Array.from(rows.flat(), of));
  };
  return {
    config,
    // A unit sees half of the pixels on average, hence 2 / (pixels / 2) for ReLU. The logits start at their biases: most pixels are dark.
    units: parameters.variable('units', [pixels, hidden], scaledNormal(2 / Math.sqrt(pixels))),
    unitBias: parameters.variable('unit-bias', [hidden], zeros),
    outputs: parameters.variable('outputs', [hidden, pixels], zeros),
    direct: parameters.variable('direct', [pixels, pixels], zeros),
    logitBias: parameters.variable('logit-bias', [pixels], constant(-4)),
    ranks: table('ranks', pixels, (rank) => rank),
    degrees: table('degrees', hidden, spread),
  };
}

/** The orders with the given indices, int32 [K]: ranks [K, pixels] and degrees [K, hidden]. */
export const ordersAt = ({ ranks, degrees }: OrdersNetwork, indices: tf.Tensor): Order => ({
  ranks: tf.gather(ranks, indices),
  degrees: tf.gather(degrees, indices),
});

/** x [N, pixels] of 0 and 1 to the logits of all pixels [N, pixels], each given those before it in the order. */
export function logitsInOrder(network: OrdersNetwork, x: tf.Tensor, { ranks, degrees }: Order): tf.Tensor {
  const { units, unitBias, outputs, direct, logitBias } = network;
  const column = (values: tf.Tensor): tf.Tensor => tf.reshape(values, [-1, 1]);
  const row = (values: tf.Tensor): tf.Tensor => tf.reshape(values, [1, -1]);
  const masked = (kernel: tf.Tensor, present: tf.Tensor): tf.Tensor => tf.mul(kernel, tf.cast(present, 'float32'));
  const hidden = tf.relu(tf.add(tf.matMul(x, masked(units, tf.less(column(ranks), row(degrees)))), unitBias)); // [N, hidden]
  const fromUnits = tf.matMul(hidden, masked(outputs, tf.lessEqual(column(degrees), row(ranks))));
  const fromPixels = tf.matMul(x, masked(direct, tf.less(column(ranks), row(ranks))));
  return tf.add(tf.add(fromUnits, fromPixels), logitBias);
}

/** log p(x) [N] of x [N, pixels] of 0 and 1, nats: the orders are a mixture of equal shares. */
export function logProbabilityOverOrders(network: OrdersNetwork, x: tf.Tensor): tf.Tensor {
  const { orders } = network.config;
  const each = Array.from({ length: orders }, (_, k) =>
    sumOfPixels(logitsInOrder(network, x, ordersAt(network, tf.tensor1d([k], 'int32'))), x),
  );
  return logMeanExp(tf.stack(each), 0);
}

/** One of the orders by a number from U[0, 1), [1]: its index, int32 [1]. */
export const indexOf = (u: tf.Tensor, orders: number): tf.Tensor =>
  tf.cast(tf.minimum(tf.floor(tf.mul(u, orders)), orders - 1), 'int32');
