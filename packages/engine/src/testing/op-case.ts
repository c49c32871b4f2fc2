import type * as tf from '@tensorflow/tfjs-core';
import type { DType, Shape } from '../program.ts';
import type { Draw } from './seeded.ts';

/** An input of a test program: a shape, and the range that its values are drawn from. */
export interface CaseInput {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly low?: number;
  readonly high?: number;
}

/** One op under test: inputs drawn at random, and the op on them. */
export interface OpCase {
  readonly name: string;
  /** How often TF.js can differentiate it: 0, 1 or 2 times. */
  readonly order: 0 | 1 | 2;
  readonly draw: (draw: Draw) => {
    readonly inputs: readonly CaseInput[];
    readonly op: (...tensors: tf.Tensor[]) => tf.Tensor;
  };
}
