import * as tf from '@tensorflow/tfjs-core';
import { fromInputs, saved } from './gradient.ts';
import { indexingGradients } from './indexing-gradients.ts';
import { windowGradients } from './window-gradients.ts';

/**
 * Gradients that TF.js 4.22 lacks or has wrong, registered over its own for every backend.
 *
 * 1. Kernels whose gradient uses their saved output (Exp, Sigmoid, Tanh, Softmax, Elu, Max, Min, Pow): TF.js
 *    saves a clone that its tape does not connect with the input, so that second derivatives silently lose that path
 *    (of exp(x) + x^2 it gives 2, not exp(x) + 2). Here the output is computed again from the input; in a compiled graph
 *    both computations are one node.
 * 2. Comparisons have no gradient, so that second derivatives through leakyRelu, maximum or where throw. They are steps:
 *    their derivative is 0 wherever it exists.
 * 3. Maximum, Minimum and SquaredDifference forget to sum over broadcast axes.
 * 4. Cumsum's gradient permutes axes wrongly where the permutation is not its own inverse.
 * 5. Conv2DBackpropFilter has no gradient.
 * 6. Pooling, resizing, depthwise, dilated and 3-D convolutions: see window-gradients.ts.
 * 7. Padding, slices, gathers, scatters and einsum: see indexing-gradients.ts.
 *
 * Left alone: `tf.logSoftmax` carries its own first derivative, so its second is still wrong; write it as x - logSumExp(x).
 */
export function registerGradients(): void {
  for (const config of mended()) tf.registerGradient(config);
}

/** Kernels whose gradient is this engine's, not TF.js's. */
export const mendedGradients = (): Set<string> => new Set(mended().map(({ kernelName }) => kernelName));

const mended = (): tf.GradConfig[] => [
  ...elementwise,
  ...reductions,
  ...binaries,
  ...steps,
  filterGradient,
  ...windowGradients,
  ...indexingGradients,
];

const unary = (
  kernelName: string,
  derivative: (x: tf.Tensor, dy: tf.Tensor, attributes: tf.NamedAttrMap) => tf.Tensor,
  input = 'x',
) =>
  fromInputs(kernelName, [input], (dy, [x], attributes) => ({ [input]: () => derivative(saved(x), dy, attributes) }));

const elementwise: tf.GradConfig[] = [
  unary('Exp', (x, dy) => tf.mul(dy, tf.exp(x))),
  unary('Sigmoid', (x, dy) => {
    const y = tf.sigmoid(x);
    return tf.mul(dy, tf.mul(y, tf.sub(1, y)));
  }),
  unary('Tanh', (x, dy) => tf.mul(dy, tf.sub(1, tf.square(tf.tanh(x))))),
  // exp of min(x, 0): where x is large the branch is not taken, and must not overflow.
  unary('Elu', (x, dy) => tf.where(tf.greater(x, 0), dy, tf.mul(dy, tf.exp(tf.minimum(x, 0))))),
];

const axesOf = (axes: unknown, x: tf.Tensor): number[] => tf.util.parseAxisParam(axes as number | number[], x.shape);

/** The gradient of a maximum or minimum goes to every element that attains it. */
const extreme = (
  kernelName: string,
  op: (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor,
  attribute: string,
) =>
  unary(kernelName, (x, dy, attributes) => {
    const axes = axesOf(attributes[attribute], x);
    const y = op(x, axes, true);
    return tf.mul(tf.reshape(dy, y.shape), tf.cast(tf.equal(x, y), 'float32'));
  });

const reductions: tf.GradConfig[] = [
  extreme('Max', tf.max, 'reductionIndices'),
  extreme('Min', tf.min, 'axis'),
  unary(
    'Softmax',
    (x, dy, { dim }) => {
      const y = tf.softmax(x, dim as number);
      const weighted = tf.mul(dy, y);
      return tf.sub(weighted, tf.mul(tf.sum(weighted, dim as number, true), y));
    },
    'logits',
  ),
  unary('Cumsum', (_, dy, { axis, exclusive, reverse }) =>
    tf.cumsum(dy, axis as number, exclusive === true, reverse !== true),
  ),
];

/** Sums a gradient over the axes along which its operand was broadcast. */
function unbroadcast(gradient: tf.Tensor, operand: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(operand.shape, gradient.shape);
  return tf.reshape(axes.length === 0 ? gradient : tf.sum(gradient, axes), operand.shape);
}

function binary(
  kernelName: string,
  derivatives: (a: tf.Tensor, b: tf.Tensor, dy: tf.Tensor) => readonly [() => tf.Tensor, () => tf.Tensor],
): tf.GradConfig {
  return fromInputs(kernelName, ['a', 'b'], (dy, inputs) => {
    const [a, b] = [saved(inputs[0]), saved(inputs[1])];
    const [toA, toB] = derivatives(a, b, dy);
    return { a: () => unbroadcast(toA(), a), b: () => unbroadcast(toB(), b) };
  });
}

const masked = (dy: tf.Tensor, mask: tf.Tensor) => tf.mul(dy, tf.cast(mask, 'float32'));

const binaries: tf.GradConfig[] = [
  binary('Maximum', (a, b, dy) => [() => masked(dy, tf.greaterEqual(a, b)), () => masked(dy, tf.less(a, b))]),
  binary('Minimum', (a, b, dy) => [() => masked(dy, tf.lessEqual(a, b)), () => masked(dy, tf.greater(a, b))]),
  binary('SquaredDifference', (a, b, dy) => {
    const slope = () => tf.mul(dy, tf.mul(2, tf.sub(a, b)));
    return [slope, () => tf.neg(slope())];
  }),
  binary('Pow', (a, b, dy) => [
    () => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    () => {
      // d a^b / db = a^b log a, taken as 0 where a <= 0, as TF.js does.
      const positive = tf.greater(a, 0);
      const log = tf.where(positive, tf.log(tf.where(positive, a, tf.onesLike(a))), tf.zerosLike(a));
      return tf.mul(dy, tf.mul(tf.pow(a, b), log));
    },
  ]),
];

const zerosLike = (x: tf.Tensor | undefined) => () => tf.zeros(saved(x).shape);

const steps: tf.GradConfig[] = [
  ...['Equal', 'NotEqual', 'Greater', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr', 'LogicalXor'].map((kernelName) =>
    fromInputs(kernelName, ['a', 'b'], (_, [a, b]) => ({ a: zerosLike(a), b: zerosLike(b) })),
  ),
  fromInputs('LogicalNot', ['x'], (_, [x]) => ({ x: zerosLike(x) })),
];

/** The filter gradient is linear in the image and in dy; both derivatives are convolutions that TF.js has. */
const filterGradient = fromInputs('Conv2DBackpropFilter', ['x', 'dy'], (upstream, inputs, attributes) => {
  const { strides, pad } = attributes as unknown as { strides: [number, number]; pad: 'same' | 'valid' | number };
  const [x, dy] = inputs as [tf.Tensor4D, tf.Tensor4D];
  const filter = upstream as tf.Tensor4D;
  return {
    x: () => tf.conv2dTranspose(dy, filter, x.shape, strides, pad),
    dy: () => tf.conv2d(x, filter, strides, pad),
  };
});
