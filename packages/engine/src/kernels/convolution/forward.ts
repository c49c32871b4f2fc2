import { sizeOf } from '../../feeds.ts';
import type { LoweringTarget, OnnxBuilder, Wire } from '../../onnx/onnx-builder.ts';
import { blockedConvolution, blockedWaste, blockOf, type Activation, type Convolution } from './blocked.ts';
import { dilationsOf, outInFilter, outSizeOf, padsOf, sizes4, stridesOf, type Geometry } from './geometry.ts';
import { channelsFirst, channelsLast } from '../windows.ts';
import { cheapest, pointwiseCost, type Strategy } from './strategy.ts';

/** What a convolution is made of. */
export interface ForwardFactors {
  /** [N, h, w, C] */
  readonly x: Wire;
  /** [filterHeight, filterWidth, C, O] */
  readonly filter: Wire;
  /** What is done to the output on the way out. */
  readonly epilogue?: Epilogue;
}

export type Epilogue = Pick<Convolution, 'bias' | 'activation'>;

/** Blocked and plain convolutions, with what they cost for a number of channels. */
export const blockedCost = (inChannels: number, outChannels: number, { block }: LoweringTarget): number =>
  block === null ? Infinity : blockedWaste(inChannels, outChannels, block);
/** ONNX Runtime's own convolution is bad where it makes only a few channels. */
export const plainCost = (outChannels: number): number => (outChannels < 4 ? 25 : 2.2);

const convolutionOf = (g: Geometry, epilogue: Epilogue = {}): Convolution => ({
  out: outSizeOf(g),
  pads: padsOf(g),
  strides: stridesOf(g),
  dilations: dilationsOf(g),
  ...epilogue,
});

export const forwardStrategies: readonly Strategy<ForwardFactors>[] = [
  { name: 'product', cost: pointwiseCost, write: (onnx, factors) => pointwise(onnx, factors) },
  {
    name: 'blocked',
    cost: (g, target) => blockedCost(g.inChannels, g.outChannels, target),
    write: (onnx, { x, filter, epilogue }, g) =>
      blockedConvolution(onnx, { x, filter }, blockOf(onnx), convolutionOf(g, epilogue)),
  },
  {
    name: 'plain',
    cost: (g) => plainCost(g.outChannels),
    write: (onnx, { x, filter, epilogue }, g) => plainConvolution(onnx, { x, filter }, convolutionOf(g, epilogue)),
  },
];

/** A convolution of images [N, h, w, C] with filters [h, w, C, O]. */
export const forward = (onnx: OnnxBuilder, factors: ForwardFactors, g: Geometry): Wire =>
  cheapest(forwardStrategies, g, onnx.target).write(onnx, factors, g);

/** The convolution of ONNX itself, with channels first. */
export function plainConvolution(
  onnx: OnnxBuilder,
  { x, filter }: { readonly x: Wire; readonly filter: Wire },
  { out, strides, dilations, pads, bias, activation }: Convolution,
): Wire {
  const [filterHeight, filterWidth, , outChannels] = sizes4(filter);
  const inputs = [channelsFirst(onnx, x), outInFilter(onnx, filter), ...(bias ? [bias] : [])];
  const type = { shape: [sizes4(x)[0], outChannels, ...out], dtype: 'float32' } as const;
  const y = onnx.op('Conv', inputs, type, { strides, dilations, pads, kernel_shape: [filterHeight, filterWidth] });
  return channelsLast(onnx, activated(onnx, y, activation));
}

/** A 1 x 1 convolution as a product of all places with the filter. */
function pointwise(onnx: OnnxBuilder, { x, filter, epilogue: { bias, activation } = {} }: ForwardFactors): Wire {
  const [n, height, width] = sizes4(x);
  const [, , inChannels, outChannels] = sizes4(filter);
  const type = { shape: [n * height * width, outChannels], dtype: 'float32' } as const;
  const factors = [rowsOf(onnx, x), onnx.reshape(filter, [inChannels, outChannels])];
  const product = bias ? onnx.op('Gemm', [...factors, bias], type) : onnx.op('MatMul', factors, type);
  return onnx.reshape(activated(onnx, product, activation), [n, height, width, outChannels]);
}

function activated(onnx: OnnxBuilder, x: Wire, activation: Activation | undefined): Wire {
  if (activation === undefined) return x;
  const attributes = activation.operator === 'LeakyRelu' ? { alpha: { float: activation.alpha } } : {};
  return onnx.op(activation.operator, [x], x, attributes);
}

/** Images [N, h, w, C] as [N h w, C]. */
export const rowsOf = (onnx: OnnxBuilder, images: Wire): Wire =>
  onnx.reshape(images, [sizeOf(images.shape.slice(0, 3)), sizes4(images)[3]]);
