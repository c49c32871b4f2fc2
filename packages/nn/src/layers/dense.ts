import * as tf from '@tensorflow/tfjs-core';
import { glorotUniform, zeros, type Initialiser } from '../initialisers.ts';
import type { Parameters } from '../parameters.ts';
import type { Layer } from './layer.ts';
import { kernelOf, type KernelNorm } from './kernel-norm.ts';

export interface DenseConfig {
  readonly inputs: number;
  readonly outputs: number;
  /** Default true; leave it out before a normalisation. */
  readonly bias?: boolean;
  /** Default `glorotUniform`. */
  readonly initialiser?: Initialiser;
  /** Such as `spectralNorm`; default: the kernel as it is. */
  readonly kernelNorm?: KernelNorm;
  readonly activation?: Layer;
}

/** x [N, inputs] to activation(x kernel + bias) [N, outputs]. Variables: `kernel` [inputs, outputs], `bias` [outputs]. */
export function dense(parameters: Parameters, config: DenseConfig): Layer {
  const { inputs, outputs, bias = true, initialiser = glorotUniform, activation } = config;
  const variable = parameters.variable('kernel', [inputs, outputs], initialiser);
  const kernel = kernelOf(parameters, variable, config.kernelNorm);
  const offset = bias ? parameters.variable('bias', [outputs], zeros) : undefined;
  return (x, mode = 'inference') => {
    const product = tf.matMul(x, kernel(mode));
    const value = offset ? tf.add(product, offset) : product;
    return activation ? activation(value, mode) : value;
  };
}
