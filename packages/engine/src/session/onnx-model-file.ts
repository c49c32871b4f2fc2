import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { InferenceSession } from 'onnxruntime-node';
import type { DType, Shape, Values } from '../program.ts';
import { sessionOptions } from './onnx-engine.ts';
import { leaseSession } from './session-cache.ts';
import { tensorOf } from './variable-store.ts';

/** An input or an output of a model, as its file declares it. */
export interface OnnxPort {
  readonly name: string;
  /** In ONNX's words: `float32`, `int64`, ... */
  readonly dtype: string;
  /** null where the file leaves a length open. */
  readonly shape: readonly (number | null)[];
}

/** Values with their shape. */
export interface OnnxValues {
  readonly values: Values;
  readonly shape: Shape;
}

/** A model from a file, ready to run on the processor. */
export interface OnnxModelFile {
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** SHA-256 of the file. */
  readonly digest: string;
  /**
   * Runs the model once on all of its inputs, and returns the outputs that are asked for, in fresh arrays.
   * @throws Error that names the file, when ONNX Runtime refuses the feeds, or an output is of none of our types
   */
  run<O extends string>(
    feeds: Readonly<Record<string, OnnxValues>>,
    outputs: readonly O[],
  ): Promise<Readonly<Record<O, OnnxValues>>>;
  /** Frees the session. */
  dispose(): Promise<void>;
}

const dtypes: readonly string[] = ['float32', 'int32', 'bool'] satisfies readonly DType[];

/**
 * Opens a model that somebody else has written, such as a feature extractor. It runs in ONNX Runtime on the processor, whatever
 * engine computes programs. Its weights must lie in the file itself, not in further files beside it.
 *
 * @param file path of an .onnx file
 * @param threads of one operation; default 1
 * @throws Error that names the file, when it cannot be read or ONNX Runtime refuses it
 */
export async function openOnnxModel(file: string, threads = 1): Promise<OnnxModelFile> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new Error(`ONNX model ${file} cannot be read; check the path.`, { cause: error });
  });
  const options = sessionOptions({ device: 'cpu', threads });
  const lease = await leaseSession(bytes, options).catch((error: unknown) => {
    throw new Error(
      `ONNX model ${file} is refused by ONNX Runtime; it must be an ONNX file with its weights inside: ${String(error)}`,
      { cause: error },
    );
  });
  const { session } = lease;
  return {
    inputs: session.inputMetadata.map(portOf),
    outputs: session.outputMetadata.map(portOf),
    digest: createHash('sha256').update(bytes).digest('hex'),
    run: async (feeds, outputs) => {
      if (lease.released) throw new Error(`ONNX model ${file} has been disposed; open it again.`);
      const fed = Object.entries(feeds).map(([name, { values, shape }]) => [
        name,
        tensorOf(dtypeOf(values), values, shape),
      ]);
      const results = await session
        .run(Object.fromEntries(fed) as InferenceSession.FeedsType, outputs)
        .catch((error: unknown) => {
          throw new Error(`ONNX model ${file} does not run: ${String(error)}`, { cause: error });
        });
      return Object.fromEntries(outputs.map((name) => [name, valuesOf(file, name, results[name])])) as Record<
        (typeof outputs)[number],
        OnnxValues
      >;
    },
    dispose: () => lease.release(),
  };
}

function portOf(metadata: InferenceSession.ValueMetadata): OnnxPort {
  if (!metadata.isTensor) return { name: metadata.name, dtype: 'no tensor', shape: [] };
  const shape = metadata.shape.map((length) => (typeof length === 'number' && length >= 0 ? length : null));
  return { name: metadata.name, dtype: metadata.type, shape };
}

const dtypeOf = (values: Values): DType =>
  values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool';

function valuesOf(
  file: string,
  name: string,
  result: InferenceSession.OnnxValueMapType[string] | undefined,
): OnnxValues {
  if (!result || !dtypes.includes(result.type)) {
    throw new Error(
      `ONNX model ${file}: output ${name} must be of type ${dtypes.join(', ')}, got ${result?.type ?? 'nothing'}.`,
    );
  }
  return { values: result.data as Values, shape: result.dims };
}
