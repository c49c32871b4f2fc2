import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { between, pick, seeded, type Draw } from '../testing/seeded.ts';
import './tfjs.ts';

const random = (draw: Draw, shape: number[]) =>
  tf.tensor(
    Array.from({ length: tf.util.sizeFromShape(shape) }, () => draw() * 4 - 2),
    shape,
  );

const inner = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync<'float32'>()[0]!;

/** Whether the gradient of a linear f is its adjoint: <f(x), y> = <x, gradient of <f, y>>, for x and y drawn at random. */
function expectAdjoint(draw: Draw, f: (x: tf.Tensor) => tf.Tensor, shape: number[]): void {
  const x = random(draw, shape);
  const y = random(draw, f(x).shape);
  const back = tf.grad((z: tf.Tensor) => tf.sum(tf.mul(f(z), y)))(x);
  expect(back.shape).toEqual(shape);
  expect(inner(back, x)).toBeCloseTo(inner(f(x), y), 3); // float32 sums of up to 500 products of size 4
}

/** A linear op with its attributes drawn, and the shape that it takes. */
type Make = (draw: Draw) => { readonly f: (x: tf.Tensor) => tf.Tensor; readonly shape: number[] };

const image = (draw: Draw) => [between(draw, 2, 3), between(draw, 3, 6), between(draw, 3, 6), 2];
const pad = (draw: Draw) => pick<'same' | 'valid'>(draw, ['same', 'valid']);

const linear: [string, Make][] = [
  [
    'avgPool, windows in the padding included',
    (draw) => {
      const [filter, stride, padding] = [between(draw, 1, 3), between(draw, 1, 2), pad(draw)];
      return { f: (x) => tf.avgPool(x as tf.Tensor4D, filter, stride, padding), shape: image(draw) };
    },
  ],
  [
    'avgPool3d',
    (draw) => {
      const [filter, padding] = [between(draw, 1, 3), pad(draw)];
      return { f: (x) => tf.avgPool3d(x as tf.Tensor5D, filter, 1, padding), shape: [2, 3, 4, 3, 1] };
    },
  ],
  ...[tf.image.resizeBilinear, tf.image.resizeNearestNeighbor].map((resize): [string, Make] => [
    `${resize.name}, of images that are not square, in a batch, by each convention`,
    (draw) => {
      const size: [number, number] = [between(draw, 1, 8), between(draw, 1, 8)];
      const [align, half] = pick<[boolean, boolean]>(draw, [
        [false, false],
        [true, false],
        [false, true],
      ]);
      return { f: (x) => resize(x as tf.Tensor4D, size, align, half), shape: image(draw) };
    },
  ]),
  [
    'mirrorPad',
    (draw) => {
      const mode = pick<'reflect' | 'symmetric'>(draw, ['reflect', 'symmetric']);
      const paddings = [0, 1].map((): [number, number] => [between(draw, 0, 2), between(draw, 0, 2)]);
      return { f: (x) => tf.mirrorPad(x, paddings, mode), shape: [3, 4] };
    },
  ],
  [
    'stridedSlice',
    (draw) => {
      const step = pick(draw, [-2, -1, 1, 2, 3]);
      const [from, to] = step < 0 ? [4, -6] : [between(draw, 0, 1), 5];
      return { f: (x) => tf.stridedSlice(x, [from, 1], [to, 3], [step, 1]), shape: [5, 4] };
    },
  ],
  [
    'conv2d, dilated, along the image',
    (draw) => {
      const [filter, padding] = [random(draw, [2, 3, 2, 3]) as tf.Tensor4D, pad(draw)];
      return { f: (x) => tf.conv2d(x as tf.Tensor4D, filter, 1, padding, 'NHWC', [2, 1]), shape: [2, 5, 6, 2] };
    },
  ],
  [
    'conv2d, dilated, along the filter',
    (draw) => {
      const [x, padding] = [random(draw, [2, 5, 6, 2]) as tf.Tensor4D, pad(draw)];
      return { f: (filter) => tf.conv2d(x, filter as tf.Tensor4D, 1, padding, 'NHWC', [1, 2]), shape: [2, 3, 2, 3] };
    },
  ],
  [
    'depthwiseConv2d, dilated, along the image',
    (draw) => {
      const [filter, padding] = [random(draw, [2, 2, 2, 2]) as tf.Tensor4D, pad(draw)];
      return { f: (x) => tf.depthwiseConv2d(x as tf.Tensor4D, filter, 1, padding, 'NHWC', 2), shape: [2, 5, 6, 2] };
    },
  ],
  [
    'gatherND and scatterND',
    (draw) => {
      const indices = tf.tensor2d([between(draw, 0, 2), 1, 0, 0, 2, 1], [3, 2], 'int32');
      return { f: (x) => tf.scatterND(indices, tf.gatherND(x, indices), [3, 2]), shape: [3, 2] };
    },
  ],
  [
    'einsum',
    (draw) => {
      const other = random(draw, [2, 4, 3]);
      return { f: (x) => tf.einsum('bqd,bkd->bqk', x, other), shape: [2, 5, 3] };
    },
  ],
  // The gradients of gradients: linear in dy.
  [
    'the gradient of maxPool, along dy',
    (draw) => {
      const [x, stride] = [random(draw, [2, 4, 5, 2]), between(draw, 1, 2)];
      const out = tf.maxPool(x as tf.Tensor4D, 2, stride, 'same').shape;
      return {
        f: (dy) => tf.grad((z: tf.Tensor) => tf.maxPool(z as tf.Tensor4D, 2, stride, 'same'))(x, dy),
        shape: out,
      };
    },
  ],
];

describe('the gradient of a linear op is its adjoint', () => {
  it.each(linear)('%s', (_, make) => {
    for (let seed = 1; seed <= 20; seed++) {
      const draw = seeded(seed);
      const { f, shape } = make(draw);
      tf.tidy(() => expectAdjoint(draw, f, shape));
    }
  });
});

it('tensorScatterUpdate: rows that are replaced send nothing back', () => {
  const rows = tf.tensor2d([1], [1, 1], 'int32');
  const weights = tf.tensor1d([1, 2, 3]);
  const loss = (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.mul(tf.tensorScatterUpdate(tf.mul(x, 1), rows, y), weights));
  const [toX, toY] = tf.grads(loss)([tf.zeros([3]), tf.zeros([1])]);
  expect(Array.from(toX!.dataSync())).toEqual([1, 0, 3]);
  expect(Array.from(toY!.dataSync())).toEqual([2]);
});
