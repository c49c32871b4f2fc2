import type { Variable } from '@tensorflow/tfjs-core';
import { Tensor } from 'onnxruntime-node';
import { sizeOf } from '../feeds.ts';
import type { DType, Shape, Values } from '../program.ts';

/** Where a variable's values live once compiled programs own them. */
export interface Slot {
  current: Tensor;
}

/**
 * The values of the variables that compiled programs share. What a run makes of them takes their place: the binding copies results into
 * arrays of their own, so that handing it arrays to fill would cost a copy more.
 */
export class VariableStore {
  readonly #slots = new WeakMap<Variable, Slot>();

  /** Takes a variable over, with the values that it has on TF.js's own backend. */
  adopt(variable: Variable): Slot {
    const known = this.#slots.get(variable);
    if (known !== undefined) return known;
    const dtype = variable.dtype as DType;
    const slot: Slot = { current: tensorOf(dtype, variable.dataSync<'float32'>().slice(), variable.shape) };
    this.#slots.set(variable, slot);
    return slot;
  }

  read(variable: Variable): Values {
    return (this.adopt(variable).current.data as Values).slice();
  }

  write(variable: Variable, values: Values): void {
    const target = this.adopt(variable).current.data as Values;
    if (values.length !== target.length) {
      throw new Error(
        `variable ${variable.name} of shape [${variable.shape.join(', ')}] needs ${target.length} values, got ${values.length}.`,
      );
    }
    target.set(values);
  }
}

/** Wraps values as a tensor of ONNX Runtime, without a copy. */
export function tensorOf(dtype: DType, values: Values, shape: Shape): Tensor {
  if (values.length !== sizeOf(shape))
    throw new Error(`shape [${shape.join(', ')}] needs ${sizeOf(shape)} values, got ${values.length}.`);
  return new Tensor(dtype, values as Float32Array, shape);
}
