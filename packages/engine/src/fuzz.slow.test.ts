import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { openEngine } from './open-engine.ts';
import { given, program } from './program.ts';
import { differences } from './testing/compare.ts';
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
    problems.push(...(await differences(under, feeds, engines)));
  }
  expect(problems.join('\n')).toBe('');
});

it('20 000 steps of a small program do not grow memory', async () => {
  const engine = await openEngine({ kind: 'onnx' });
  const w = tf.variable(tf.zeros([64, 64]));
  const step = await engine.compile(
    program('walk', { x: given([64, 64]) }, ({ x }) => {
      w.assign(tf.add(tf.mul(w, 0.9), x) as tf.Tensor2D);
      return { mean: tf.mean(w), copy: tf.mul(w, 2) };
    }),
  );
  const x = new Float32Array(64 * 64).fill(0.1);
  const run = async (count: number) => {
    for (let i = 0; i < count; i++) await step.run({ x });
    return process.memoryUsage().rss;
  };
  const before = await run(4000);
  const after = await run(16_000);
  // A leak of one 16 KB output a step would be 260 MB; the garbage collector's slack is a tenth of that.
  expect(after - before).toBeLessThan(32 * 2 ** 20);
  expect((await step.run({ x })).mean[0]).toBeCloseTo(1, 4); // the fixed point of w = 0.9 w + 0.1
  w.dispose();
});
