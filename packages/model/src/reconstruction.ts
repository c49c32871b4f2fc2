import type { Engine } from '@kindred/engine';
import type { GenerativeModel } from './contract.ts';
import { openPerExample, type PerExample } from './per-example.ts';

/**
 * Compiles the model's reconstruction for `batchSize` examples at a time: [count, ...shape] of examples [count, ...shape]. Images may be
 * grey where the model observes binary ones, and need not be clean: what a model makes of a noisy image is its denoised one.
 *
 * @throws Error where the model has no encoder
 */
export async function openReconstruction(
  engine: Engine,
  model: GenerativeModel,
  batchSize: number,
): Promise<PerExample> {
  if (!model.reconstruct) {
    throw new Error('openReconstruction: the model has no encoder; look whether it has `reconstruct` first.');
  }
  const conditional = model.conditional === true;
  const question = { asker: 'reconstruction', input: 'x', output: 'reconstruction', batchSize, conditional };
  return openPerExample(engine, model.reconstruct(batchSize), question);
}
