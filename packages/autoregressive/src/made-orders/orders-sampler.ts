import * as tf from '@tensorflow/tfjs-core';
import { position, program, uniform } from '@kindred/engine';
import type { Sampler } from '@kindred/model';
import type { Parameters } from '@kindred/nn';
import type { RowSamplerConfig } from '../images/pixel-rows.ts';
import type { AutoregressiveOptions } from '../options.ts';
import { indexOf, logitsInOrder, ordersAt, type OrdersNetwork } from './orders-network.ts';

/** Images are drawn in groups of `members`, each group in an order of its own: G groups, so that G * members >= count. */
interface Groups {
  readonly groups: number;
  readonly members: number;
}

interface Kept {
  readonly ranks: tf.Variable; // [G, pixels]: of each group's order
  readonly degrees: tf.Variable; // [G, hidden]
  readonly pixels: tf.Variable; // [G, members, pixels]: 0 where nothing is drawn yet
  readonly shown: tf.Variable; // [G, members, pixels]
  readonly units: tf.Variable; // [G, members, hidden]: before ReLU, from the pixels so far
  readonly outputs: tf.Variable; // [pixels, hidden]: rows are quicker to pick than columns
  readonly direct: tf.Variable; // [pixels, pixels], to by from
}

/** The pixel of each group that a step draws. */
interface Target {
  readonly rank: tf.Tensor; // scalar
  readonly pixel: tf.Tensor; // [G], int32
  readonly hot: tf.Tensor; // [G, 1, pixels]: 1 at the pixel
}

/**
 * Draws pixel by pixel, in the orders of the model. The first group's order is drawn, and the others follow it in turn, so that each image is a draw from
 * the mixture of orders. Cached: hidden units are kept, and a pixel moves them by its row of the kernel; naive: a forward pass for each pixel.
 */
export function ordersSampler(
  network: OrdersNetwork,
  state: Parameters,
  config: RowSamplerConfig & Pick<AutoregressiveOptions, 'sampling'>,
): Sampler {
  const { name, count, emission, sampling } = config;
  const { pixels, orders } = network.config;
  const members = Math.ceil(count / orders);
  const size: Groups = { groups: Math.ceil(count / members), members };
  const kept = stateOf(state, network, size);
  const logitOf = sampling === 'naive' ? naiveLogit : cachedLogit;
  return {
    kind: 'sequential',
    steps: pixels,
    reset: resetProgram(name, network, kept, size),
    step: program(`${name}: step`, { at: position(), u: uniform([size.groups, members, 1]) }, ({ at, u }) => {
      const target = targetOf(kept, at, size);
      const probability = tf.sigmoid(logitOf(network, kept, target)); // [G, members, 1]
      const pixel = tf.cast(tf.less(u, probability), 'float32');
      kept.pixels.assign(tf.add(kept.pixels, tf.mul(pixel, target.hot)));
      kept.shown.assign(tf.add(kept.shown, tf.mul(emission === 'probability' ? probability : pixel, target.hot)));
      if (sampling === 'cached') moveUnits(network, kept, target, pixel);
      return { pixel };
    }),
    finish: program(`${name}: finish`, {}, () => ({
      samples: tf.slice(tf.reshape(kept.shown, [size.groups * members, pixels]), [0, 0], [count, pixels]),
    })),
    state: state.all,
  };
}

function stateOf(state: Parameters, { config }: OrdersNetwork, { groups, members }: Groups): Kept {
  const { pixels, hidden } = config;
  return {
    ranks: state.state('ranks', [groups, pixels]),
    degrees: state.state('degrees', [groups, hidden]),
    pixels: state.state('pixels', [groups, members, pixels]),
    shown: state.state('shown', [groups, members, pixels]),
    units: state.state('units', [groups, members, hidden]),
    outputs: state.state('outputs', [pixels, hidden]),
    direct: state.state('direct', [pixels, pixels]),
  };
}

function resetProgram(name: string, network: OrdersNetwork, kept: Kept, { groups, members }: Groups) {
  const { orders, hidden } = network.config;
  return program(`${name}: reset`, { u: uniform([1]) }, ({ u }) => {
    const first = indexOf(u, orders);
    const turns = tf.mod(tf.add(first, tf.range(0, groups, 1, 'int32')), tf.scalar(orders, 'int32')); // [G]
    const chosen = ordersAt(network, tf.cast(turns, 'int32'));
    kept.ranks.assign(chosen.ranks);
    kept.degrees.assign(chosen.degrees);
    kept.pixels.assign(tf.zeros(kept.pixels.shape));
    kept.shown.assign(tf.zeros(kept.shown.shape));
    kept.units.assign(tf.tile(tf.reshape(network.unitBias, [1, 1, hidden]), [groups, members, 1]));
    kept.outputs.assign(tf.transpose(network.outputs));
    kept.direct.assign(tf.transpose(network.direct));
    return {};
  });
}

function targetOf({ ranks }: Kept, at: tf.Tensor, { groups }: Groups): Target {
  const [, pixels = 1] = ranks.shape;
  const rank = tf.cast(at, 'float32');
  const hot = tf.cast(tf.equal(ranks, rank), 'float32'); // [G, pixels]
  const pixel = tf.cast(tf.sum(tf.mul(hot, tf.range(0, pixels, 1, 'float32')), 1), 'int32');
  return { rank, pixel, hot: tf.reshape(hot, [groups, 1, pixels]) };
}

/** The logits [G, members, 1] of the targets, from the units as they are. */
function cachedLogit(network: OrdersNetwork, kept: Kept, { rank, pixel }: Target): tf.Tensor {
  const complete = tf.cast(tf.lessEqual(kept.degrees, rank), 'float32'); // [G, hidden]
  const outputs = tf.expandDims(tf.mul(tf.gather(kept.outputs, pixel), complete), 2); // [G, hidden, 1]
  const direct = tf.expandDims(tf.gather(kept.direct, pixel), 2); // [G, pixels, 1]; pixels not drawn yet are 0
  const bias = tf.reshape(tf.gather(network.logitBias, pixel), [-1, 1, 1]);
  return tf.add(tf.add(tf.matMul(tf.relu(kept.units), outputs), tf.matMul(kept.pixels, direct)), bias);
}

/** Adds a drawn pixel [G, members, 1] to the units that see it. */
function moveUnits({ units }: OrdersNetwork, kept: Kept, { rank, pixel }: Target, value: tf.Tensor): void {
  const seen = tf.cast(tf.less(rank, kept.degrees), 'float32'); // [G, hidden]
  const rows = tf.expandDims(tf.mul(tf.gather(units, pixel), seen), 1); // [G, 1, hidden]
  kept.units.assign(tf.add(kept.units, tf.mul(value, rows)));
}

/** The logits [G, members, 1] of the targets, by a whole forward pass for each group. */
function naiveLogit(network: OrdersNetwork, { ranks, degrees, pixels }: Kept, { hot }: Target): tf.Tensor {
  const lists = [ranks, degrees, pixels].map((values) => tf.unstack(values));
  const [ofRanks = [], ofDegrees = [], ofPixels = []] = lists;
  const logits = ofPixels.map((x, group) => {
    const [rank, degree] = [ofRanks[group], ofDegrees[group]];
    if (!rank || !degree)
      throw new RangeError(`${group} groups of images have an order, ${ofPixels.length} are drawn.`);
    return logitsInOrder(network, x, { ranks: rank, degrees: degree });
  });
  return tf.sum(tf.mul(tf.stack(logits), hot), 2, true);
}
