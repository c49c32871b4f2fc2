import { backend_util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../feeds.ts';
import type { GraphNode } from '../graph/graph.ts';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import { beforeStart, inputShape, numbersOf, operand, requireDtype, type KernelCall, type KernelRule } from './rule.ts';

/** Sizes of a 2-D convolution: batch, image, channels, filter, strides, dilations and padding, as TF.js works them out. */
type Geometry = backend_util.Conv2DInfo;

function geometry(
  image: readonly number[],
  filter: readonly number[],
  { attributes }: Pick<KernelCall, 'attributes'>,
): Geometry {
  if (attributes['dataFormat'] !== undefined && attributes['dataFormat'] !== 'NHWC')
    throw new Error('takes NHWC images only');
  const pair = (name: string, fallback: number): [number, number] => {
    const [first = fallback, second = first] = attributes[name] === undefined ? [] : numbersOf(attributes, name);
    return [first, second];
  };
  const g = backend_util.computeConv2DInfo(
    [...image] as [number, number, number, number],
    [...filter] as [number, number, number, number],
    pair('strides', 1),
    pair('dilations', 1),
    attributes['pad'] as 'same' | 'valid' | number,
    attributes['dimRoundingMode'] as 'floor' | undefined,
  );
  refuseInconsistent(g);
  return g;
}

/** Where padding is a number, TF.js 4.22 works out both sides of the output from the filter's height, without dilation. */
function refuseInconsistent(g: Geometry): void {
  const { top, left, bottom, right } = g.padInfo;
  const height = Math.floor((g.inHeight + top + bottom - g.effectiveFilterHeight) / g.strideHeight) + 1;
  const width = Math.floor((g.inWidth + left + right - g.effectiveFilterWidth) / g.strideWidth) + 1;
  if (height !== g.outHeight || width !== g.outWidth) {
    throw new Error(
      `TF.js gives the output ${g.outHeight} x ${g.outWidth} places where filter and padding leave ${height} x ${width}; ` +
        "use a square filter without dilation, or padding 'same' or 'valid'",
    );
  }
}

const padsOf = ({ padInfo: { top, left, bottom, right } }: Geometry) => [top, left, bottom, right];
const stridesOf = (g: Geometry) => [g.strideHeight, g.strideWidth];
const dilationsOf = (g: Geometry) => [g.dilationHeight, g.dilationWidth];

/** Images with channels last to channels first, and back; filters [h, w, in, out] to [out, in, h, w]. */
const channelsFirst = (onnx: OnnxBuilder, images: Wire) => onnx.transpose(images, [0, 3, 1, 2]);
const channelsLast = (onnx: OnnxBuilder, images: Wire) => onnx.transpose(images, [0, 2, 3, 1]);
const outInFilter = (onnx: OnnxBuilder, filter: Wire) => onnx.transpose(filter, [3, 2, 0, 1]);

/** A convolution that only mixes channels at each place: a matrix product. */
const isPointwise = (g: Geometry) =>
  g.filterHeight === 1 &&
  g.filterWidth === 1 &&
  g.strideHeight === 1 &&
  g.strideWidth === 1 &&
  padsOf(g).every((pad) => pad === 0);

const rowsOf = (onnx: OnnxBuilder, images: Wire) =>
  onnx.reshape(images, [sizeOf(images.shape.slice(0, 3)), images.shape[3] ?? 1]);
const matrixOf = (onnx: OnnxBuilder, filter: Wire) =>
  onnx.reshape(filter, [filter.shape[2] ?? 1, filter.shape[3] ?? 1]);

/** Multiply-adds of a convolution, forward or back: every tap of every output meets every channel. */
function convolutionFlops(g: Geometry): number {
  return 2 * g.batchSize * g.outHeight * g.outWidth * g.outChannels * g.filterHeight * g.filterWidth * g.inChannels;
}

function forward(onnx: OnnxBuilder, x: Wire, filter: Wire, g: Geometry): Wire {
  if (isPointwise(g)) {
    const rows = rowsOf(onnx, x);
    const product = onnx.op('MatMul', [rows, matrixOf(onnx, filter)], {
      shape: [rows.shape[0] ?? 1, g.outChannels],
      dtype: 'float32',
    });
    return onnx.reshape(product, g.outShape);
  }
  const shape = [g.batchSize, g.outChannels, g.outHeight, g.outWidth];
  const out = onnx.op(
    'Conv',
    [channelsFirst(onnx, x), outInFilter(onnx, filter)],
    { shape, dtype: 'float32' },
    {
      strides: stridesOf(g),
      dilations: dilationsOf(g),
      pads: padsOf(g),
      kernel_shape: [g.filterHeight, g.filterWidth],
    },
  );
  return channelsLast(onnx, out);
}

/** The gradient of a convolution with respect to its images; also the transposed convolution itself. */
function inputGradient(onnx: OnnxBuilder, dy: Wire, filter: Wire, g: Geometry): Wire {
  if (isPointwise(g)) {
    const rows = rowsOf(onnx, dy);
    const type = { shape: [rows.shape[0] ?? 1, g.inChannels], dtype: 'float32' } as const;
    const product = onnx.op('Gemm', [rows, matrixOf(onnx, filter)], type, { transB: 1 });
    return onnx.reshape(product, g.inShape);
  }
  return channelsLast(
    onnx,
    isPlain(g) ? turnedConvolution(onnx, dy, filter, g) : transposedConvolution(onnx, dy, filter, g),
  );
}

/** Whether no step is above 1, and no padding wider than the filter reaches. */
function isPlain(g: Geometry): boolean {
  const { top, left, bottom, right } = g.padInfo;
  const unitSteps = [...stridesOf(g), ...dilationsOf(g)].every((step) => step === 1);
  return unitSteps && Math.max(top, bottom) < g.filterHeight && Math.max(left, right) < g.filterWidth;
}

const imageType = (g: Geometry) =>
  ({ shape: [g.batchSize, g.inChannels, g.inHeight, g.inWidth], dtype: 'float32' }) as const;

/** With unit strides the input gradient is a convolution with the filter turned by 180 degrees: the faster of the two. */
function turnedConvolution(onnx: OnnxBuilder, dy: Wire, filter: Wire, g: Geometry): Wire {
  const lists = [
    [-1, -1],
    [beforeStart, beforeStart],
    [0, 1],
    [-1, -1],
  ].map((list) => onnx.integers(list));
  const turned = onnx.op('Slice', [filter, ...lists], { shape: filter.shape, dtype: 'float32' });
  const [reachHeight, reachWidth] = [g.filterHeight - 1, g.filterWidth - 1];
  const { top, left } = g.padInfo;
  const pads = [reachHeight - top, reachWidth - left, g.inHeight - g.outHeight + top, g.inWidth - g.outWidth + left];
  return onnx.op('Conv', [channelsFirst(onnx, dy), onnx.transpose(turned, [2, 3, 0, 1])], imageType(g), {
    pads,
    kernel_shape: [g.filterHeight, g.filterWidth],
  });
}

function transposedConvolution(onnx: OnnxBuilder, dy: Wire, filter: Wire, g: Geometry): Wire {
  const { top, left, bottom, right } = g.padInfo;
  const whole = (out: number, stride: number, dilation: number, size: number) =>
    (out - 1) * stride + dilation * (size - 1) + 1;
  // What the strides leave out at the bottom and right edge of the image.
  const leftOver = [
    g.inHeight - (whole(g.outHeight, g.strideHeight, g.dilationHeight, g.filterHeight) - top - bottom),
    g.inWidth - (whole(g.outWidth, g.strideWidth, g.dilationWidth, g.filterWidth) - left - right),
  ];
  return onnx.op('ConvTranspose', [channelsFirst(onnx, dy), outInFilter(onnx, filter)], imageType(g), {
    strides: stridesOf(g),
    dilations: dilationsOf(g),
    pads: padsOf(g),
    kernel_shape: [g.filterHeight, g.filterWidth],
    output_padding: leftOver,
  });
}

/** The gradient of a convolution with respect to its filter. Which way is faster depends on the stride: see bench/. */
function filterGradient(onnx: OnnxBuilder, x: Wire, dy: Wire, g: Geometry): Wire {
  if (isPointwise(g)) {
    const type = { shape: [g.inChannels, g.outChannels], dtype: 'float32' } as const;
    const product = onnx.op('Gemm', [rowsOf(onnx, x), rowsOf(onnx, dy)], type, { transA: 1 });
    return onnx.reshape(product, [1, 1, g.inChannels, g.outChannels]);
  }
  return g.strideHeight > 1 || g.strideWidth > 1
    ? gradientByConvolution(onnx, x, dy, g)
    : gradientByPatches(onnx, x, dy, g);
}

/**
 * The filter gradient as a convolution of its own: channels take the place of the batch, dy is the filter, and strides and
 * dilations change places. It needs no strided slices.
 */
function gradientByConvolution(onnx: OnnxBuilder, x: Wire, dy: Wire, g: Geometry): Wire {
  const images = onnx.transpose(x, [3, 0, 1, 2]); // [in, N, h, w]
  const errors = onnx.transpose(dy, [3, 0, 1, 2]); // [out, N, outHeight, outWidth]
  const { top, left, bottom, right } = g.padInfo;
  const taps = (size: number, out: number, stride: number, dilation: number) =>
    Math.floor((size - (out - 1) * stride - 1) / dilation) + 1;
  const height = taps(g.inHeight + top + bottom, g.outHeight, g.strideHeight, g.dilationHeight);
  const width = taps(g.inWidth + left + right, g.outWidth, g.strideWidth, g.dilationWidth);
  const whole = onnx.op(
    'Conv',
    [images, errors],
    { shape: [g.inChannels, g.outChannels, height, width], dtype: 'float32' },
    { strides: dilationsOf(g), dilations: stridesOf(g), pads: padsOf(g), kernel_shape: [g.outHeight, g.outWidth] },
  );
  // Rows of the image that the strides never reach would be taps beyond the filter.
  const size = [g.filterHeight, g.filterWidth];
  const filter =
    height === size[0] && width === size[1] ? whole : onnx.slice(whole, { starts: [0, 0], ends: size, axes: [2, 3] });
  return onnx.transpose(filter, [2, 3, 0, 1]);
}

/**
 * The filter gradient as products: for each image dy [out, places] with the patches of x [places, taps * in], summed over
 * images. The patches are slices of the padded image, one per tap.
 */
function gradientByPatches(onnx: OnnxBuilder, x: Wire, dy: Wire, g: Geometry): Wire {
  const [n, places] = [g.batchSize, g.outHeight * g.outWidth];
  const taps = g.filterHeight * g.filterWidth;
  const patches = onnx.reshape(patchesOf(onnx, x, g), [n, taps * g.inChannels, places]);
  const errors = onnx.reshape(channelsFirst(onnx, dy), [n, g.outChannels, places]);
  const type = { shape: [n, taps * g.inChannels, g.outChannels], dtype: 'float32' } as const;
  const perImage = onnx.op('com.microsoft.FusedMatMul', [patches, errors], type, { transB: 1 });
  const shape = [taps * g.inChannels, g.outChannels];
  const sum = onnx.op('ReduceSum', [perImage, onnx.integers([0])], { shape, dtype: 'float32' }, { keepdims: 0 });
  return onnx.reshape(sum, [g.filterHeight, g.filterWidth, g.inChannels, g.outChannels]);
}

/** The patches that the filter meets: [n, taps * channels, outHeight, outWidth]. */
function patchesOf(onnx: OnnxBuilder, x: Wire, g: Geometry): Wire {
  const images = channelsFirst(onnx, x);
  const { top, left, bottom, right } = g.padInfo;
  const padded =
    top + left + bottom + right === 0
      ? images
      : onnx.op('Pad', [images, onnx.integers([0, 0, top, left, 0, 0, bottom, right]), onnx.scalar(0)], {
          shape: [g.batchSize, g.inChannels, g.inHeight + top + bottom, g.inWidth + left + right],
          dtype: 'float32',
        });
  const slices: Wire[] = [];
  for (let i = 0; i < g.filterHeight; i++) {
    for (let j = 0; j < g.filterWidth; j++) {
      const starts = [i * g.dilationHeight, j * g.dilationWidth];
      const ends = [
        (starts[0] ?? 0) + (g.outHeight - 1) * g.strideHeight + 1,
        (starts[1] ?? 0) + (g.outWidth - 1) * g.strideWidth + 1,
      ];
      slices.push(onnx.slice(padded, { starts, ends, axes: [2, 3], steps: stridesOf(g) }));
    }
  }
  const shape = [g.batchSize, slices.length * g.inChannels, g.outHeight, g.outWidth];
  const [only] = slices;
  return only !== undefined && slices.length === 1
    ? only
    : onnx.op('Concat', slices, { shape, dtype: 'float32' }, { axis: 1 });
}

const forwardGeometry = (node: GraphNode) => geometry(inputShape(node, 'x'), inputShape(node, 'filter'), node);
const inputGradientGeometry = (node: Pick<GraphNode, 'attributes'>, filter: readonly number[]) =>
  geometry(numbersOf(node.attributes, 'inputShape'), filter, node);
const filterGradientGeometry = (node: Pick<GraphNode, 'attributes'>, x: readonly number[]) =>
  geometry(x, numbersOf(node.attributes, 'filterShape'), node);

export const convolutionRules: readonly KernelRule[] = [
  {
    kernel: 'Conv2D',
    infer: (call) => {
      const [x, filter] = [operand(call, 'x'), operand(call, 'filter')];
      requireDtype(x, 'float32');
      return [{ shape: geometry(x.shape, filter.shape, call).outShape, dtype: 'float32' }];
    },
    lower: ({ onnx, node, inputs }) =>
      forward(onnx, operand({ inputs }, 'x'), operand({ inputs }, 'filter'), forwardGeometry(node)),
    flops: (node) => convolutionFlops(forwardGeometry(node)),
  },
  {
    kernel: 'Conv2DBackpropInput',
    infer: (call) => {
      requireDtype(operand(call, 'dy'), 'float32');
      const g = inputGradientGeometry(call, operand(call, 'filter').shape);
      if (g.outShape.join() !== operand(call, 'dy').shape.join()) {
        throw new Error(
          `inputShape [${g.inShape.join()}] asks for dy of shape [${g.outShape.join()}], got [${operand(call, 'dy').shape.join()}]`,
        );
      }
      return [{ shape: g.inShape, dtype: 'float32' }];
    },
    lower: ({ onnx, node, inputs }) => {
      const filter = operand({ inputs }, 'filter');
      return inputGradient(onnx, operand({ inputs }, 'dy'), filter, inputGradientGeometry(node, filter.shape));
    },
    flops: (node) => convolutionFlops(inputGradientGeometry(node, inputShape(node, 'filter'))),
  },
  {
    kernel: 'Conv2DBackpropFilter',
    infer: (call) => {
      requireDtype(operand(call, 'x'), 'float32');
      return [{ shape: numbersOf(call.attributes, 'filterShape'), dtype: 'float32' }];
    },
    lower: ({ onnx, node, inputs }) => {
      const x = operand({ inputs }, 'x');
      return filterGradient(onnx, x, operand({ inputs }, 'dy'), filterGradientGeometry(node, x.shape));
    },
    flops: (node) => convolutionFlops(filterGradientGeometry(node, inputShape(node, 'x'))),
  },
];
