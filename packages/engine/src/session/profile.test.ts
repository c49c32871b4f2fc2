import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../open-engine.ts';
import { batch, program } from '../program.ts';
import { profile } from './profile.ts';

describe('profile', () => {
  it('gives each operator its time and its FLOPs, and moves no variable', async () => {
    const w = tf.variable(tf.ones([8, 5]));
    const filter = tf.variable(tf.ones([3, 3, 2, 4]));
    const step = program('step', { x: batch([6, 8]), image: batch([2, 7, 7, 2]) }, ({ x, image }) => {
      w.assign(tf.add(w, 1));
      return {
        product: tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D),
        features: tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid'),
      };
    });
    const engine = await openEngine({ kind: 'onnx' });
    const compiled = await engine.compile(step);
    const costs = await profile(engine, compiled, { x: new Float32Array(48), image: new Float32Array(196) }, 2);
    expect(costs.find(({ operator }) => operator === 'MatMul')).toMatchObject({ nodes: 1, flops: 2 * 6 * 8 * 5 });
    const total = costs.reduce((sum, { flops }) => sum + flops, 0);
    expect(total).toBe(2 * 6 * 8 * 5 + 2 * (2 * 5 * 5 * 4) * (3 * 3 * 2));
    for (const { milliseconds } of costs) expect(milliseconds).toBeGreaterThanOrEqual(0);
    expect(engine.read(w)[0]).toBe(1);
    await engine.dispose();
    tf.dispose([w, filter]);
  });

  it('needs a compiled graph', async () => {
    const engine = await openEngine({ kind: 'cpu' });
    const compiled = await engine.compile(program('eager', { x: batch([1]) }, ({ x }) => ({ y: tf.add(x, 1) })));
    await expect(profile(engine, compiled, { x: new Float32Array(1) })).rejects.toThrow(/eager has no graph/);
  });
});
