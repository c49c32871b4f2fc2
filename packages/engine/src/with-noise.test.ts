import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine, type OpenEngineOptions } from './open-engine.ts';
import { batch, normal, program, uniform, type Inputs, type Program } from './program.ts';
import { withNoise } from './with-noise.ts';

const kinds = ['cpu', 'onnx'] as const;
const u = Float32Array.of(0.1, 0.7, 0.3, 0.9);

async function runOn<I extends Inputs>(
  kind: NonNullable<OpenEngineOptions['kind']>,
  made: Program<I, 'y'>,
  feeds: object,
) {
  const engine = await openEngine({ kind });
  try {
    const compiled = await engine.compile(made);
    return Array.from((await compiled.run(feeds as never)).y);
  } finally {
    await engine.dispose();
  }
}

describe.each(kinds)('withNoise on %s', (kind) => {
  it('gives tf.dropout its mask: x / (1 - rate) where u >= rate, else 0', async () => {
    const drop = program('drop', { x: batch([4]), u: uniform([4]) }, ({ x, u: mask }) => ({
      y: withNoise([mask], () => tf.dropout(x, 0.5)),
    }));
    expect(await runOn(kind, drop, { x: Float32Array.of(1, 2, 3, 4), u })).toEqual([0, 4, 0, 8]);
  });

  it('serves draws in their order, and each as it stands', async () => {
    const both = program('both', { a: uniform([4]), b: normal([4]) }, ({ a, b }) => ({
      y: withNoise([a, b], () => tf.sub(tf.randomUniform([4]), tf.mul(10, tf.randomStandardNormal([4])))),
    }));
    const y = await runOn(kind, both, { a: u, b: Float32Array.of(1, 2, 3, 4) });
    [-9.9, -19.3, -29.7, -39.1].forEach((value, i) => expect(y[i]).toBeCloseTo(value, 5));
  });

  it('is transparent to gradients: d dropout(x)^2 / dx = 2 x (mask / keep)^2', async () => {
    const gradient = program('gradient', { x: batch([4]), u: uniform([4]) }, ({ x, u: mask }) => ({
      y: tf.grad((z) => tf.sum(tf.square(withNoise([mask], () => tf.dropout(z, 0.5)))))(x),
    }));
    expect(await runOn(kind, gradient, { x: Float32Array.of(1, 2, 3, 4), u })).toEqual([0, 16, 0, 32]);
  });

  it.each<[string, (noise: tf.Tensor) => tf.Tensor, RegExp]>([
    [
      'one draw too many',
      (noise) => withNoise([noise], () => tf.add(tf.dropout(tf.ones([4]), 0.5), tf.randomNormal([2, 3]))),
      /draw 2, by tf\.randomNormal, needs a tensor, float32 \[2, 3\], and 1 were given; declare .* normal\(\[2, 3\]\)/,
    ],
    [
      'a tensor left over',
      (noise) => withNoise([noise, noise], () => tf.dropout(noise, 0.5)),
      /2 tensors were given, but 1 drawn/,
    ],
    [
      'another shape',
      (noise) => withNoise([noise], () => tf.dropout(tf.ones([5]), 0.5)),
      /tf\.dropout, needs float32 \[5\], got float32 \[4\]/,
    ],
    [
      'another dtype',
      (noise) => withNoise([noise], () => tf.randomUniformInt([4], 0, 9)),
      /needs int32 \[4\], got float32/,
    ],
    [
      'truncatedNormal',
      (noise) => withNoise([noise], () => tf.truncatedNormal([4])),
      /tf\.truncatedNormal, is of a law that no input has/,
    ],
    ['randomGamma', (noise) => withNoise([noise], () => tf.randomGamma([4], 1)), /tf\.randomGamma, is of a law/],
    ['rand', (noise) => withNoise([noise], () => tf.rand([4], () => 0.5)), /tf\.rand, is of a law/],
    [
      'a promise',
      (noise) => withNoise([noise], async () => tf.dropout(noise, 0.5)) as never,
      /must not be asynchronous/,
    ],
  ])('refuses %s', async (_, body, message) => {
    const made = program('refused', { u: uniform([4]) }, ({ u: noise }) => ({ y: body(noise) }));
    await expect(runOn(kind, made, { u })).rejects.toThrow(message);
  });

  it('leaves TF.js as it was, also after an error, and can be nested', async () => {
    const nested = program('nested', { a: uniform([4]), b: uniform([4]) }, ({ a, b }) => ({
      y: withNoise([a], () =>
        tf.sub(
          withNoise([b], () => tf.randomUniform([4])),
          tf.randomUniform([4]),
        ),
      ),
    }));
    expect(await runOn(kind, nested, { a: u, b: u })).toEqual([0, 0, 0, 0]);
    expect(() => withNoise([], () => tf.randomUniform([4]))).toThrow(/draw 1/);
    expect(Object.keys(tf.engine())).not.toContain('makeTensor');
    const free = tf.randomUniform([64]);
    expect(new Set(free.dataSync()).size).toBeGreaterThan(32);
    free.dispose();
  });
});
