import { expect, it } from 'vitest';
import { openEngine } from './open-engine.ts';
import { lastingDifferences } from './testing/compare.ts';
import { randomProgram } from './testing/random-program.ts';

const engines = {
  expected: await openEngine({ kind: 'cpu' }),
  actual: await openEngine({ kind: 'onnx' }),
  tolerance: 1e-4,
};

it('forty random programs and their gradients agree between onnx and cpu', async () => {
  for (let seed = 0; seed < 40; seed++) {
    const { program, feeds } = randomProgram(seed);
    expect(await lastingDifferences(program, feeds, engines)).toEqual([]);
  }
});
