import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';

/** Rows of the factors that stay in the processor's cache together. */
const chunkRows = 1024;
/** From this many rows on, and up to this many columns, chunks are faster: see bench/products.bench.ts. */
const leastRows = 4096;
const mostColumns = 128;

/**
 * a^T b of two tall matrices, [rows, m] and [rows, n]: the gradient of a filter of 1 x 1, say. Products of chunks of rows, summed, with
 * the narrower factor in front.
 */
export function tallProduct(onnx: OnnxBuilder, a: Wire, b: Wire): Wire {
  const [rows = 1, m = 1] = a.shape;
  const n = b.shape[1] ?? 1;
  const chunks = rows >= leastRows && Math.max(m, n) <= mostColumns ? divisorNear(rows, rows / chunkRows) : 1;
  if (chunks === 1) return onnx.op('Gemm', [a, b], { shape: [m, n], dtype: 'float32' }, { transA: 1 });
  if (m > n) return onnx.transpose(tallProduct(onnx, b, a), [1, 0]);
  const split = (factor: Wire, columns: number) => onnx.reshape(factor, [chunks, rows / chunks, columns]);
  const type = { shape: [chunks, m, n], dtype: 'float32' } as const;
  const products = onnx.op('com.microsoft.FusedMatMul', [split(a, m), split(b, n)], type, { transA: 1 });
  return onnx.op('ReduceSum', [products, onnx.integers([0])], { shape: [m, n], dtype: 'float32' }, { keepdims: 0 });
}

/** The divisor of a number that is nearest to `wanted`, and at most twice as far; 1 where there is none. */
function divisorNear(number: number, wanted: number): number {
  let best = 1;
  for (let divisor = 2; divisor <= 2 * wanted; divisor++) {
    if (number % divisor === 0 && Math.abs(divisor - wanted) < Math.abs(best - wanted)) best = divisor;
  }
  return best;
}
