import type { Factors, ImageSpec, Labels, Split, SplitName } from '../types.ts';
import { checkedIndex, checkedRange, checkedTarget, exampleSize } from './rows.ts';

export interface BitSplitContents {
  readonly name: SplitName;
  readonly spec: ImageSpec;
  readonly count: number;
  /** [count, bytesPerRow], as `packBits` writes them. The split keeps this array. */
  readonly bits: Uint8Array;
  /** [count] */
  readonly labels: Labels | null;
  readonly factors: Factors | null;
}

/** Bytes that hold the bits of one example: each example begins with a byte of its own. */
export function bytesPerRow(spec: ImageSpec): number {
  return Math.ceil(exampleSize(spec) / 8);
}

/** A split of images of zeros and ones, kept as one bit per value and made floats when they are read. */
export function bitSplit({ name, spec, count, bits, labels, factors }: BitSplitContents): Split {
  const size = exampleSize(spec);
  const stride = bytesPerRow(spec);
  const extent = { name, spec, count };
  return {
    ...extent,
    labels,
    factors,
    floats(from = 0, to = count, target) {
      const checked = checkedRange(extent, from, to, target);
      const patterns = patternsOf(checked);
      for (let row = from; row < to; row++) unpackBits(bits, row * stride, patterns, (row - from) * size, size);
      return checked;
    },
    gather(indices, target) {
      const patterns = patternsOf(checkedTarget(extent, indices.length, target));
      for (let row = 0; row < indices.length; row++) {
        unpackBits(bits, checkedIndex(extent, indices, row) * stride, patterns, row * size, size);
      }
      return target;
    },
  };
}

/** Writes `size` zeros and ones of `values` from place `at` on to `bits` from byte `start` on, the first as the lowest bit. */
export function packBits(values: Float32Array, at: number, size: number, bits: Uint8Array, start: number): void {
  for (let i = 0; i < size; i += 8) {
    let byte = 0;
    for (let bit = Math.min(8, size - i) - 1; bit >= 0; bit--) byte = 2 * byte + (values[at + i + bit] as number);
    bits[start + i / 8] = byte;
  }
}

/** The bit pattern of 1 as float32; that of 0 is 0. */
const one = 0x3f800000;

/** The floats of an array as their bit patterns: to store a bit as a float then takes no conversion of numbers. */
function patternsOf(floats: Float32Array): Int32Array {
  return new Int32Array(floats.buffer, floats.byteOffset, floats.length);
}

/** Reads `size` bits from byte `start` on as floats, written to `target` from place `at` on. */
function unpackBits(bits: Uint8Array, start: number, target: Int32Array, at: number, size: number): void {
  const end = at + size;
  let place = start;
  let i = at;
  // Shifted to the top and back, a bit fills the word: all ones or all zeros.
  for (; i + 8 <= end; i += 8) {
    const byte = bits[place++] as number;
    target[i] = ((byte << 31) >> 31) & one;
    target[i + 1] = ((byte << 30) >> 31) & one;
    target[i + 2] = ((byte << 29) >> 31) & one;
    target[i + 3] = ((byte << 28) >> 31) & one;
    target[i + 4] = ((byte << 27) >> 31) & one;
    target[i + 5] = ((byte << 26) >> 31) & one;
    target[i + 6] = ((byte << 25) >> 31) & one;
    target[i + 7] = ((byte << 24) >> 31) & one;
  }
  for (let shift = 31; i < end; i++, shift--) target[i] = (((bits[place] as number) << shift) >> 31) & one;
}
