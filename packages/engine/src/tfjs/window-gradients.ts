import * as tf from '@tensorflow/tfjs-core';
import { bilinearSources, nearestSources, type Sampling, type Source } from '../kernels/sampling.ts';
import { fromInputs, saved } from './gradient.ts';

// What TF.js 4.22 lacks or has wrong where windows slide over images:
//
// 1. AvgPool divides each window by the elements it holds, its gradient by the whole filter: wrong wherever windows reach into padding.
// 2. ResizeBilinearGrad swaps height and width in its shape; both resizing gradients ignore halfPixelCenters, and the one of the
//    nearest neighbour reads the wrong image of a batch.
// 3. Conv2D and DepthwiseConv2dNative refuse gradients of dilated filters.
// 4. The gradients of pooling, of depthwise and of 3-D convolutions have no gradient of their own.

const zeros = (x: tf.Tensor | undefined) => () => tf.zeros(saved(x).shape);

/** Runs a kernel that TF.js has no public op for. */
const kernel = (name: string, inputs: Record<string, tf.Tensor>, attributes: unknown): tf.Tensor =>
  tf.engine().runKernel<tf.Tensor>(name, inputs, attributes as tf.NamedAttrMap);

/** The part of its whole filter that each window of an average pooling really holds: [1, ...windows, 1]. */
function filledShare(shape: readonly number[], attributes: tf.NamedAttrMap): tf.Tensor {
  const axes = windowsOf([1, ...shape.slice(1, -1), 1], attributes);
  const shares = axes.reduce<number[]>(
    (all, { held, filter }) => all.flatMap((share) => held.map((taps) => (share * taps) / filter)),
    [1],
  );
  return tf.tensor(shares, [1, ...axes.map(({ held }) => held.length), 1]);
}

/** For each axis of a pooling, how many elements each window holds, and how many its filter has. */
function windowsOf(plane: readonly number[], attributes: tf.NamedAttrMap): { held: number[]; filter: number }[] {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as {
    filterSize: number | number[];
    strides: number | number[];
    pad: 'same' | 'valid' | number;
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
  };
  const axes =
    plane.length === 4
      ? axes2D(
          tf.backend_util.computePool2DInfo(
            plane as [number, number, number, number],
            filterSize as [number, number],
            strides as [number, number],
            1,
            pad,
            dimRoundingMode,
          ),
        )
      : axes3D(
          tf.backend_util.computePool3DInfo(
            plane as [number, number, number, number, number],
            filterSize as [number, number, number],
            strides as [number, number, number],
            1,
            pad,
            dimRoundingMode,
          ),
        );
  return axes.map(([size, filter, stride, before, out]) => ({
    filter,
    held: Array.from({ length: out }, (_, i) => {
      const start = i * stride - before;
      return Math.min(size, start + filter) - Math.max(0, start);
    }),
  }));
}

/** Size, filter, stride, padding before, windows. */
type Axis = readonly [number, number, number, number, number];

const axes2D = (g: tf.backend_util.Conv2DInfo): Axis[] => [
  [g.inHeight, g.filterHeight, g.strideHeight, g.padInfo.top, g.outHeight],
  [g.inWidth, g.filterWidth, g.strideWidth, g.padInfo.left, g.outWidth],
];

const axes3D = (g: tf.backend_util.Conv3DInfo): Axis[] => [
  [g.inDepth, g.filterDepth, g.strideDepth, g.padInfo.front, g.outDepth],
  [g.inHeight, g.filterHeight, g.strideHeight, g.padInfo.top, g.outHeight],
  [g.inWidth, g.filterWidth, g.strideWidth, g.padInfo.left, g.outWidth],
];

/** The gradient of an average pooling, and the gradient of that. */
const averagePool = (name: string): tf.GradConfig[] => [
  fromInputs(name, ['x'], (dy, [x], attributes) => ({
    x: () => {
      const input = saved(x);
      const share = filledShare(input.shape, attributes);
      return kernel(`${name}Grad`, { dy: tf.div(dy, share), input }, attributes);
    },
  })),
  fromInputs(`${name}Grad`, ['input'], (upstream, [input], attributes) => ({
    dy: () => tf.mul(kernel(name, { x: upstream }, attributes), filledShare(saved(input).shape, attributes)),
    input: zeros(input),
  })),
];

/** The gradient of max pooling's gradient: what stands at each window's maximum. */
const maxPoolGradient = fromInputs('MaxPoolGrad', ['input', 'output'], (upstream, [input, output], attributes) => ({
  dy: () => {
    const { filterSize, strides, pad } = attributes as unknown as {
      filterSize: [number, number];
      strides: [number, number];
      pad: 'same' | 'valid' | number;
    };
    const { indexes } = tf.maxPoolWithArgmax(saved(input) as tf.Tensor4D, filterSize, strides, pad, true);
    const places = indexes as tf.Tensor;
    return tf.reshape(tf.gather(tf.reshape(upstream, [-1]), tf.reshape<tf.Rank.R1>(places, [-1])), places.shape);
  },
  input: zeros(input),
  output: zeros(output),
}));

/** The matrix [from, to] that sends a gradient along one axis back to the pixels it came from. */
function backward(from: number, to: number, sources: readonly Source[]): tf.Tensor2D {
  const values = new Float32Array(from * to);
  sources.forEach(({ low, high, share }, i) => {
    values[low * to + i] = (values[low * to + i] ?? 0) + 1 - share;
    values[high * to + i] = (values[high * to + i] ?? 0) + share;
  });
  return tf.tensor2d(values, [from, to]);
}

type SourcesOf = (from: number, to: number, sampling: Sampling) => Source[];

/** The gradient of a resizing: along height, then along width, a product with the interpolation's matrix transposed. */
const resizing = (name: string, sourcesOf: SourcesOf) =>
  fromInputs(name, ['images'], (dy, [images], attributes) => ({
    images: () => {
      const [batch = 1, height = 1, width = 1, channels = 1] = saved(images).shape;
      const [, tall = 1, wide = 1] = dy.shape;
      const sampling = attributes as unknown as Sampling;
      const rows = backward(height, tall, sourcesOf(height, tall, sampling));
      const columns = backward(width, wide, sourcesOf(width, wide, sampling));
      const along = (matrix: tf.Tensor2D, x: tf.Tensor) => tf.matMul(tf.expandDims<tf.Tensor3D>(matrix, 0), x);
      const narrow = along(rows, tf.reshape(dy, [batch, tall, wide * channels]));
      const back = along(columns, tf.reshape(narrow, [batch * height, wide, channels]));
      return tf.reshape(back, [batch, height, width, channels]);
    },
  }));

const nearest: SourcesOf = (from, to, sampling) =>
  nearestSources(from, to, sampling).map((low) => ({ low, high: low, share: 0 }));

/** Attributes of a convolution without its dilations: for the filter spread out by zeros. */
const undilated = (attributes: tf.NamedAttrMap, rank: number) => ({
  ...attributes,
  dilations: Array.from({ length: rank }, () => 1),
});

const dilationsOf = ({ dilations }: tf.NamedAttrMap): number[] =>
  dilations === undefined || dilations === null
    ? [1, 1]
    : typeof dilations === 'number'
      ? [dilations, dilations]
      : (dilations as number[]);

/** A filter [h, w, in, out] with dilation - 1 zeros between its taps. */
function spreadOut(filter: tf.Tensor, [d0 = 1, d1 = 1]: readonly number[]): tf.Tensor {
  if (d0 === 1 && d1 === 1) return filter;
  const [height = 1, width = 1, inputs = 1, outputs = 1] = filter.shape;
  const cells = tf.reshape(filter, [height, 1, width, 1, inputs * outputs]);
  const apart = tf.pad(cells, [
    [0, 0],
    [0, d0 - 1],
    [0, 0],
    [0, d1 - 1],
    [0, 0],
  ]);
  const whole = tf.reshape(apart, [height * d0, width * d1, inputs, outputs]);
  return tf.slice(whole, [0, 0, 0, 0], [(height - 1) * d0 + 1, (width - 1) * d1 + 1, inputs, outputs]);
}

/** The taps of a filter that was spread out. */
function gathered(filter: tf.Tensor, [d0 = 1, d1 = 1]: readonly number[]): tf.Tensor {
  if (d0 === 1 && d1 === 1) return filter;
  return tf.stridedSlice(filter, [0, 0, 0, 0], filter.shape, [d0, d1, 1, 1]);
}

interface ConvolutionKernels {
  readonly forward: string;
  readonly toImage: string;
  readonly toFilter: string;
}

/** The gradient of a 2-D convolution, dilated or not: of the same convolution with the filter spread out. */
const dilatedConvolution = ({ forward, toImage, toFilter }: ConvolutionKernels) =>
  fromInputs(forward, ['x', 'filter'], (dy, inputs, attributes) => {
    const [x, filter] = [saved(inputs[0]), saved(inputs[1])];
    const dilations = dilationsOf(attributes);
    const plain = undilated(attributes, 2);
    const wide = () => spreadOut(filter, dilations);
    return {
      x: () => kernel(toImage, { dy, filter: wide() }, { ...plain, inputShape: x.shape }),
      filter: () => gathered(kernel(toFilter, { x, dy }, { ...plain, filterShape: wide().shape }), dilations),
    };
  });

/** The gradients of a convolution's two gradients: each is linear in both its inputs. */
const convolutionGradients = ({ forward, toImage, toFilter }: ConvolutionKernels, rank: number): tf.GradConfig[] => [
  fromInputs(toImage, ['dy', 'filter'], (upstream, inputs, attributes) => {
    const [dy, filter] = [saved(inputs[0]), saved(inputs[1])];
    return {
      dy: () => kernel(forward, { x: upstream, filter }, undilated(attributes, rank)),
      filter: () => kernel(toFilter, { x: upstream, dy }, { ...attributes, filterShape: filter.shape }),
    };
  }),
  fromInputs(toFilter, ['x', 'dy'], (upstream, inputs, attributes) => {
    const [x, dy] = [saved(inputs[0]), saved(inputs[1])];
    return {
      x: () => kernel(toImage, { dy, filter: upstream }, { ...attributes, inputShape: x.shape }),
      dy: () => kernel(forward, { x, filter: upstream }, undilated(attributes, rank)),
    };
  }),
];

const flat: ConvolutionKernels = {
  forward: 'Conv2D',
  toImage: 'Conv2DBackpropInput',
  toFilter: 'Conv2DBackpropFilter',
};
const depthwise: ConvolutionKernels = {
  forward: 'DepthwiseConv2dNative',
  toImage: 'DepthwiseConv2dNativeBackpropInput',
  toFilter: 'DepthwiseConv2dNativeBackpropFilter',
};
const volumes: ConvolutionKernels = {
  forward: 'Conv3D',
  toImage: 'Conv3DBackpropInputV2',
  toFilter: 'Conv3DBackpropFilterV2',
};

/** Gradients of pooling, resizing and convolutions, registered over those of TF.js. */
export const windowGradients: readonly tf.GradConfig[] = [
  ...averagePool('AvgPool'),
  ...averagePool('AvgPool3D'),
  maxPoolGradient,
  resizing('ResizeBilinear', bilinearSources),
  resizing('ResizeNearestNeighbor', nearest),
  dilatedConvolution(flat),
  dilatedConvolution(depthwise),
  ...convolutionGradients(depthwise, 2),
  ...convolutionGradients(volumes, 3),
];
