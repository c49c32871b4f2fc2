import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scaledNormal, zeros } from '../initialisers.ts';
import { Parameters } from '../parameters.ts';
import { conv2d, conv2dTransposed } from './convolution.ts';
import { dense } from './dense.ts';
import { spectralNorm } from './spectral-norm.ts';

let parameters: Parameters;
beforeAll(async () => {
  await openEngine({ kind: 'cpu' });
});
beforeEach(() => {
  tf.engine().startScope();
  parameters = new Parameters(new RandomStream(0));
});
afterEach(() => {
  parameters.dispose();
  tf.engine().endScope();
});

/** Singular values of a matrix [rows, columns], largest first, by one-sided Jacobi rotations in float64. */
function singularValues(values: ArrayLike<number>, columns: number): number[] {
  const rows = values.length / columns;
  const a = Array.from({ length: columns }, (_, j) => Array.from({ length: rows }, (_, i) => values[i * columns + j]!));
  const dot = (x: number[], y: number[]): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let i = 0; i < columns; i++) {
      for (let j = i + 1; j < columns; j++) {
        const [x, y] = [a[i]!, a[j]!];
        const cross = dot(x, y);
        if (Math.abs(cross) < 1e-15) continue;
        const angle = 0.5 * Math.atan2(2 * cross, dot(x, x) - dot(y, y));
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        a[i] = x.map((value, k) => c * value + s * y[k]!);
        a[j] = x.map((value, k) => c * y[k]! - s * value);
      }
    }
  }
  return a.map((column) => Math.sqrt(dot(column, column))).sort((x, y) => y - x);
}

/** A kernel with the norm, after `passes` training passes. */
function normalised(shape: readonly number[], passes: number) {
  const kernel = parameters.variable('kernel', shape, scaledNormal(0.3));
  const norm = spectralNorm(parameters, kernel);
  for (let pass = 0; pass < passes; pass++) norm('training');
  return { kernel, norm };
}

describe('spectral normalisation', () => {
  it.each([
    { what: 'a dense kernel', shape: [7, 5] },
    { what: 'a convolution, as a matrix [h w in, out]', shape: [3, 3, 2, 6] },
    { what: 'a column', shape: [9, 1] },
  ])('divides $what by its largest singular value', ({ shape }) => {
    const { kernel, norm } = normalised(shape, 60);
    const columns = shape.at(-1)!;
    const [largest = 0] = singularValues(kernel.dataSync(), columns);
    const result = norm('inference').dataSync();
    kernel.dataSync().forEach((value, i) => expect(result[i]).toBeCloseTo(value / largest, 5));
    expect(singularValues(result, columns)[0]).toBeCloseTo(1, 5);
  });

  it('never takes sigma for larger than it is, and comes nearer with each pass', () => {
    const { kernel, norm } = normalised([8, 6], 0);
    const [largest = 0] = singularValues(kernel.dataSync(), 6);
    const sigma = (): number => kernel.dataSync()[0]! / norm('batch').dataSync()[0]!;
    let before = 0;
    for (let pass = 0; pass < 12; pass++) {
      const now = sigma();
      expect(now).toBeGreaterThan(before - 1e-6);
      expect(now).toBeLessThan(largest + 1e-5);
      before = now;
      norm('training');
    }
    expect(before / largest).toBeGreaterThan(0.99);
  });

  it('moves u and v in training passes alone', () => {
    const { norm } = normalised([4, 3], 1);
    const state = () => [...parameters.all['spectral-u']!.dataSync(), ...parameters.all['spectral-v']!.dataSync()];
    const before = state();
    const result = [...norm('batch').dataSync()];
    expect([...norm('inference').dataSync()]).toEqual(result);
    expect(state()).toEqual(before);
    norm('training');
    expect(state()).not.toEqual(before);
  });

  it('has the gradient of W / sigma(W): finite differences of the exact singular value', () => {
    const { kernel } = normalised([4, 3], 200);
    const weights = new RandomStream('weights').fillNormal(new Float32Array(12));
    const norm = (): tf.Tensor => tf.sum(tf.mul(layer(tf.eye(4), 'batch'), tf.tensor(weights, [4, 3])));
    // A dense layer over the same variables, so that the whole path is differentiated.
    const scope = parameters.scope('dense');
    const layer = dense(scope, { inputs: 4, outputs: 3, bias: false, kernelNorm: spectralNorm });
    scope.all['kernel']!.assign(kernel);
    for (let pass = 0; pass < 200; pass++) layer(tf.eye(4), 'training');
    const slopes = tf.variableGrads(() => norm() as tf.Scalar, [scope.all['kernel']!]);
    const found = Object.values(slopes.grads)[0]!.dataSync();
    const values = Float64Array.from(kernel.dataSync());
    const exact = (i: number, step: number): number => {
      const moved = values.map((value, j) => (i === j ? value + step : value));
      const [sigma = 1] = singularValues(moved, 3);
      return moved.reduce((sum, value, j) => sum + (value / sigma) * weights[j]!, 0);
    };
    const h = 1e-5;
    // Float32 sums of a dozen products of size 1, against float64: some 1e-6.
    found.forEach((slope, i) => expect(slope).toBeCloseTo((exact(i, h) - exact(i, -h)) / (2 * h), 4));
  });

  it('gives 0 for a kernel of 0, not NaN', () => {
    const kernel = parameters.variable('kernel', [3, 2], zeros);
    expect([...spectralNorm(parameters, kernel)('training').dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('finds the largest singular value of a kernel that was 0 before', () => {
    const kernel = parameters.variable('kernel', [5, 4], zeros);
    const norm = spectralNorm(parameters, kernel);
    norm('training');
    kernel.assign(tf.tensor(new RandomStream('later').fillNormal(new Float32Array(20)), [5, 4]));
    for (let pass = 0; pass < 60; pass++) norm('training');
    expect(singularValues(norm('batch').dataSync(), 4)[0]).toBeCloseTo(1, 4);
  });

  it('bounds the stretch of the layers that use it', () => {
    const random = new RandomStream('inputs');
    const inputs = { dense: [16, 8], convolution: [16, 4, 4, 2], transposed: [16, 2, 2, 2] };
    const layers = {
      dense: dense(parameters.scope('a'), { inputs: 8, outputs: 8, bias: false, kernelNorm: spectralNorm }),
      // Windows that do not overlap: the norm of the whole layer is that of one window.
      convolution: conv2d(parameters.scope('b'), {
        inputs: 2,
        outputs: 5,
        size: 2,
        stride: 2,
        bias: false,
        kernelNorm: spectralNorm,
      }),
      transposed: conv2dTransposed(parameters.scope('c'), {
        inputs: 2,
        outputs: 3,
        size: 2,
        stride: 2,
        bias: false,
        kernelNorm: spectralNorm,
      }),
    };
    for (const name of ['dense', 'convolution', 'transposed'] as const) {
      const shape = inputs[name];
      const size = shape.reduce((product, length) => product * length, 1);
      const x = tf.tensor(random.fillNormal(new Float32Array(size)), shape);
      for (let pass = 0; pass < 60; pass++) layers[name](x, 'training');
      const length = (tensor: tf.Tensor): Float32Array =>
        tf.sqrt(tf.sum(tf.square(tf.reshape(tensor, [16, tensor.size / 16])), 1)).dataSync<'float32'>();
      const [before, after] = [length(x), length(layers[name](x, 'batch'))];
      after.forEach((value, i) => expect(value).toBeLessThanOrEqual(before[i]! * (1 + 1e-4)));
    }
  });
});
