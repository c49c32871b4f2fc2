import * as tf from '@tensorflow/tfjs-core';
import { einsumTerms } from '../kernels/einsum.ts';
import { mirrorSources } from '../kernels/sampling.ts';
import { fromInputs, saved } from './gradient.ts';

// What TF.js 4.22 lacks or has wrong where elements move by index:
//
// 1. MirrorPad's gradient drops what the mirrored elements send back.
// 2. StridedSlice, GatherNd, ScatterNd, TensorScatterUpdate and Einsum have no gradient.
// 3. The gradients of SplitV and Unpack fail where the list holds one part.

/** The gradient of taking slices at the indices given for each axis: what was taken several times is added up. */
const sentBack = (x: tf.Tensor, dy: tf.Tensor, indices: readonly (readonly number[])[]): tf.Tensor =>
  indices.reduce((all, list, axis) => {
    const size = x.shape[axis] ?? 1;
    if (list.length === size && list.every((index, i) => index === i)) return all;
    const rest = all.shape.map((_, i) => i).filter((i) => i !== axis);
    const ahead = tf.transpose(all, [axis, ...rest]);
    const sums = tf.unsortedSegmentSum(ahead, tf.tensor1d([...list], 'int32'), size);
    return tf.transpose(
      sums,
      all.shape.map((_, i) => (i === axis ? 0 : i < axis ? i + 1 : i)),
    );
  }, dy);

const mirrorPad = fromInputs('MirrorPad', ['x'], (dy, [x], attributes) => ({
  x: () => {
    const { paddings, mode } = attributes as unknown as { paddings: [number, number][]; mode: string };
    return sentBack(saved(x), dy, mirrorSources(saved(x).shape, paddings, mode === 'symmetric'));
  },
}));

const stridedSlice = fromInputs('StridedSlice', ['x'], (dy, [x], attributes) => ({
  x: () => {
    const slice = attributes as unknown as Record<'begin' | 'end' | 'strides', number[]> &
      Record<'beginMask' | 'endMask' | 'ellipsisMask' | 'newAxisMask' | 'shrinkAxisMask', number>;
    const { begin, end, strides } = tf.slice_util.sliceInfo(
      saved(x).shape,
      slice.begin,
      slice.end,
      slice.strides,
      slice.beginMask,
      slice.endMask,
      slice.ellipsisMask,
      slice.newAxisMask,
      slice.shrinkAxisMask,
    );
    const indices = begin.map((from, axis) => {
      const [to, step] = [end[axis] ?? 0, strides[axis] ?? 1];
      return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
    });
    const taken = indices.map(({ length }) => length);
    return sentBack(saved(x), tf.reshape(dy, taken), indices);
  },
}));

const gatherNd = fromInputs('GatherNd', ['params', 'indices'], (dy, [params, indices]) => ({
  params: () => tf.scatterND(saved(indices), dy, saved(params).shape),
  indices: () => tf.zerosLike(saved(indices)),
}));

const scatterNd = fromInputs('ScatterNd', ['indices'], (dy, [indices]) => ({
  updates: () => tf.gatherND(dy, saved(indices)),
  indices: () => tf.zerosLike(saved(indices)),
}));

const tensorScatterUpdate = fromInputs('TensorScatterUpdate', ['indices', 'updates'], (dy, [indices, updates]) => ({
  // Added to 0 first: TF.js's kernel writes into the tensor it is given.
  tensor: () => tf.tensorScatterUpdate(tf.add(dy, 0), saved(indices), tf.zerosLike(saved(updates))),
  updates: () => tf.gatherND(dy, saved(indices)),
  indices: () => tf.zerosLike(saved(indices)),
}));

/** The gradient of one operand of an einsum: dy and the other operand, summed to its labels; labels only it has repeat. */
function einsumGradient(equation: string, dy: tf.Tensor, operands: readonly tf.Tensor[], at: number): tf.Tensor {
  const { terms, result } = einsumTerms(equation);
  const own = terms[at] ?? [];
  const others = operands.filter((_, i) => i !== at);
  const otherTerms = terms.filter((_, i) => i !== at);
  const known = own.filter((label) => result.includes(label) || otherTerms.some((term) => term.includes(label)));
  // Of one operand, labels only move; TF.js's einsum would hand back its very input where they do not.
  const sum =
    others.length === 0
      ? tf.transpose(
          dy,
          known.map((label) => result.indexOf(label)),
        )
      : tf.einsum(`${[result, ...otherTerms].map((term) => term.join('')).join()}->${known.join('')}`, dy, ...others);
  const { shape } = saved(operands[at]);
  const spread = own.map((label, axis) => (known.includes(label) ? (shape[axis] ?? 1) : 1));
  return tf.broadcastTo(tf.reshape(sum, spread), shape);
}

const einsum: tf.GradConfig = {
  kernelName: 'Einsum',
  saveAllInputs: true,
  gradFunc: (dy, operands, attributes) => {
    const { equation } = attributes as unknown as { equation: string };
    return Object.fromEntries(
      operands.map((_, i) => [String(i), () => einsumGradient(equation, dy as tf.Tensor, operands, i)]),
    );
  },
};

const listOf = (dy: tf.Tensor | tf.Tensor[]) => (Array.isArray(dy) ? dy : [dy]);

const splitV: tf.GradConfig = {
  kernelName: 'SplitV',
  gradFunc: (dy, _, { axis }) => ({ x: () => tf.concat(listOf(dy), axis as number) }),
};

const unpack: tf.GradConfig = {
  kernelName: 'Unpack',
  gradFunc: (dy, _, { axis }) => ({ value: () => tf.stack(listOf(dy), axis as number) }),
};

/** Gradients of moves by index, registered over those of TF.js. */
export const indexingGradients: readonly tf.GradConfig[] = [
  mirrorPad,
  splitV,
  unpack,
  stridedSlice,
  gatherNd,
  scatterNd,
  tensorScatterUpdate,
  einsum,
];
