import { backend_util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../feeds.ts';
import type { GraphNode } from '../graph/graph.ts';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import type { Shape } from '../program.ts';
import { firstOutput, inputShape, numbersOf, operand, requireDtype, type KernelCall, type KernelRule } from './rule.ts';
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
  const image = onnx.op(
    'ConvTranspose',
    [channelsFirst(onnx, dy), onnxFilter(onnx, filter, g)],
    { shape: [g.batch, g.channels, ...g.size], dtype: 'float32' },
    { ...windowAttributes(g), group: g.groups, output_padding: leftOver(g) },
  );
  return channelsLast(onnx, image);
}

/**
 * The filter gradient as a convolution: the images take the place of the channels, dy is the filter, and strides and dilations
 * change places. With groups, each channel is a group of its own.
 */
function filterGradient(onnx: OnnxBuilder, x: Wire, dy: Wire, g: Geometry): Wire {
  const rank = x.shape.length;
  const byChannel = [rank - 1, ...Array.from({ length: rank - 1 }, (_, i) => i)];
  const images = onnx.transpose(x, byChannel); // [channels, batch, ...size]
  const [one, stacked] = g.groups === 1 ? [g.channels, g.batch] : [1, g.channels * g.batch];
  const reached = g.size.map((size, i) => {
    const free = size + (g.before[i] ?? 0) + (g.after[i] ?? 0) - ((g.out[i] ?? 1) - 1) * (g.strides[i] ?? 1) - 1;
    return Math.floor(free / (g.dilations[i] ?? 1)) + 1;
  });
  const whole = onnx.op(
    'Conv',
    [onnx.reshape(images, [one, stacked, ...g.size]), onnx.transpose(dy, byChannel)],
    { shape: [one, g.outChannels, ...reached], dtype: 'float32' },
    {
      kernel_shape: g.out,
      strides: g.dilations,
      dilations: g.strides,
      pads: [...g.before, ...g.after],
      group: g.groups,
    },
  );
  // What the strides never reach would be taps beyond the filter.
  const axes = g.filter.map((_, i) => i + 2);
  const taps =
    reached.join() === g.filter.join() ? whole : onnx.slice(whole, { starts: axes.map(() => 0), ends: g.filter, axes });
  const outward = onnx.reshape(taps, [g.channels, g.outChannels / g.groups, ...g.filter]);
  return onnx.transpose(outward, [...axes, 0, 1]);
}

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
