import type { Engine } from '@kindred/engine';
import type { GenerativeModel } from './contract.ts';
import { openPerExample, type PerExample } from './per-example.ts';

/**
 * A code is active, which is to say in use, where its posterior mean has a larger variance than this over examples (divisor: their number).
 *
 * @see Burda et al. 2016, arXiv:1509.00519
 */
export const activeVariance = 0.01;

/** A compiled way from examples to codes and back. */
export interface OpenCodes {
  /** Numbers per code. */
  readonly size: number;
  /** Codes [count, size] of examples [count, ...shape]; images may be grey and noisy. */
  readonly encode: PerExample['of'];
  /** Examples [count, ...shape], the decoder's means, of codes [count, size]. */
  readonly decode: PerExample['of'];
  dispose(): Promise<void>;
}

/**
 * Compiles the model's codes for `batchSize` examples at a time.
 *
 * @throws Error where the model has none
 */
export async function openCodes(engine: Engine, model: GenerativeModel, batchSize: number): Promise<OpenCodes> {
  const { codes } = model;
  if (!codes) throw new Error('openCodes: the model has no codes; look whether it has `codes` first.');
  const { size } = codes;
  const asked = { batchSize, conditional: model.conditional === true };
  const there = { asker: 'encode', input: 'x', output: 'codes', ...asked };
  const back = { asker: 'decode', input: 'codes', output: 'decoded', ...asked };
  const encoder = await openPerExample(engine, codes.encode(batchSize), there);
  const decoder = await openPerExample(engine, codes.decode(batchSize), back).catch(async (error: unknown) => {
    await encoder.dispose();
    throw error;
  });
  return {
    size,
    async encode(examples, options) {
      const values = await encoder.of(examples, options);
      if (values.length === options.count * size) return values;
      const width = values.length / options.count;
      throw new Error(
        `encode: the model declares codes of size ${size}, its program gives ${width} numbers per example; make them one.`,
      );
    },
    async decode(values, options) {
      if (values.length === options.count * size) return decoder.of(values, options);
      throw new RangeError(`decode: ${options.count} codes of size ${size} expected, got ${values.length} values.`);
    },
    async dispose() {
      await encoder.dispose();
      await decoder.dispose();
    },
  };
}
