import { backend_util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../feeds.ts';
import type { GraphNode } from '../graph/graph.ts';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import type { Shape } from '../program.ts';
import {
  beforeStart,
  inputShape,
  operand,
  requireDtype,
  type KernelCall,
  type KernelRule,
  type Lowering,
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
type Rank = 2 | 3;

/** The windows of a pooling kernel over an input of that shape. */
function poolWindows(shape: Shape, call: Call, rank: Rank): Windows {
  const rounding = call.attributes['dimRoundingMode'] as 'floor' | 'round' | 'ceil' | undefined;
  const [filter, strides] = [perAxis(call, 'filterSize', rank), perAxis(call, 'strides', rank)];
  const pad = paddingOf(call);
  const g =
    rank === 2
      ? windows2D(
          backend_util.computePool2DInfo(
            [...shape] as [number, number, number, number],
            filter as [number, number],
            strides as [number, number],
            1,
            pad,
            rounding,
          ),
        )
      : windows3D(
          backend_util.computePool3DInfo(
            [...shape] as [number, number, number, number, number],
            filter as [number, number, number],
            strides as [number, number, number],
            1,
            pad,
            rounding,
          ),
        );
  const empty = g.filter.some((taps, i) => taps <= (g.before[i] ?? 0) || taps <= (g.after[i] ?? 0));
  if (empty) throw new Error('pools windows that hold at least one element; pad by less than the filter');
  return g;
}

const outShape = (g: Windows) => [g.batch, ...g.out, g.channels];
const firstShape = (g: Windows, sizes: readonly number[]) => [g.batch, g.channels, ...sizes];

/** Windows of one element each, one for each place: pooling is the identity, NaN included. */
const isIdentity = (g: Windows) => tapsOf(g) === 1 && g.out.join() === g.size.join();

/** NaN never exceeds a maximum in TF.js: it counts as -Infinity. */
function withoutNan(onnx: OnnxBuilder, x: Wire): Wire {
  if (x.dtype !== 'float32') return x;
  const nan = onnx.op('IsNaN', [x], { shape: x.shape, dtype: 'bool' });
  return onnx.op('Where', [nan, onnx.scalar(-Infinity), x], x);
}

/** Maximum of each window of a channels-first input. ONNX Runtime has no int32 pooling: float64 holds every int32. */
function maxPool(onnx: OnnxBuilder, images: Wire, g: Windows): Wire {
  const whole = images.dtype === 'int32' ? onnx.cast(images, 'float64') : withoutNan(onnx, images);
  const type = { shape: firstShape(g, g.out), dtype: whole.dtype };
  const values = onnx.op('MaxPool', [whole], type, windowAttributes(g));
  if (images.dtype === 'int32') return onnx.cast(values, 'int32');
  const none = onnx.op('LessOrEqual', [values, onnx.scalar(lowestFloat)], { shape: type.shape, dtype: 'bool' });
  return onnx.op('Where', [none, onnx.scalar(-Infinity), values], type);
}

/** What ONNX Runtime gives as the maximum of a window that holds only -Infinity. */
const lowestFloat = -3.4028234663852886e38;

/**
 * For each window of a channels-first input, whether it has a maximum (not all NaN or -Infinity), and the place of the first one,
 * counted over the whole input.
 */
function maxima(onnx: OnnxBuilder, images: Wire, g: Windows): { exists: Wire; places: Wire } {
  const shape = firstShape(g, g.out);
  const [values, places] = onnx.ops(
    'MaxPool',
    [withoutNan(onnx, images)],
    [
      { shape, dtype: 'float32' },
      { shape, dtype: 'int64' },
    ],
    windowAttributes(g),
  );
  if (values === undefined || places === undefined) throw new Error('MaxPool has two outputs');
  const exists = onnx.op('Greater', [values, onnx.scalar(lowestFloat)], { shape, dtype: 'bool' });
  return { exists, places };
}

/** Turns the spatial axes of a channels-first input around. */
function turned(onnx: OnnxBuilder, x: Wire): Wire {
  const axes = x.shape.slice(2).map((_, i) => i + 2);
  const lists = [axes.map(() => -1), axes.map(() => beforeStart), axes, axes.map(() => -1)];
  return onnx.op('Slice', [x, ...lists.map((list) => onnx.integers(list))], x);
}

/** The windows seen from the far end, over the part of the image that they reach. */
function fromTheEnd(g: Windows): Windows {
  const used = g.size.map((size, i) => Math.min(size, coveredBy(g, i)));
  const before = used.map((size, i) => coveredBy(g, i) - size);
  return { ...g, size: used, before, after: g.before };
}

/** How many elements of axis i, from its first, the windows cover; what is beyond the size is padding. */
const coveredBy = (g: Windows, i: number) =>
  ((g.out[i] ?? 1) - 1) * (g.strides[i] ?? 1) + (g.filter[i] ?? 1) - (g.before[i] ?? 0);

/** Each element of dy added to the maximum of its window, in zeros of the shape of `images`; all channels first. */
function scattered(onnx: OnnxBuilder, images: Wire, dy: Wire, g: Windows): Wire {
  const { exists, places } = maxima(onnx, images, g);
  const errors = onnx.op('Where', [exists, dy, onnx.scalar(0)], { shape: exists.shape, dtype: 'float32' });
  const safe = onnx.op('Where', [exists, places, onnx.reshape(onnx.integers([0]), [])], places);
  const total = [sizeOf(images.shape)];
  const zeros = onnx.op('Expand', [onnx.scalar(0), onnx.integers(total)], { shape: total, dtype: 'float32' });
  const flat = [sizeOf(exists.shape)];
  const sums = onnx.op(
    'ScatterElements',
    [zeros, onnx.reshape(safe, flat), onnx.reshape(errors, flat)],
    { shape: total, dtype: 'float32' },
    { axis: 0, reduction: 'add' },
  );
  return onnx.reshape(sums, images.shape);
}

/** The gradient of max pooling: dy of each window goes to its maximum; of several, TF.js takes the first. */
const maxPoolGradient = (onnx: OnnxBuilder, x: Wire, dy: Wire, g: Windows): Wire =>
  channelsLast(onnx, scattered(onnx, channelsFirst(onnx, x), channelsFirst(onnx, dy), g));

/** In 3-D TF.js takes the last of several maxima: the first, seen from the far end. */
function maxPoolGradient3D(onnx: OnnxBuilder, x: Wire, dy: Wire, g: Windows): Wire {
  const facing = fromTheEnd(g);
  const axes = g.size.map((_, i) => i + 2);
  const images = channelsFirst(onnx, x);
  const used = onnx.slice(images, { starts: axes.map(() => 0), ends: facing.size, axes });
  const sums = scattered(onnx, turned(onnx, used), turned(onnx, channelsFirst(onnx, dy)), facing);
  const rest = g.size.map((size, i) => size - (facing.size[i] ?? 0));
  const pads = [0, 0, ...axes.map(() => 0), 0, 0, ...rest];
  return channelsLast(onnx, onnx.op('Pad', [turned(onnx, sums), onnx.integers(pads), onnx.scalar(0)], images));
}

/** The gradient of average pooling in TF.js: every window spreads dy over its elements, divided by the size of the whole filter. */
function averagePoolGradient(onnx: OnnxBuilder, dy: Wire, g: Windows): Wire {
  const share = onnx.op('Mul', [dy, onnx.scalar(1 / tapsOf(g))], { shape: dy.shape, dtype: 'float32' });
  const tiled = g.size.every(
    (size, i) => g.strides[i] === g.filter[i] && size === (g.out[i] ?? 0) * (g.filter[i] ?? 0),
  );
  if (tiled && g.before.every((pad) => pad === 0)) {
    // Windows side by side: each element of dy is repeated.
    const small = onnx.reshape(share, [g.batch, ...g.out.flatMap((n) => [n, 1]), g.channels]);
    const shape = [g.batch, ...g.out.flatMap((n, i) => [n, g.filter[i] ?? 1]), g.channels];
    const large = onnx.op('Expand', [small, onnx.integers(shape)], { shape, dtype: 'float32' });
    return onnx.reshape(large, [g.batch, ...g.size, g.channels]);
  }
  const planes = [g.batch * g.channels, 1];
  const ones = onnx.constant(new Float32Array(tapsOf(g)).fill(1), { shape: [1, 1, ...g.filter], dtype: 'float32' });
  const spread = onnx.op(
    'ConvTranspose',
    [onnx.reshape(channelsFirst(onnx, share), [...planes, ...g.out]), ones],
    { shape: [...planes, ...g.size], dtype: 'float32' },
    { ...windowAttributes(g), output_padding: leftOver(g) },
  );
  return channelsLast(onnx, onnx.reshape(spread, firstShape(g, g.size)));
}

const forward = (node: GraphNode, rank: Rank) => poolWindows(inputShape(node, 'x'), node, rank);
const backward = (node: GraphNode, rank: Rank) => poolWindows(inputShape(node, 'input'), node, rank);
const flopsOf = (g: Windows) => tapsOf(g) * sizeOf(outShape(g));

function pooling(kernel: string, rank: Rank, lower: (onnx: OnnxBuilder, x: Wire, g: Windows) => Wire): KernelRule {
  const max = kernel.startsWith('Max');
  return {
    kernel,
    infer: (call) => {
      const x = operand(call, 'x');
      requireDtype(x, ...(max ? (['float32', 'int32'] as const) : (['float32'] as const)));
      return [{ shape: outShape(poolWindows(x.shape, call, rank)), dtype: x.dtype }];
    },
    lower: ({ onnx, node, inputs }) => {
      const x = operand({ inputs }, 'x');
      const g = forward(node, rank);
      // TF.js hands single elements through in 2-D only: in 3-D their NaN become -Infinity.
      return rank === 2 && isIdentity(g) ? x : channelsLast(onnx, lower(onnx, channelsFirst(onnx, x), g));
    },
    flops: (node) => flopsOf(forward(node, rank)),
  };
}

const averagePool = (onnx: OnnxBuilder, images: Wire, g: Windows) =>
  onnx.op('AveragePool', [images], { shape: firstShape(g, g.out), dtype: 'float32' }, windowAttributes(g));

function poolingGradient(
  kernel: string,
  rank: Rank,
  lower: (lowering: Lowering, dy: Wire, g: Windows) => Wire,
): KernelRule {
  return {
    kernel,
    infer: (call) => {
      const [input, dy] = [operand(call, 'input'), operand(call, 'dy')];
      requireDtype(input, 'float32');
      requireDtype(dy, 'float32');
      const wanted = outShape(poolWindows(input.shape, call, rank));
      if (wanted.join() !== dy.shape.join()) {
        throw new Error(`takes dy of shape [${wanted.join()}], got [${dy.shape.join()}]; pool without dimRoundingMode`);
      }
      return [{ shape: input.shape, dtype: 'float32' }];
    },
    lower: (lowering) => lower(lowering, operand(lowering, 'dy'), backward(lowering.node, rank)),
    flops: (node) => flopsOf(backward(node, rank)),
  };
}

/** Places counted over channels-first images, as TF.js counts them: over channels-last ones, within the image or the batch. */
function placesChannelsLast(onnx: OnnxBuilder, places: Wire, g: Windows, wholeBatch: boolean): Wire {
  const plane = sizeOf(g.size);
  const planes = [g.batch, g.channels, 1, 1];
  const start = Int32Array.from({ length: g.batch * g.channels }, (_, i) => {
    const [image, channel] = [Math.floor(i / g.channels), i % g.channels];
    return (wholeBatch ? image * plane * g.channels : 0) + channel;
  });
  const within = onnx.op('Mod', [onnx.cast(places, 'int32'), onnx.scalar(plane, 'int32')], {
    shape: places.shape,
    dtype: 'int32',
  });
  const spread = onnx.op('Mul', [within, onnx.scalar(g.channels, 'int32')], within);
  const shifted = onnx.op('Add', [spread, onnx.constant(start, { shape: planes, dtype: 'int32' })], within);
  return channelsLast(onnx, shifted);
}

/** Pooling over images and volumes, with the gradients that TF.js has as kernels of their own. */
export const poolingRules: readonly KernelRule[] = [
  pooling('MaxPool', 2, maxPool),
  pooling('MaxPool3D', 3, maxPool),
  pooling('AvgPool', 2, averagePool),
  pooling('AvgPool3D', 3, averagePool),
  poolingGradient('MaxPoolGrad', 2, ({ onnx, inputs }, dy, g) =>
    maxPoolGradient(onnx, operand({ inputs }, 'input'), dy, g),
  ),
  poolingGradient('MaxPool3DGrad', 3, ({ onnx, inputs }, dy, g) =>
    maxPoolGradient3D(onnx, operand({ inputs }, 'input'), dy, g),
  ),
  poolingGradient('AvgPoolGrad', 2, ({ onnx }, dy, g) => averagePoolGradient(onnx, dy, g)),
  poolingGradient('AvgPool3DGrad', 3, ({ onnx }, dy, g) => averagePoolGradient(onnx, dy, g)),
  {
    kernel: 'MaxPoolWithArgmax',
    infer: (call) => {
      const x = operand(call, 'x');
      requireDtype(x, 'float32');
      const shape = outShape(poolWindows(x.shape, call, 2));
      return [
        { shape, dtype: 'float32' },
        { shape, dtype: 'int32' },
      ];
    },
    lower: (lowering) => {
      const { onnx, node } = lowering;
      const g = forward(node, 2);
      const images = channelsFirst(onnx, operand(lowering, 'x'));
      const { exists, places } = maxima(onnx, images, g);
      const known = placesChannelsLast(onnx, places, g, node.attributes['includeBatchInIndex'] === true);
      const none = onnx.op('Where', [channelsLast(onnx, exists), known, onnx.scalar(-1, 'int32')], known);
      return [channelsLast(onnx, maxPool(onnx, images, g)), none];
    },
    flops: (node) => flopsOf(forward(node, 2)),
  },
];
