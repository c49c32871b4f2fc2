import * as tf from '@tensorflow/tfjs-core';
import { constant, Parameters, sgd } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import type { Autoencoder } from '../networks/autoencoder.ts';
import type { Discriminator } from '../networks/discriminator.ts';
import type { Player } from '../player.ts';

/** What the networks below are made of. */
export interface Coefficients {
  /** The posterior's mean is a x + b, the logarithm of its standard deviation s. */
  readonly a: number;
  readonly b: number;
  readonly s: number;
  /** A code is decoded to c z + d. */
  readonly c: number;
  readonly d: number;
  /** The discriminator's feature is tanh(e x), its score f times that. */
  readonly e: number;
  readonly f: number;
}

export type Coefficient = keyof Coefficients;

/** Networks of one number in and one number out, whose losses can be written down. */
export function linearNetworks(start: Coefficients, { gaussian }: { readonly gaussian: boolean }) {
  const parameters = new Parameters(new RandomStream('linear'));
  const variables = Object.fromEntries(
    Object.entries(start).map(([name, value]) => [name, parameters.variable(name, [1], constant(value))]),
  ) as Record<Coefficient, tf.Variable>;
  const { a, b, s, c, d, e, f } = variables;
  const autoencoder: Autoencoder = {
    latentSize: 1,
    shape: [1],
    noiseSize: gaussian ? 1 : 0,
    encode: (x) => {
      const mean = tf.add(tf.mul(x, a), b); // [N, 1]
      return gaussian ? { mean, logSd: tf.add(tf.zerosLike(x), s) } : { mean };
    },
    draw: (x, noise) => {
      const mean = tf.add(tf.mul(x, a), b);
      return noise ? tf.add(mean, tf.mul(tf.exp(s), noise)) : mean;
    },
    decode: (codes) => tf.add(tf.mul(codes, c), d),
  };
  const discriminator: Discriminator = {
    features: (x) => tf.tanh(tf.mul(x, e)),
    scores: (features) => tf.squeeze(tf.mul(features, f), [1]),
  };
  /** Gradient descent on some of the coefficients. */
  const player = (...names: readonly Coefficient[]): Player => {
    const own = Object.fromEntries(names.map((name) => [name, variables[name]]));
    return { variables: own, optimiser: sgd(parameters, own) };
  };
  return { parameters, variables, autoencoder, discriminator, player };
}
