import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../open-engine.ts';
import { given, program } from '../program.ts';
import { differences } from '../testing/compare.ts';
import { seeded } from '../testing/seeded.ts';
import { trace } from './trace.ts';

const engines = {
  expected: await openEngine({ kind: 'cpu' }),
  actual: await openEngine({ kind: 'onnx' }),
  tolerance: 1e-5,
};
const values = (seed: number, length: number) => {
  const draw = seeded(seed);
  return Float32Array.from({ length }, () => draw() * 4 - 2);
};

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;

describe('fused kernels', () => {
  it.each(activations)('a matrix product with %s, transposed or not, with a bias or without', async (activation) => {
    for (const transposed of [false, true]) {
      const inputs = { a: given([2, 3]), b: given(transposed ? [4, 3] : [3, 4]), bias: given([4]), slopes: given([4]) };
      const fused = program('fused', inputs, ({ a, b, bias, slopes }) => {
        const call = { a, b, transposeB: transposed, activation, leakyreluAlpha: 0.3 };
        const prelu = activation === 'prelu' ? { preluActivationWeights: slopes } : {};
        return {
          biased: tf.fused.matMul({ ...call, ...prelu, bias }),
          plain: tf.add(tf.fused.matMul({ ...call, ...prelu }), tf.mul(0, tf.add(bias, slopes))),
        };
      });
      expect(trace(fused).nodes.map(({ kernel }) => kernel)).toContain('BatchMatMul');
      const feeds = { a: values(1, 6), b: values(2, 12), bias: values(3, 4), slopes: values(4, 4) };
      expect(await differences(fused, feeds, engines)).toEqual([]);
    }
  });

  it.each(activations)('a convolution with %s', async (activation) => {
    const inputs = { x: given([2, 5, 6, 2]), filter: given([3, 2, 2, 3]), bias: given([3]), slopes: given([3]) };
    const fused = program('fused', inputs, ({ x, filter, bias, slopes }) => ({
      y: tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: [2, 1],
        pad: 'same',
        bias,
        activation,
        leakyreluAlpha: 0.3,
        ...(activation === 'prelu' ? { preluActivationWeights: slopes } : {}),
      }),
      slopes,
    }));
    expect(trace(fused).nodes.map(({ kernel }) => kernel)).toContain('Conv2D');
    const feeds = { x: values(1, 120), filter: values(2, 36), bias: values(3, 3), slopes: values(4, 3) };
    expect(await differences(fused, feeds, engines)).toEqual([]);
  });

  it.each([
    ['scale and offset', true, true],
    ['scale', true, false],
    ['offset', false, true],
    ['neither', false, false],
  ])('batch normalisation with %s', async (_, withScale, withOffset) => {
    const row = given([3]);
    const inputs = { x: given([4, 3]), mean: row, variance: row, scale: row, offset: row };
    const fused = program('fused', inputs, ({ x, mean, variance, scale, offset }) => {
      const normalise = (z: tf.Tensor) =>
        tf.batchNorm(
          z,
          mean as tf.Tensor1D,
          tf.square(variance) as tf.Tensor1D,
          ...([withOffset ? offset : undefined, withScale ? scale : undefined, 0.01] as [
            tf.Tensor1D,
            tf.Tensor1D,
            number,
          ]),
        );
      // TF.js's own gradient needs both.
      const both = withScale && withOffset;
      const gradient = both ? tf.grad((z) => tf.sum(tf.square(normalise(z))))(x) : x;
      return { y: normalise(x), gradient, scale, offset };
    });
    const feeds = {
      x: values(1, 12),
      mean: values(2, 3),
      variance: values(3, 3),
      scale: values(4, 3),
      offset: values(5, 3),
    };
    expect(await differences(fused, feeds, engines)).toEqual([]);
  });
});
