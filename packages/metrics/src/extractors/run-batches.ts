import type { Features } from '../features.ts';
import { checkSamples } from './feature-extractor.ts';

/** What is run, and on how many examples at a time. */
export interface BatchRuns {
  /** The extractor's name, for errors. */
  readonly name: string;
  /** Values of one example. */
  readonly size: number;
  /** Examples per run. */
  readonly runSize: number;
  readonly columns: number;
  /** x [runSize, size] to outputs [runSize, columns]; x is used again. */
  readonly run: (x: Float32Array) => Promise<Float32Array>;
}

/** Examples per run of a compiled program: enough to keep it busy. */
export const programRunSize = 128;

/**
 * Rows [count, columns] of a program that takes a fixed number of examples, for any number of them: the last run is filled up with
 * zeros, and what comes of these is dropped.
 *
 * @throws RangeError when `samples` has another length than `count` examples, or holds NaN or an infinity
 */
export async function runBatches(
  { name, size, runSize, columns, run }: BatchRuns,
  samples: Float32Array,
  count: number,
): Promise<Features> {
  checkSamples(name, samples, count, size);
  const data = new Float32Array(count * columns);
  const x = new Float32Array(runSize * size);
  for (let start = 0; start < count; start += runSize) {
    const rows = Math.min(runSize, count - start);
    x.fill(0).set(samples.subarray(start * size, (start + rows) * size));
    data.set((await run(x)).subarray(0, rows * columns), start * columns);
  }
  return { data, rows: count, columns };
}
