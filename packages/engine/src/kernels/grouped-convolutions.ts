import { backend_util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../feeds.ts';
import type { GraphNode } from '../graph/graph.ts';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import type { Shape } from '../program.ts';
import {
  beforeStart,
  firstOutput,
  inputShape,
  numbersOf,
  operand,
  requireDtype,
  type KernelCall,
  type KernelRule,
} from './rule.ts';
import {
  channelsFirst,
  channelsLast,
  leftOver,
  paddingOf,
  perAxis,
  tapsOf,
  windowAttributes,
  windows2D,
  windows3D,
  type Windows,
} from './windows.ts';

type Call = Pick<KernelCall, 'attributes'>;

/** Sizes of a convolution, and in how many groups of channels it works. */
interface Geometry extends Windows {
  readonly outChannels: number;
  readonly groups: number;
}

type WindowsOf = (image: Shape, filter: Shape, call: Call) => Geometry;

/** Each channel is convolved on its own, with as many filters as `filter` [h, w, channels, multiplier] has. */
const depthwise: WindowsOf = (image, filter, call) => {
  const g = backend_util.computeConv2DInfo(
    [...image] as [number, number, number, number],
    [...filter] as [number, number, number, number],
    perAxis(call, 'strides', 2) as [number, number],
    perAxis(call, 'dilations', 2) as [number, number],
    paddingOf(call),
    call.attributes['dimRoundingMode'] as 'floor' | undefined,
    true,
  );
  return { ...windows2D(g), outChannels: g.outChannels, groups: g.inChannels };
};

/** Volumes [batch, depth, height, width, channels] and filters [depth, height, width, in, out]. */
const volumes: WindowsOf = (image, filter, call) => {
  const g = backend_util.computeConv3DInfo(
    [...image] as [number, number, number, number, number],
    [...filter] as [number, number, number, number, number],
    perAxis(call, 'strides', 3) as [number, number, number],
    perAxis(call, 'dilations', 3) as [number, number, number],
    call.attributes['pad'] as 'same' | 'valid',
  );
  return { ...windows3D(g), outChannels: g.outChannels, groups: 1 };
};

/** A filter of TF.js as ONNX has it: [out, in / groups, ...taps]. */
function onnxFilter(onnx: OnnxBuilder, filter: Wire, g: Geometry): Wire {
  const rank = filter.shape.length;
  const taps = g.filter.map((_, i) => i);
  if (g.groups === 1) return onnx.transpose(filter, [rank - 1, rank - 2, ...taps]);
  return onnx.reshape(onnx.transpose(filter, [rank - 2, rank - 1, ...taps]), [g.outChannels, 1, ...g.filter]);
}

function convolution(onnx: OnnxBuilder, x: Wire, filter: Wire, g: Geometry): Wire {
  const out = onnx.op(
    'Conv',
    [channelsFirst(onnx, x), onnxFilter(onnx, filter, g)],
    { shape: [g.batch, g.outChannels, ...g.out], dtype: 'float32' },
    { ...windowAttributes(g), group: g.groups },
  );
  return channelsLast(onnx, out);
}

function inputGradient(onnx: OnnxBuilder, dy: Wire, filter: Wire, g: Geometry): Wire {
  if (isTurnable(g)) return turnedConvolution(onnx, dy, filter, g);
  const image = onnx.op(
    'ConvTranspose',
    [channelsFirst(onnx, dy), onnxFilter(onnx, filter, g)],
    { shape: [g.batch, g.channels, ...g.size], dtype: 'float32' },
    { ...windowAttributes(g), group: g.groups, output_padding: leftOver(g) },
  );
  return channelsLast(onnx, image);
}

/** Whether the input gradient is a convolution of as many groups: unit steps, one filter a channel, no padding beyond the filter. */
function isTurnable(g: Geometry): boolean {
  const unit = [...g.strides, ...g.dilations].every((step) => step === 1);
  const near = g.filter.every((taps, i) => Math.max(g.before[i] ?? 0, g.after[i] ?? 0) < taps);
  return unit && near && (g.groups === 1 || g.outChannels === g.channels);
}

/** The input gradient with the filter turned by 180 degrees: many times faster than ONNX Runtime's transposed convolution. */
function turnedConvolution(onnx: OnnxBuilder, dy: Wire, filter: Wire, g: Geometry): Wire {
  const rank = filter.shape.length;
  const taps = g.filter.map((_, i) => i);
  const lists = [taps.map(() => -1), taps.map(() => beforeStart), taps, taps.map(() => -1)];
  const turned = onnx.op('Slice', [filter, ...lists.map((list) => onnx.integers(list))], {
    shape: filter.shape,
    dtype: 'float32',
  });
  // [in, out / groups, ...taps]: with a group for each channel there is one of each.
  const order = [rank - 2, rank - 1, ...taps];
  const before = g.filter.map((size, i) => size - 1 - (g.before[i] ?? 0));
  const after = g.size.map((size, i) => size - (g.out[i] ?? 0) + (g.before[i] ?? 0));
  const image = onnx.op(
    'Conv',
    [channelsFirst(onnx, dy), onnx.transpose(turned, order)],
    { shape: [g.batch, g.channels, ...g.size], dtype: 'float32' },
    { kernel_shape: g.filter, pads: [...before, ...after], group: g.groups },
  );
  return channelsLast(onnx, image);
}

/** The filter gradient of a depthwise convolution: for each tap, the image as that tap sees it times dy, summed over all places. */
function gradientByTaps(onnx: OnnxBuilder, x: Wire, dy: Wire, g: Geometry): Wire {
  const multiplier = g.outChannels / g.groups;
  const pads = [0, ...g.before, 0, 0, ...g.after, 0];
  const size = g.size.map((length, i) => length + (g.before[i] ?? 0) + (g.after[i] ?? 0));
  const type = { shape: [g.batch, ...size, g.channels], dtype: 'float32' } as const;
  const padded = pads.every((pad) => pad === 0) ? x : onnx.op('Pad', [x, onnx.integers(pads), onnx.scalar(0)], type);
  const places = [g.batch, ...g.out];
  const errors = onnx.reshape(dy, [...places, g.channels, multiplier]);
  const axes = g.size.map((_, i) => i + 1);
  const taps = Array.from({ length: tapsOf(g) }, (_, tap) => {
    const [row, column] = [Math.floor(tap / (g.filter[1] ?? 1)), tap % (g.filter[1] ?? 1)];
    const starts = [row, column].map((step, i) => step * (g.dilations[i] ?? 1));
    const ends = starts.map((start, i) => start + ((g.out[i] ?? 1) - 1) * (g.strides[i] ?? 1) + 1);
    const seen = onnx.slice(padded, { starts, ends, axes, steps: g.strides });
    const product =
      multiplier === 1
        ? onnx.op('Mul', [seen, dy], { shape: [...places, g.channels], dtype: 'float32' })
        : onnx.op('Mul', [onnx.reshape(seen, [...places, g.channels, 1]), errors], errors);
    const shape = [1, g.channels * multiplier];
    const rows = onnx.reshape(product, [sizeOf(places), g.channels * multiplier]);
    return onnx.op('ReduceSum', [rows, onnx.integers([0])], { shape, dtype: 'float32' }, { keepdims: 1 });
  });
  const [only] = taps;
  const shape = [taps.length, g.channels * multiplier];
  const all =
    only !== undefined && taps.length === 1 ? only : onnx.op('Concat', taps, { shape, dtype: 'float32' }, { axis: 0 });
  return onnx.reshape(all, [...g.filter, g.channels, multiplier]);
}

/** The filter gradient as a convolution: channels take the place of the batch, dy is the filter, strides and dilations change places. */
function gradientByConvolution(onnx: OnnxBuilder, x: Wire, dy: Wire, g: Geometry): Wire {
  const rank = x.shape.length;
  const byChannel = [rank - 1, ...Array.from({ length: rank - 1 }, (_, i) => i)];
  const reached = g.size.map((size, i) => {
    const free = size + (g.before[i] ?? 0) + (g.after[i] ?? 0) - ((g.out[i] ?? 1) - 1) * (g.strides[i] ?? 1) - 1;
    return Math.floor(free / (g.dilations[i] ?? 1)) + 1;
  });
  const whole = onnx.op(
    'Conv',
    [onnx.transpose(x, byChannel), onnx.transpose(dy, byChannel)],
    { shape: [g.channels, g.outChannels, ...reached], dtype: 'float32' },
    { kernel_shape: g.out, strides: g.dilations, dilations: g.strides, pads: [...g.before, ...g.after] },
  );
  // What the strides never reach would be taps beyond the filter.
  const axes = g.filter.map((_, i) => i + 2);
  const taps =
    reached.join() === g.filter.join() ? whole : onnx.slice(whole, { starts: axes.map(() => 0), ends: g.filter, axes });
  return onnx.transpose(taps, [...axes, 0, 1]);
}

const filterGradient = (onnx: OnnxBuilder, x: Wire, dy: Wire, g: Geometry): Wire =>
  g.groups === 1 ? gradientByConvolution(onnx, x, dy, g) : gradientByTaps(onnx, x, dy, g);

/** Multiply-adds of a convolution, forward or back. */
const flopsOf = (g: Geometry) =>
  2 * g.batch * sizeOf(g.out) * tapsOf(g) * g.outChannels * (g.groups === 1 ? g.channels : 1);

function convolutionRule(kernel: string, windowsOf: WindowsOf): KernelRule {
  const geometry = (node: GraphNode) => windowsOf(inputShape(node, 'x'), inputShape(node, 'filter'), node);
  return {
    kernel,
    infer: (call) => {
      const [x, filter] = [operand(call, 'x'), operand(call, 'filter')];
      requireDtype(x, 'float32');
      requireDtype(filter, 'float32');
      const g = windowsOf(x.shape, filter.shape, call);
      return [{ shape: [g.batch, ...g.out, g.outChannels], dtype: 'float32' }];
    },
    lower: ({ onnx, node, inputs }) =>
      convolution(onnx, operand({ inputs }, 'x'), operand({ inputs }, 'filter'), geometry(node)),
    flops: (node) => flopsOf(geometry(node)),
  };
}

function inputGradientRule(kernel: string, windowsOf: WindowsOf): KernelRule {
  const geometry = (node: GraphNode) =>
    windowsOf(numbersOf(node.attributes, 'inputShape'), inputShape(node, 'filter'), node);
  return {
    kernel,
    infer: (call) => {
      const [dy, filter] = [operand(call, 'dy'), operand(call, 'filter')];
      requireDtype(dy, 'float32');
      requireUndilated(call);
      const g = windowsOf(numbersOf(call.attributes, 'inputShape'), filter.shape, call);
      requireShape(dy.shape, g);
      return [{ shape: [g.batch, ...g.size, g.channels], dtype: 'float32' }];
    },
    lower: ({ onnx, node, inputs }) =>
      inputGradient(onnx, operand({ inputs }, 'dy'), operand({ inputs }, 'filter'), geometry(node)),
    flops: (node) => flopsOf(geometry(node)),
  };
}

function filterGradientRule(kernel: string, windowsOf: WindowsOf): KernelRule {
  const geometry = (node: GraphNode) =>
    windowsOf(inputShape(node, 'x'), numbersOf(node.attributes, 'filterShape'), node);
  return {
    kernel,
    infer: (call) => {
      const [x, dy] = [operand(call, 'x'), operand(call, 'dy')];
      requireDtype(x, 'float32');
      requireUndilated(call);
      const shape = numbersOf(call.attributes, 'filterShape');
      requireShape(dy.shape, windowsOf(x.shape, shape, call));
      return [{ shape, dtype: 'float32' }];
    },
    lower: (lowering) => {
      const { onnx, node } = lowering;
      const filter = filterGradient(onnx, operand(lowering, 'x'), operand(lowering, 'dy'), geometry(node));
      return onnx.reshape(filter, firstOutput(lowering).shape);
    },
    flops: (node) => flopsOf(geometry(node)),
  };
}

function requireShape(shape: Shape, g: Geometry): void {
  const wanted = [g.batch, ...g.out, g.outChannels];
  if (wanted.join() !== shape.join()) throw new Error(`takes dy of shape [${wanted.join()}], got [${shape.join()}]`);
}

/** TF.js's own kernels of these gradients leave dilations out; its gradients, as mended here, never ask for them. */
function requireUndilated(call: Call): void {
  const dilated =
    call.attributes['dilations'] !== undefined && numbersOf(call.attributes, 'dilations').some((d) => d > 1);
  if (dilated) throw new Error('takes no dilations; spread the filter out with zeros instead');
}

/** Convolutions that mix no channels. */
export const depthwiseRules: readonly KernelRule[] = [
  convolutionRule('DepthwiseConv2dNative', depthwise),
  inputGradientRule('DepthwiseConv2dNativeBackpropInput', depthwise),
  filterGradientRule('DepthwiseConv2dNativeBackpropFilter', depthwise),
];

/** Convolutions over volumes. */
export const volumeRules: readonly KernelRule[] = [
  convolutionRule('Conv3D', volumes),
  inputGradientRule('Conv3DBackpropInputV2', volumes),
  filterGradientRule('Conv3DBackpropFilterV2', volumes),
];
