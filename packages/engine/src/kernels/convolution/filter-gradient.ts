import type { LoweringTarget, OnnxBuilder, Wire } from '../../onnx/onnx-builder.ts';
import { tallProduct } from '../tall-product.ts';
import { blockOf, imagesAsChannels, padEnd, padded, wholeBlocks } from './blocked.ts';
import { rowsOf } from './forward.ts';
import { dilationsOf, filterSizeOf, outSizeOf, padsOf, stridesOf, type Geometry } from './geometry.ts';
import { channelsFirst } from '../windows.ts';
import { cheapest, pointwiseCost, type Strategy } from './strategy.ts';

interface Factors {
  /** [N, h, w, C] */
  readonly x: Wire;
  /** [N, outHeight, outWidth, O] */
  readonly dy: Wire;
}

export const filterGradientStrategies: readonly Strategy<Factors>[] = [
  { name: 'product', cost: pointwiseCost, write: pointwise },
  { name: 'images as channels, blocked', cost: imagesCost, write: byImages },
  {
    name: 'convolution',
    cost: (g) => fewOutputs(g) * (stridesOf(g).some((stride) => stride > 1) ? 1.7 : 6),
    write: byConvolution,
  },
  { name: 'patches', cost: (g) => fewOutputs(g) * 3, write: byPatches },
];

/** How much longer products take where dy has only a few channels. */
const fewOutputs = (g: Geometry): number => (g.outChannels < 4 ? 10 : 1);

/** The gradient of a convolution with respect to its filter, [filterHeight, filterWidth, C, O]. */
export const filterGradient = (onnx: OnnxBuilder, factors: Factors, g: Geometry): Wire =>
  cheapest(filterGradientStrategies, g, onnx.target).write(onnx, factors, g);

function pointwise(onnx: OnnxBuilder, { x, dy }: Factors, g: Geometry): Wire {
  const product = tallProduct(onnx, rowsOf(onnx, x), rowsOf(onnx, dy));
  return onnx.reshape(product, [1, 1, g.inChannels, g.outChannels]);
}

/** Images and filters are filled up to whole blocks, and a dilated filter gradient's columns would not be next to each other. */
function imagesCost(g: Geometry, { block }: LoweringTarget): number {
  if (block === null || dilationsOf(g).some((dilation) => dilation !== 1)) return Infinity;
  return (wholeBlocks(g.batchSize, block) / g.batchSize) * (wholeBlocks(g.outChannels, block) / g.outChannels);
}

/**
 * The filter gradient as one blocked convolution, in which the images of the batch are the channels:
 *
 *     dW[i, (j, c), o] = sum over n, y, x of  image[n, i + s y, (j + s x, c)] dy[n, y, x, o]
 *
 * The padded image's columns and channels together are its width, in which one column is C steps: so dy is the filter, of size
 * outHeight x outWidth, dilated by (s, s C), and each of its places of output is an element of dW, as TF.js stores them. Neither
 * patches nor strided slices are ever made.
 */
function byImages(onnx: OnnxBuilder, { x, dy }: Factors, g: Geometry): Wire {
  const block = blockOf(onnx);
  const [strideHeight, strideWidth] = stridesOf(g);
  const [filterHeight, filterWidth] = filterSizeOf(g);
  const [height, width] = [
    (g.outHeight - 1) * strideHeight + filterHeight,
    (g.outWidth - 1) * strideWidth + filterWidth,
  ];
  const n = wholeBlocks(g.batchSize, block);
  const outs = wholeBlocks(g.outChannels, block);
  const [top, left] = padsOf(g);
  const extra = n - g.batchSize;
  const ends = [extra, height - g.inHeight - top, width - g.inWidth - left, 0];
  const whole = padded(onnx, x, [0, top, left, 0, ...ends]); // [n, height, width, C]
  const images = imagesAsChannels(onnx, onnx.reshape(whole, [1, n, height, width * g.inChannels]));
  const places = g.outHeight * g.outWidth;
  const errors = onnx.reshape(padEnd(onnx, dy, [n, g.outHeight, g.outWidth, outs]), [
    n / block,
    block,
    places,
    outs / block,
    block,
  ]);
  const filter = onnx.reshape(onnx.transpose(errors, [3, 0, 2, 1, 4]), [outs, n, g.outHeight, g.outWidth]);
  const columns = filterWidth * g.inChannels;
  const out = onnx.op(
    'com.microsoft.nchwc.Conv',
    [images, filter],
    { shape: [1, outs, filterHeight, columns], dtype: 'float32' },
    {
      pads: [0, 0, 0, 0],
      kernel_shape: outSizeOf(g),
      strides: [1, 1],
      dilations: [strideHeight, strideWidth * g.inChannels],
      group: 1,
    },
  );
  const blocks = onnx.reshape(out, [outs / block, filterHeight * columns, block]);
  const gradient = onnx.reshape(onnx.transpose(blocks, [1, 0, 2]), [filterHeight * columns, outs]);
  const kept =
    outs === g.outChannels ? gradient : onnx.slice(gradient, { starts: [0], ends: [g.outChannels], axes: [1] });
  return onnx.reshape(kept, g.filterShape);
}

/**
 * The filter gradient as a convolution of its own: channels take the place of the batch, dy is the filter, and strides and
 * dilations change places. It needs no strided slices.
 */
function byConvolution(onnx: OnnxBuilder, { x, dy }: Factors, g: Geometry): Wire {
  const images = onnx.transpose(x, [3, 0, 1, 2]); // [in, N, h, w]
  const errors = onnx.transpose(dy, [3, 0, 1, 2]); // [out, N, outHeight, outWidth]
  const [top, left, bottom, right] = padsOf(g);
  const taps = (size: number, out: number, stride: number, dilation: number) =>
    Math.floor((size - (out - 1) * stride - 1) / dilation) + 1;
  const height = taps(g.inHeight + top + bottom, g.outHeight, g.strideHeight, g.dilationHeight);
  const width = taps(g.inWidth + left + right, g.outWidth, g.strideWidth, g.dilationWidth);
  const whole = onnx.op(
    'Conv',
    [images, errors],
    { shape: [g.inChannels, g.outChannels, height, width], dtype: 'float32' },
    { strides: dilationsOf(g), dilations: stridesOf(g), pads: padsOf(g), kernel_shape: outSizeOf(g) },
  );
  // Rows of the image that the strides never reach would be taps beyond the filter.
  const size = filterSizeOf(g);
  const filter =
    height === size[0] && width === size[1] ? whole : onnx.slice(whole, { starts: [0, 0], ends: size, axes: [2, 3] });
  return onnx.transpose(filter, [2, 3, 0, 1]);
}

/**
 * The filter gradient as products: for each image dy [out, places] with the patches of x [places, taps * in], summed over
 * images. The patches are slices of the padded image, one per tap.
 */
function byPatches(onnx: OnnxBuilder, { x, dy }: Factors, g: Geometry): Wire {
  const [n, places] = [g.batchSize, g.outHeight * g.outWidth];
  const taps = g.filterHeight * g.filterWidth;
  const patches = onnx.reshape(patchesOf(onnx, x, g), [n, taps * g.inChannels, places]);
  const errors = onnx.reshape(channelsFirst(onnx, dy), [n, g.outChannels, places]);
  const type = { shape: [n, taps * g.inChannels, g.outChannels], dtype: 'float32' } as const;
  const perImage = onnx.op('com.microsoft.FusedMatMul', [patches, errors], type, { transB: 1 });
  const shape = [taps * g.inChannels, g.outChannels];
  const sum = onnx.op('ReduceSum', [perImage, onnx.integers([0])], { shape, dtype: 'float32' }, { keepdims: 0 });
  return onnx.reshape(sum, g.filterShape);
}

/** The patches that the filter meets: [n, taps * channels, outHeight, outWidth]. */
function patchesOf(onnx: OnnxBuilder, x: Wire, g: Geometry): Wire {
  const [top, left, bottom, right] = padsOf(g);
  const whole = padded(onnx, channelsFirst(onnx, x), [0, 0, top, left, 0, 0, bottom, right]);
  const slices: Wire[] = [];
  for (let i = 0; i < g.filterHeight; i++) {
    for (let j = 0; j < g.filterWidth; j++) {
      const starts = [i * g.dilationHeight, j * g.dilationWidth];
      const ends = [
        (starts[0] ?? 0) + (g.outHeight - 1) * g.strideHeight + 1,
        (starts[1] ?? 0) + (g.outWidth - 1) * g.strideWidth + 1,
      ];
      slices.push(onnx.slice(whole, { starts, ends, axes: [2, 3], steps: stridesOf(g) }));
    }
  }
  const shape = [g.batchSize, slices.length * g.inChannels, g.outHeight, g.outWidth];
  const [only] = slices;
  return only !== undefined && slices.length === 1
    ? only
    : onnx.op('Concat', slices, { shape, dtype: 'float32' }, { axis: 1 });
}
