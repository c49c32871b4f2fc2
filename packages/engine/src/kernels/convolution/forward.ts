import type { OnnxBuilder, Wire } from '../../onnx/onnx-builder.ts';
import { sizeOf } from '../../feeds.ts';
import { blockedConvolution, blockedWaste, type Convolution } from './blocked.ts';
import {
  channelsFirst,
  channelsLast,
  dilationsOf,
  isPointwise,
  outInFilter,
  outSizeOf,
  padsOf,
  sizes4,
  stridesOf,
  type Geometry,
} from './geometry.ts';

/** What is added to a convolution's output on the way out. */
export type Epilogue = Pick<Convolution, 'bias' | 'activation'>;

/** A convolution of images [N, h, w, C] with filters [h, w, C, O]. */
export function forward(
  onnx: OnnxBuilder,
  { x, filter }: { readonly x: Wire; readonly filter: Wire },
  g: Geometry,
  epilogue: Epilogue = {},
): Wire {
  if (isPointwise(g)) return pointwise(onnx, { x, filter }, epilogue);
  return convolve(
    onnx,
    { x, filter },
    { out: outSizeOf(g), pads: padsOf(g), strides: stridesOf(g), dilations: dilationsOf(g), ...epilogue },
  );
}

/** Up to this share of multiply-adds on channels that only fill a block, blocks still win: see bench/convolutions.bench.ts. */
const mostWaste = 2;

/** Convolves in the faster of two layouts. */
export function convolve(
  onnx: OnnxBuilder,
  { x, filter }: { readonly x: Wire; readonly filter: Wire },
  how: Convolution,
): Wire {
  const [filterHeight, filterWidth, inChannels, outChannels] = sizes4(filter);
  const { block } = onnx.target;
  if (block !== null && blockedWaste(inChannels, outChannels, block) <= mostWaste)
    return blockedConvolution(onnx, { x, filter }, block, how);
  const inputs = [channelsFirst(onnx, x), outInFilter(onnx, filter), ...(how.bias ? [how.bias] : [])];
  const type = { shape: [sizes4(x)[0], outChannels, ...how.out], dtype: 'float32' } as const;
  const { strides, dilations, pads } = how;
  const out = onnx.op('Conv', inputs, type, { strides, dilations, pads, kernel_shape: [filterHeight, filterWidth] });
  return channelsLast(onnx, how.activation ? onnx.op(how.activation, [out], type) : out);
}

/** A 1 x 1 convolution as a product of all places with the filter. */
function pointwise(
  onnx: OnnxBuilder,
  { x, filter }: { readonly x: Wire; readonly filter: Wire },
  { bias, activation }: Epilogue,
): Wire {
  const [n, height, width] = sizes4(x);
  const [, , inChannels, outChannels] = sizes4(filter);
  const type = { shape: [n * height * width, outChannels], dtype: 'float32' } as const;
  const factors = [rowsOf(onnx, x), onnx.reshape(filter, [inChannels, outChannels])];
  const product = bias ? onnx.op('Gemm', [...factors, bias], type) : onnx.op('MatMul', factors, type);
  return onnx.reshape(activation ? onnx.op(activation, [product], type) : product, [n, height, width, outChannels]);
}

/** Images [N, h, w, C] as [N h w, C]. */
export const rowsOf = (onnx: OnnxBuilder, images: Wire): Wire =>
  onnx.reshape(images, [sizeOf(images.shape.slice(0, 3)), sizes4(images)[3]]);
