import type { DataSpec, Split } from '../types.ts';

/** Number of scalars in one example: 784 for shape [28, 28, 1]. */
export function exampleSize(spec: DataSpec): number {
  return spec.shape.reduce((size, extent) => size * extent, 1);
}

type Extent = Pick<Split, 'name' | 'count' | 'spec'>;

/** The array that examples `from` ... `to` - 1 go to, once the range and the array's length are known to be right. */
export function checkedRange(split: Extent, from: number, to: number, target: Float32Array | undefined): Float32Array {
  const whole = Number.isInteger(from) && Number.isInteger(to);
  if (!whole || from < 0 || to > split.count || from > to) {
    throw new RangeError(
      `${split.name} split: examples ${from} to ${to} asked for, expected whole numbers 0 <= from <= to <= ${split.count}; ask for examples that there are.`,
    );
  }
  return target ? checkedTarget(split, to - from, target) : new Float32Array((to - from) * exampleSize(split.spec));
}

/** The target, once it is known to hold `rows` examples exactly: a longer one would keep stale values at its end. */
export function checkedTarget(split: Extent, rows: number, target: Float32Array): Float32Array {
  const length = rows * exampleSize(split.spec);
  if (target.length === length) return target;
  throw new RangeError(
    `${split.name} split: the target holds ${target.length} floats, expected ${length} for ${rows} examples; pass a subarray of that length.`,
  );
}

/** The index at `row`, once it is known to be an example of the split. */
export function checkedIndex(split: Extent, indices: Int32Array, row: number): number {
  const index = indices[row] ?? -1;
  if (index >= 0 && index < split.count) return index;
  throw new RangeError(
    `${split.name} split: index ${index} at place ${row} is outside 0 ... ${split.count - 1}; draw indices below the split's count.`,
  );
}
