import * as tf from '@tensorflow/tfjs-core';
import type { GraphValue } from '../graph/graph.ts';
import { kernelRules } from '../kernels/kernel-rules.ts';
import { onBackend } from '../tfjs/tfjs.ts';

export const traceBackendName = 'kindred-trace';

/** What the tracing backend does with kernels and constants: the recorder of the program being traced. */
export interface Recorder {
  /** Records a kernel and returns its outputs. */
  record(
    kernel: string,
    inputs: Readonly<Record<string, tf.TensorInfo>>,
    attributes: Readonly<Record<string, unknown>>,
  ): GraphValue[];
  /** Records values that a program makes from numbers. */
  constant(values: tf.BackendValues, shape: readonly number[], dtype: tf.DataType): GraphValue;
  /** Takes note that `dataId` stands for `value`. */
  bind(dataId: object, value: GraphValue): void;
  /** The graph's value for a tensor of the program. */
  resolve(tensor: tf.TensorInfo): GraphValue;
  /** Throws an error that says what the program tried to read, and makes the trace fail even where it is caught. */
  refuseRead(dataId: object): never;
}

let active: Recorder | null = null;

function recorder(): Recorder {
  if (active === null) throw new Error('tensors of a traced program cannot be used after the trace.');
  return active;
}

/** Runs `work` with every kernel of TF.js going to `to` instead of being computed. */
export function recording<T>(to: Recorder, work: () => T): T {
  if (active !== null) throw new Error('a program cannot be traced inside another.');
  ensureRegistered();
  active = to;
  try {
    return onBackend(traceBackendName, work);
  } finally {
    active = null;
  }
}

/** A backend of TF.js that holds no values: a dataId stands for a value in the graph. */
class TraceBackend extends tf.KernelBackend {
  readonly #references = new WeakMap<object, number>();

  adopt(value: GraphValue): object {
    const dataId = {};
    recorder().bind(dataId, value);
    this.#references.set(dataId, 1);
    return dataId;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.adopt(recorder().constant(values, shape, dtype));
  }

  override readSync(dataId: object): never {
    return recorder().refuseRead(dataId);
  }

  /** Never settles: nobody may be awaiting it, and the trace fails anyway. */
  override read(dataId: object): Promise<tf.BackendValues> {
    const to = recorder();
    try {
      return to.refuseRead(dataId);
    } catch {
      return new Promise(() => {});
    }
  }

  override refCount(dataId: object): number {
    return this.#references.get(dataId) ?? 0;
  }

  override incRef(dataId: object): void {
    this.#references.set(dataId, this.refCount(dataId) + 1);
  }

  override disposeData(dataId: object): boolean {
    const left = this.refCount(dataId) - 1;
    this.#references.set(dataId, left);
    return left <= 0;
  }

  override numDataIds(): number {
    return tf.engine().state.numDataBuffers;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {}
}

/** Kernels that return a list, also of one. */
const listKernels = new Set(['SplitV', 'Unpack']);

let backend: TraceBackend | null = null;

/** Registers the backend and a recording kernel for every kernel that TF.js has. */
function ensureRegistered(): void {
  if (backend !== null) return;
  const made = new TraceBackend();
  backend = made;
  tf.registerBackend(traceBackendName, () => made);
  const known = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  for (const kernelName of new Set([...known, ...kernelRules.keys()])) {
    tf.registerKernel({
      kernelName,
      backendName: traceBackendName,
      kernelFunc: ({ inputs, attrs }) => {
        const values =
          kernelName === 'Identity' ? [identity(inputs)] : recorder().record(kernelName, present(inputs), attrs ?? {});
        const infos = values.map((value) => ({
          dataId: made.adopt(value),
          shape: [...value.shape],
          dtype: value.dtype,
        }));
        const [only] = infos;
        return only !== undefined && infos.length === 1 && !listKernels.has(kernelName) ? only : infos;
      },
    });
  }
}

/** A clone is the same value: no node. */
function identity(inputs: tf.NamedTensorInfoMap): GraphValue {
  const { x } = inputs;
  if (x === undefined) throw new Error('Identity has no input');
  return recorder().resolve(x);
}

/** Inputs that were given: optional ones are undefined or null in TF.js. */
function present(inputs: tf.NamedTensorInfoMap): Record<string, tf.TensorInfo> {
  return Object.fromEntries(Object.entries(inputs).filter(([, info]) => info !== undefined && info !== null)) as Record<
    string,
    tf.TensorInfo
  >;
}

/** A tensor of TF.js that stands for a value of the graph; to be used while recording. */
export function symbol(value: GraphValue): tf.Tensor {
  if (backend === null) throw new Error('not recording');
  const info = { dataId: backend.adopt(value), shape: [...value.shape], dtype: value.dtype };
  return tf.engine().makeTensorFromTensorInfo(info, backend);
}
