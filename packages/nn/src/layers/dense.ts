import * as tf from '@tensorflow/tfjs-core';
import { glorotUniform, zeros, type Initialiser } from '../initialisers.ts';
import type { Parameters } from '../parameters.ts';
import type { Layer } from './layer.ts';

export interface DenseConfig {
  readonly inputs: number;
  readonly outputs: number;
  /** Default true; leave it out before a normalisation. */
  readonly bias?: boolean;
  /** Default `glorotUniform`. */
  readonly initialiser?: Initialiser;
  readonly activation?: Layer;
}

/** x [N, inputs] to activation(x kernel + bias) [N, outputs]. Variables: `kernel` [inputs, outputs], `bias` [outputs]. */
export function dense(parameters: Parameters, config: DenseConfig): Layer {
  const { inputs, outputs, bias = true, initialiser = glorotUniform, activation } = config;
  const kernel = parameters.variable('kernel', [inputs, outputs], initialiser);
  const offset = bias ? parameters.variable('bias', [outputs], zeros) : undefined;
  return (x, mode) => {
    const product = tf.matMul(x, kernel);
    const value = offset ? tf.add(product, offset) : product;
    return activation ? activation(value, mode) : value;
  };
}
