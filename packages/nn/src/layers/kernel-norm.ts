import type * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '../parameters.ts';
import type { Mode } from './layer.ts';

/** Makes of a layer's kernel variable the kernel that the layer uses, in the scope of the layer. */
export type KernelNorm = (parameters: Parameters, kernel: tf.Variable) => (mode: Mode) => tf.Tensor;

/** The kernel as it is. */
const asItIs: KernelNorm = (_, kernel) => () => kernel;

/** The kernel of a layer, normalised where `norm` is given. */
export const kernelOf = (parameters: Parameters, kernel: tf.Variable, norm: KernelNorm = asItIs) =>
  norm(parameters, kernel);
