import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { given, program } from '../program.ts';
import '../tfjs/tfjs.ts';
import { trace } from '../trace/trace.ts';
import { cropFilters } from './crop-filters.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseEpilogues } from './fuse-epilogues.ts';
import { removeDeadNodes } from './remove-dead-nodes.ts';
import { simplify } from './simplify.ts';
import type { Pass } from './optimise.ts';

type Body = (x: tf.Tensor4D, f: tf.Tensor4D, b: tf.Tensor1D) => tf.Tensor;

/** Kernels of a program after a pass, with what matters here of their attributes. */
function after(apply: Pass['apply'], body: Body): string[] {
  const inputs = { x: given([2, 5, 5, 2]), f: given([3, 3, 2, 4]), b: given([4]) };
  const graph = trace(
    program('p', inputs, ({ x, f, b }) => ({ y: body(x as tf.Tensor4D, f as tf.Tensor4D, b as tf.Tensor1D) })),
  );
  return String(removeDeadNodes(apply(simplify(foldConstants(removeDeadNodes(graph))))))
    .split('\n')
    .filter((line) => line.startsWith('  %'))
    .map((line) =>
      line
        .trim()
        .replaceAll(/%\d+/g, '%')
        .replaceAll(/, (strides|dataFormat|dilations|dimRounding\w+).*/g, ')'),
    );
}

const conv = (x: tf.Tensor4D, f: tf.Tensor4D) => tf.conv2d(x, f, 1, 'same');

it('fuseEpilogues takes bias and activation into the convolution', () => {
  expect(after(fuseEpilogues, (x, f, b) => tf.relu(tf.add(conv(x, f), b)))).toEqual([
    '%: float32[2, 5, 5, 4] = FusedConv2D(x = x, filter = f, bias = b)',
  ]);
});

it('fuseEpilogues leaves a convolution alone that something else reads too', () => {
  const kernels = after(fuseEpilogues, (x, f, b) => {
    const y = conv(x, f);
    return tf.add(tf.add(y, b), tf.sum(y));
  });
  expect(kernels[0]).toBe('%: float32[2, 5, 5, 4] = Conv2D(x = x, filter = f)');
});

it('fuseEpilogues asks the output of an activation for the sign of its input', () => {
  const kernels = after(fuseEpilogues, (x, f, b) =>
    tf.grad((y: tf.Tensor) => tf.sum(tf.square(tf.leakyRelu(tf.add(conv(x, y as tf.Tensor4D), b), 0.1))))(f),
  );
  const activated = '%: float32[2, 5, 5, 4] = FusedConv2D(x = x, filter = f, bias = b)';
  expect(kernels.filter((line) => /Conv2D\(|LeakyRelu|Add/.test(line))).toEqual([activated]);
  expect(kernels).toContain('%: bool[2, 5, 5, 4] = Greater(a = %, b = 0)');
});

/** The first row of taps, and of the second its first two. */
const mask = () =>
  tf.tensor(
    Array.from({ length: 72 }, (_, i) => Number(i < 40)),
    [3, 3, 2, 4],
  ) as tf.Tensor4D;

it('cropFilters leaves out rows of taps that a mask makes zero, forward and back', () => {
  const kernels = after(cropFilters, (x, f) => {
    const loss = (image: tf.Tensor, filter: tf.Tensor) =>
      tf.sum(tf.square(conv(image as tf.Tensor4D, tf.mul(filter, mask()) as tf.Tensor4D)));
    const [dx, df] = tf.grads(loss)([x, f]);
    return tf.add(tf.sum(dx!), df!);
  });
  expect(kernels.filter((line) => /Conv2D|Slice|Pad/.test(line))).toEqual([
    '%: float32[2, 3, 2, 4] = Slice(x = %, begin: [0,0,0,0], size: [2,3,2,4])',
    '%: float32[2, 5, 5, 4] = Conv2D(x = x, filter = %)',
    expect.stringMatching(/Conv2DBackpropInput\(dy = %, filter = %/),
    expect.stringMatching(/^%: float32\[2, 3, 2, 4\] = Conv2DBackpropFilter\(x = x, dy = %/),
    '%: float32[3, 3, 2, 4] = PadV2(x = %, paddings: [[0,1],[0,0],[0,0],[0,0]], constantValue: 0)',
  ]);
});

it('cropFilters leaves a mask alone that reaches every edge', () => {
  const corners = () =>
    tf.tensor(
      Array.from({ length: 72 }, (_, i) => Number(i < 8 || i >= 64)),
      [3, 3, 2, 4],
    );
  const kernels = after(cropFilters, (x, f) => conv(x, tf.mul(f, corners()) as tf.Tensor4D));
  expect(kernels.map((line) => line.split(' = ')[1]?.split('(')[0])).toEqual(['Multiply', 'Conv2D']);
});
