import { expect, it } from 'vitest';
import { openEngine } from './open-engine.ts';
import { lastingDifferences } from './testing/compare.ts';
import { randomProgram } from './testing/random-program.ts';

it('two thousand random programs and their gradients agree between onnx and cpu', async () => {
  const engines = {
    expected: await openEngine({ kind: 'cpu' }),
    actual: await openEngine({ kind: 'onnx' }),
    tolerance: 1e-4,
  };
  const problems: string[] = [];
  for (let seed = 1000; seed < 3000; seed++) {
    const { program: under, feeds } = randomProgram(seed);
    problems.push(...(await lastingDifferences(under, feeds, engines)));
  }
  expect(problems.join('\n')).toBe('');
});
