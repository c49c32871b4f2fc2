import * as tf from '@tensorflow/tfjs-core';
import { batch, normal, program, uniform } from '@kindred/engine';
import type { BuildContext, GenerativeModel } from '@kindred/model';
import { Parameters } from '@kindred/nn';
import { bankOf, stepsToSeeAll, type Bank } from './bank.ts';

/** A step measures no more distances than this, by asking for the neighbours of fewer examples where the bank is large. */
const mostDistances = 2 ** 20;

/** Stands for the distance to what is no neighbour. */
const farAway = 1e30;

/**
 * The memoriser with Gaussian noise on what it draws: a kernel density estimate. The noise is on average as long as the way to the nearest
 * neighbour, so nothing is tuned on validation: its variance per coordinate is the mean of squared distances from an example to the nearest other one,
 * divided by the number of coordinates. Distances are taken as examples come, to those that came before and those of the same batch, and later ones,
 * which have more to choose from, weigh more.
 *
 * @see Parzen 1962, "On estimation of a probability density function and mode"
 */
export function smoothed({ data, batchSize, trainExamples, random }: BuildContext<object>): GenerativeModel {
  const size = data.shape.reduce((product, length) => product * length, 1);
  const parameters = new Parameters(random);
  const bank = bankOf(parameters, trainExamples, size);
  const probes = Math.min(batchSize, Math.max(1, Math.floor(mostDistances / trainExamples)));
  const squares = parameters.state('squares', []); // weighted sum of squared distances per coordinate
  const weights = parameters.state('weights', []);
  const bandwidth = (): tf.Tensor => tf.sqrt(tf.div(squares, tf.maximum(weights, 1)));

  const trainStep = program('smoothed: train step', { x: batch([batchSize, ...data.shape]) }, ({ x }) => {
    const flat = tf.reshape(x, [batchSize, size]);
    const empty = tf.div(tf.sub(trainExamples, bank.filled), trainExamples);
    // A bank that is full holds the batch itself.
    const weight = tf.mul(tf.cast(tf.greater(empty, 0), 'float32'), tf.add(bank.filled, batchSize));
    const nearest = nearestSquares(flat, probes, bank); // [probes]
    squares.assign(tf.add(squares, tf.mul(weight, tf.div(tf.mean(nearest), size))));
    weights.assign(tf.add(weights, weight));
    bank.take(flat);
    return { empty, bandwidth: bandwidth() };
  });

  return {
    parameters: parameters.all,
    trainingState: {},
    trainStep,
    usefulSteps: stepsToSeeAll(trainExamples, batchSize),
    sampler: (count) => ({
      kind: 'direct',
      program: program('smoothed: sampler', { u: uniform([count]), z: normal([count, size]) }, ({ u, z }) => {
        const values = tf.add(bank.draw(u), tf.mul(bandwidth(), z)); // [count, size]
        const samples = data.range ? tf.clipByValue(values, data.range[0], data.range[1]) : values;
        return { samples: tf.reshape(samples, [count, ...data.shape]) };
      }),
    }),
    sampleMeaning:
      'an example of the training split plus Gaussian noise as long as the way to the nearest neighbour, cut to the range of the data',
  };
}

/** Squared distance of each of the first `probes` examples of x [N, size] to the nearest other one or row of the bank: [probes]; 0 where there is none. */
function nearestSquares(x: tf.Tensor, probes: number, bank: Bank): tf.Tensor {
  const [count = 1] = x.shape;
  const asked = tf.slice(x, [0, 0], [probes, -1]);
  const toRows = tf.add(squaresBetween(asked, bank.rows), tf.mul(tf.sub(1, bank.used()), farAway));
  const toBatch = tf.add(squaresBetween(asked, x), tf.mul(tf.eye(probes, count), farAway)); // itself is no other
  const nearest = tf.min(tf.concat([toRows, toBatch], 1), 1);
  return tf.where(tf.less(nearest, farAway / 2), tf.maximum(nearest, 0), tf.zeros([probes]));
}

/** |a|^2 + |b|^2 - 2 a b: of rows a [N, size] and b [M, size], [N, M]. */
function squaresBetween(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const lengths = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(x), 1, true); // [rows, 1]
  return tf.add(tf.sub(lengths(a), tf.mul(2, tf.matMul(a, b, false, true))), tf.transpose(lengths(b)));
}
