import * as tf from '@tensorflow/tfjs-core';
import { given, program, type Program } from '../program.ts';
import { between, pick, seeded, shapeOf, type Draw } from './seeded.ts';

/** One step of a random program: takes any of the tensors so far, gives another. Values stay within about -3 ... 3. */
type Step = (draw: Draw) => (tensors: readonly tf.Tensor[]) => tf.Tensor;

const bounded = (x: tf.Tensor) => tf.clipByValue(x, -3, 3);
const chosen = (draw: Draw) => {
  const share = draw();
  return (tensors: readonly tf.Tensor[]) => tensors[Math.floor(share * tensors.length)]!;
};

/** Continuous ops only: at a jump two engines that round differently would rightly differ. */
const unaryOps = [
  tf.tanh,
  tf.sigmoid,
  tf.softplus,
  tf.relu,
  tf.neg,
  tf.abs,
  tf.square,
  tf.sin,
  tf.cos,
  tf.erf,
  tf.elu,
  tf.selu,
  (x: tf.Tensor) => tf.exp(tf.minimum(x, 1)),
  (x: tf.Tensor) => tf.log(tf.add(tf.abs(x), 0.5)),
  (x: tf.Tensor) => tf.sqrt(tf.add(tf.abs(x), 0.1)),
  (x: tf.Tensor) => tf.leakyRelu(x, 0.1),
  (x: tf.Tensor) => tf.where(tf.greater(x, 0), x, tf.mul(x, -0.5)),
];
const binaryOps = [
  tf.add,
  tf.sub,
  tf.mul,
  tf.maximum,
  tf.minimum,
  tf.squaredDifference,
  (a: tf.Tensor, b: tf.Tensor) => tf.div(a, tf.add(tf.abs(b), 1)),
  (a: tf.Tensor, b: tf.Tensor) => tf.atan2(a, tf.add(tf.abs(b), 0.5)),
];

const unary: Step = (draw) => {
  const [op, x] = [pick(draw, unaryOps), chosen(draw)];
  return (tensors) => bounded(op(x(tensors)));
};

/** Two tensors that are made to broadcast: the second is reduced to a scalar, or to the first's last axis, where shapes differ. */
const binary: Step = (draw) => {
  const [op, a, b] = [pick(draw, binaryOps), chosen(draw), chosen(draw)];
  return (tensors) => {
    const [left, right] = [a(tensors), b(tensors)];
    const same = left.shape.join() === right.shape.join();
    return bounded(op(left, same ? right : tf.mean(right)));
  };
};

const reduction: Step = (draw) => {
  const [op, x, share, keep] = [pick(draw, [tf.mean, tf.max, tf.min, tf.sum]), chosen(draw), draw(), draw() < 0.5];
  return (tensors) => {
    const input = x(tensors);
    return bounded(input.rank === 0 ? input : op(input, Math.floor(share * input.rank), keep));
  };
};

const movement: Step = (draw) => {
  const [x, kind, shareOfAxis] = [chosen(draw), between(draw, 0, 6), draw()];
  return (tensors) => {
    const input = x(tensors);
    if (input.rank === 0) return tf.reshape(input, [1]);
    const axis = Math.floor(shareOfAxis * input.rank);
    if (kind === 0) return tf.transpose(input);
    if (kind === 1) return tf.reshape(input, [-1]);
    if (kind === 2) return tf.reverse(input, axis);
    if (kind === 3) return input.size > 200 ? input : tf.concat([input, input], axis);
    if (kind === 4) return tf.cumsum(tf.mul(input, 0.3), axis);
    if (kind === 5)
      return tf.slice(
        input,
        input.shape.map(() => 0),
        input.shape.map((size, i) => (i === axis ? Math.ceil(size / 2) : size)),
      );
    return input.size > 200
      ? input
      : tf.pad(
          input,
          input.shape.map((_, i): [number, number] => (i === axis ? [1, 0] : [0, 0])),
        );
  };
};

/** x x^T over the last axis, scaled: a product of matrices of any size. */
const product: Step = (draw) => {
  const x = chosen(draw);
  return (tensors) => {
    const input = x(tensors);
    const rows = tf.reshape(input, [-1, input.rank === 0 ? 1 : input.shape[input.rank - 1]!]) as tf.Tensor2D;
    const few = rows.shape[0] > 12 ? tf.slice(rows, [0, 0], [12, rows.shape[1]]) : rows;
    return bounded(tf.div(tf.matMul(few, few, false, true), rows.shape[1]));
  };
};

/**
 * The last two axes as an image of one channel, the others as the batch: pooled, resized, padded or convolved. No maxima of windows: where two
 * nearly tie, engines that round differently rightly send the gradient to different ones.
 */
const window: Step = (draw) => {
  const [x, kind, stride, grow] = [chosen(draw), between(draw, 0, 5), between(draw, 1, 2), between(draw, 0, 2)];
  return (tensors) => {
    const input = x(tensors);
    if (input.rank < 2 || input.size > 200) return input;
    const [height, width] = input.shape.slice(-2) as [number, number];
    const image = tf.reshape<tf.Rank.R4>(input, [-1, height, width, 1]);
    if (kind === 0) return tf.avgPool(image, 2, stride, 'same');
    if (kind === 1) return tf.image.resizeBilinear(image, [height + grow, width + 1], false, true);
    if (kind === 2) return tf.image.resizeNearestNeighbor(image, [height * 2, width + grow]);
    const rows = tf.reshape(input, [-1, width]);
    if (kind === 3) {
      return tf.mirrorPad(
        rows,
        [
          [1, 0],
          [0, 1],
        ],
        'symmetric',
      );
    }
    if (kind === 4) return bounded(tf.cumsum(tf.einsum('ij,kj->ik', rows, tf.div(rows, width)), 1));
    const filter = tf.reshape<tf.Rank.R4>(tf.slice(tf.tile(tf.reshape(input, [-1]), [4]), [0], [4]), [2, 2, 1, 1]);
    return bounded(tf.depthwiseConv2d(image, filter, 1, 'same', 'NHWC', stride));
  };
};

const steps: readonly Step[] = [unary, unary, unary, binary, binary, reduction, movement, movement, product, window];

/** A program of 5 to 30 random ops on two inputs; with its last value it returns the gradient of that value's mean. */
export function randomProgram(seed: number): {
  readonly program: Program;
  readonly feeds: Record<string, Float32Array>;
} {
  const draw = seeded(seed);
  const shapes = [shapeOf(draw), shapeOf(draw)] as const;
  const ops = Array.from({ length: between(draw, 5, 30) }, () => pick(draw, steps)(draw));
  const value = (inputs: readonly tf.Tensor[]) => {
    const tensors = [...inputs];
    for (const op of ops) tensors.push(op(tensors));
    // Every tensor counts a little, so that no op is dead and each gradient exists.
    return tf.addN(tensors.map((tensor, i) => tf.mul(tf.mean(tensor), 1 / (i + 1))));
  };
  const feeds = Object.fromEntries(
    shapes.map((shape, i) => [
      `x${i}`,
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => draw() * 4 - 2),
    ]),
  );
  const under = program(
    `random program, seed ${seed}`,
    { x0: given(shapes[0]), x1: given(shapes[1]) },
    ({ x0, x1 }) => {
      const [g0, g1] = tf.grads((...inputs: tf.Tensor[]) => value(inputs))([x0, x1]);
      return { value: value([x0, x1]), g0: g0!, g1: g1! };
    },
  );
  return { program: under, feeds };
}
