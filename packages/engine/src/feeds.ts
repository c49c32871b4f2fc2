import type { DType, Inputs, InputSpec, Values } from './program.ts';

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const arrayOf = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** The array type that carries values of `dtype` outside the engine. */
export function emptyValues(dtype: DType, length: number): Values {
  return new arrayOf[dtype](length);
}

/** The program's inputs in the order of their names, each with the array fed for it; a wrong feed is an error that says which. */
export function checkedFeeds(
  name: string,
  inputs: Inputs,
  feeds: Readonly<Record<string, Values>>,
): [string, InputSpec, Values][] {
  for (const fed of Object.keys(feeds)) {
    if (!(fed in inputs)) {
      throw new Error(`program ${name} has no input ${fed}; it has ${Object.keys(inputs).join(', ') || 'none'}.`);
    }
  }
  return Object.entries(inputs).map(([input, spec]) => {
    const values = feeds[input];
    const expected = arrayOf[spec.dtype];
    if (!(values instanceof expected) || values.length !== sizeOf(spec.shape)) {
      throw new Error(
        `program ${name}: input ${input} needs ${expected.name} of length ${sizeOf(spec.shape)} for shape ` +
          `[${spec.shape.join(', ')}], got ${describe(values)}.`,
      );
    }
    return [input, spec, values];
  });
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  return ArrayBuffer.isView(value) && 'length' in value
    ? `${value.constructor.name} of length ${String(value.length)}`
    : typeof value;
}
