import type { DataSpec } from '@kindred/data';

/** What is wrong with values that should be `count` examples of the spec: their number, a value that is not finite, or their range. */
export function exampleProblems(
  what: string,
  values: Float32Array,
  { spec, count }: { readonly spec: DataSpec; readonly count: number },
): string[] {
  const size = spec.shape.reduce((product: number, length) => product * length, 1);
  if (values.length !== count * size) return [`${what}: ${values.length} values, not ${count} examples of ${size}`];
  if (!values.every(Number.isFinite)) return [`${what}: not all values are finite`];
  const [low, high] = spec.range ?? [-Infinity, Infinity];
  const outside = values.find((value) => value < low || value > high);
  return outside === undefined ? [] : [`${what}: ${outside} is not in ${low} ... ${high}`];
}
