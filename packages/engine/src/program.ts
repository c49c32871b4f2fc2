import type { Tensor } from '@tensorflow/tfjs-core';

export type DType = 'float32' | 'int32' | 'bool';
export type Shape = readonly number[];

/** Values outside the engine: float32 as Float32Array, int32 as Int32Array, bool as Uint8Array of 0 and 1. */
export type Values = Float32Array | Int32Array | Uint8Array;
export type ValuesOf<D extends DType> = D extends 'float32'
  ? Float32Array
  : D extends 'int32'
    ? Int32Array
    : Uint8Array;

/**
 * Where an input's values come from. The engine only carries it: whoever feeds the program reads it.
 * - `batch`: examples of the training set; `labels`: their classes
 * - `normal`, `uniform`: noise from N(0, 1) or U[0, 1), drawn anew for each run from a seeded stream
 * - `schedule`: a scalar that depends on the step, such as a learning rate
 * - `position`: the position of a sequential sampler, 0, 1, 2, ...
 * - `given`: whatever the caller passes
 */
export type InputSource =
  | { readonly kind: 'batch' | 'labels' | 'normal' | 'uniform' | 'position' | 'given' }
  | { readonly kind: 'schedule'; readonly at: (step: number) => number };

export interface InputSpec<D extends DType = DType> {
  readonly shape: Shape;
  readonly dtype: D;
  readonly source: InputSource;
}

export type Inputs = Readonly<Record<string, InputSpec>>;
export type TensorsOf<I extends Inputs> = { readonly [K in keyof I]: Tensor };
export type FeedsOf<I extends Inputs> = { readonly [K in keyof I]: ValuesOf<I[K]['dtype']> };
export type ResultsOf<O extends string> = { readonly [K in O]: Values };

/**
 * A TF.js function with its inputs declared. The body must be pure: no random op (noise is an input), no reading of a
 * value (`dataSync`, `arraySync`), no control flow on values. `tf.Variable`s that it assigns are its state.
 */
export interface Program<I extends Inputs = Inputs, O extends string = string> {
  readonly name: string;
  readonly inputs: I;
  body(tensors: TensorsOf<I>): Readonly<Record<O, Tensor>>;
}

/** Declares a Program: its name (for errors and files), its inputs, and the function from input tensors to named outputs. */
export function program<const I extends Inputs, O extends string>(
  name: string,
  inputs: I,
  body: (tensors: TensorsOf<I>) => Readonly<Record<O, Tensor>>,
): Program<I, O> {
  for (const [input, { shape }] of Object.entries(inputs)) {
    if (shape.some((size) => !Number.isInteger(size) || size < 1)) {
      throw new RangeError(
        `program ${name}: input ${input} needs a shape of positive integers, got [${shape.join(', ')}]`,
      );
    }
  }
  return { name, inputs, body };
}

/** Examples of the training set, float32. */
export const batch = (shape: Shape) => ({ shape, dtype: 'float32', source: { kind: 'batch' } }) as const;
/** Classes of the batch's examples, int32 in [0, classes). */
export const labels = (shape: Shape) => ({ shape, dtype: 'int32', source: { kind: 'labels' } }) as const;
/** Noise from N(0, 1), drawn anew for each run. */
export const normal = (shape: Shape) => ({ shape, dtype: 'float32', source: { kind: 'normal' } }) as const;
/** Noise from U[0, 1), drawn anew for each run. */
export const uniform = (shape: Shape) => ({ shape, dtype: 'float32', source: { kind: 'uniform' } }) as const;
/** A scalar that depends on the step: `at(step)`, where the first step is 0. */
export const schedule = (at: (step: number) => number) =>
  ({ shape: [], dtype: 'float32', source: { kind: 'schedule', at } }) as const;
/** The position of a sequential sampler: a scalar int32, 0 at the first step. */
export const position = () => ({ shape: [], dtype: 'int32', source: { kind: 'position' } }) as const;
/** Values that the caller passes. */
export const given = <D extends DType = 'float32'>(shape: Shape, dtype?: D): InputSpec<D> => ({
  shape,
  dtype: (dtype ?? 'float32') as D,
  source: { kind: 'given' },
});
