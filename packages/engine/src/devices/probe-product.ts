import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.ts';
import { given, program } from '../program.ts';

/** What one matrix product on a device showed. */
export interface ProductProbe {
  /** Rows and columns of both factors and of the product. */
  readonly size: number;
  /** Of the fastest of the timed runs, copies of the factors to the device and of the product from it included. */
  readonly gflopsPerSecond: number;
  /** Largest difference from a float64 product, in parts of the sum of the magnitudes of the terms. NaN where a value is NaN. */
  readonly error: number;
  /** The error that float32 may have. */
  readonly tolerance: number;
  readonly right: boolean;
}

const timedRuns = 4;

/**
 * 32 roundings of float32 (2⁻²⁴ each). Errors of a sum of terms of either sign grow as a random walk, to about one rounding of
 * the sum of magnitudes in whatever order the terms are added; 32 leave room for the worst of many sums. Factors cut to ten bits
 * (TF32) are off by about 2⁻¹⁶ and fail.
 */
const tolerance = 2 ** -19;

/** Multiplies two matrices on an engine and compares with a product in float64. */
export async function probeProduct(engine: Engine, size = 512): Promise<ProductProbe> {
  const [a, b] = [factor(size, 0.7), factor(size, 1.3)];
  const compiled = await engine.compile(
    program('product', { a: given([size, size]), b: given([size, size]) }, (factors) => ({
      product: tf.matMul(factors.a as tf.Tensor2D, factors.b as tf.Tensor2D),
    })),
  );
  try {
    const { product } = await compiled.run({ a, b });
    let fastest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < timedRuns; i++) {
      const start = performance.now();
      await compiled.run({ a, b });
      fastest = Math.min(fastest, performance.now() - start);
    }
    const error = largestError(product, { a, b, size });
    const gflopsPerSecond = (2 * size ** 3) / fastest / 1e6;
    return { size, gflopsPerSecond, error, tolerance, right: error <= tolerance };
  } finally {
    await compiled.dispose();
  }
}

/** Values of either sign in -1 ... 1 without a pattern that a wrong product could share. */
function factor(size: number, step: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, i) => Math.sin(step * i + (i % 7)));
}

function largestError(
  product: ArrayLike<number>,
  { a, b, size }: { a: Float32Array; b: Float32Array; size: number },
): number {
  let largest = 0;
  const sums = new Float64Array(size);
  const magnitudes = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    sums.fill(0);
    magnitudes.fill(0);
    for (let inner = 0; inner < size; inner++) {
      const left = a[row * size + inner] ?? Number.NaN;
      for (let column = 0; column < size; column++) {
        const term = left * (b[inner * size + column] ?? Number.NaN);
        sums[column] = (sums[column] ?? 0) + term;
        magnitudes[column] = (magnitudes[column] ?? 0) + Math.abs(term);
      }
    }
    for (let column = 0; column < size; column++) {
      const difference = Math.abs((product[row * size + column] ?? Number.NaN) - (sums[column] ?? 0));
      // Math.max hands NaN on: a product with NaN in it must not pass.
      largest = Math.max(largest, difference / (magnitudes[column] ?? 1));
    }
  }
  return largest;
}
