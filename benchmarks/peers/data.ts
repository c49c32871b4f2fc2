import type { Shape } from '@kindred/engine';
import type { RandomStream } from '@kindred/random';
import type { NamedArray } from './work.ts';

const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

/** N(0, 1). */
export const normals = (random: RandomStream, shape: Shape): NamedArray => ({
  shape,
  values: random.fillNormal(new Float32Array(sizeOf(shape))),
});

/** U[0, 1). */
export const uniforms = (random: RandomStream, shape: Shape): NamedArray => ({
  shape,
  values: random.fillUniform(new Float32Array(sizeOf(shape))),
});

/** Integers in [0, limit). */
export const integers = (random: RandomStream, shape: Shape, limit: number): NamedArray => ({
  shape,
  values: Int32Array.from({ length: sizeOf(shape) }, () => random.integer(limit)),
});

/** Noise of the standard Gumbel distribution: the largest of logits + noise is a draw from their softmax. */
export const gumbels = (random: RandomStream, shape: Shape): NamedArray => ({
  shape,
  values: Float32Array.from({ length: sizeOf(shape) }, () => -Math.log(-Math.log(random.uniform() + 2 ** -25))),
});

/** Pictures [count, 28, 28, 1] in 0 ... 1: three soft strokes each, as bright and as sparse as digits. */
export function pictures(random: RandomStream, count: number): NamedArray {
  const values = new Float32Array(count * 784);
  for (let picture = 0; picture < count; picture++) {
    for (let stroke = 0; stroke < 3; stroke++) {
      const [x, y] = [8 + 12 * random.uniform(), 8 + 12 * random.uniform()];
      const [width, height] = [1 + 3 * random.uniform(), 1 + 3 * random.uniform()];
      for (let place = 0; place < 784; place++) {
        const [row, column] = [Math.floor(place / 28), place % 28];
        const value = Math.exp(-(((column - x) / width) ** 2) - ((row - y) / height) ** 2);
        const index = picture * 784 + place;
        values[index] = Math.max(values[index] ?? 0, value);
      }
    }
  }
  return { shape: [count, 28, 28, 1], values };
}

/** The same array with other values: each is `change` of the old one. */
export const mapped = ({ shape, values }: NamedArray, change: (value: number) => number): NamedArray => ({
  shape,
  values: values.map(change),
});

/** The same values in another shape. */
export const shaped = ({ values }: NamedArray, shape: Shape): NamedArray => ({ shape, values });

/** Pictures of 0 and 1: each pixel is drawn with its brightness as probability. */
export const binary = (random: RandomStream, array: NamedArray): NamedArray =>
  mapped(array, (value) => (random.uniform() < value ? 1 : 0));

/** The item of a list that must be there. */
export function item<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`no item ${index} in a list of ${list.length}.`);
  return found;
}
