import type { OnnxBuilder, Wire } from '../../onnx/onnx-builder.ts';
import { beforeStart } from '../rule.ts';
import { blockedConvolution, blockedResult, blockOf, fromBlocks, type Convolution } from './blocked.ts';
import { blockedCost, plainConvolution, plainCost, rowsOf } from './forward.ts';
import { dilationsOf, filterSizeOf, padsOf, stridesOf, type Geometry, type Pair, type Quad } from './geometry.ts';
import { channelsLast } from '../windows.ts';
import { cheapest, pointwiseCost, type Strategy } from './strategy.ts';

interface Factors {
  /** [N, outHeight, outWidth, O] */
  readonly dy: Wire;
  /** [filterHeight, filterWidth, C, O] */
  readonly filter: Wire;
}

export const inputGradientStrategies: readonly Strategy<Factors>[] = [
  { name: 'product', cost: pointwiseCost, write: pointwise },
  {
    name: 'turned, blocked',
    cost: (g, target) => (canTurn(g) ? blockedCost(g.outChannels, g.inChannels, target) : Infinity),
    write: (onnx, factors, g) => blockedConvolution(onnx, turned(onnx, factors, g), blockOf(onnx), turnedBack(g)),
  },
  {
    name: 'turned, plain',
    cost: (g) => (canTurn(g) ? plainCost(g.inChannels) : Infinity),
    write: (onnx, factors, g) => plainConvolution(onnx, turned(onnx, factors, g), turnedBack(g)),
  },
  {
    name: 'phases, blocked',
    cost: (g, target) => (phasesOf(g) === null ? Infinity : 1.1 * blockedCost(g.outChannels, g.inChannels, target)),
    write: byPhases,
  },
  { name: 'scattered', cost: () => 2.5, write: scattered },
];

/** The gradient of a convolution with respect to its images [N, h, w, C]; also the transposed convolution itself. */
export const inputGradient = (onnx: OnnxBuilder, factors: Factors, g: Geometry): Wire =>
  cheapest(inputGradientStrategies, g, onnx.target).write(onnx, factors, g);

function pointwise(onnx: OnnxBuilder, { dy, filter }: Factors, g: Geometry): Wire {
  const rows = rowsOf(onnx, dy);
  const type = { shape: [rows.shape[0] ?? 1, g.inChannels], dtype: 'float32' } as const;
  const matrix = onnx.reshape(filter, [g.inChannels, g.outChannels]);
  return onnx.reshape(onnx.op('Gemm', [rows, matrix], type, { transB: 1 }), g.inShape);
}

/** Padding of the convolution that takes dy back to the image, with unit strides. */
function turnedPads(g: Geometry): Quad {
  const [top, left] = padsOf(g);
  const [reachHeight, reachWidth] = [g.effectiveFilterHeight - 1, g.effectiveFilterWidth - 1];
  return [reachHeight - top, reachWidth - left, g.inHeight - g.outHeight + top, g.inWidth - g.outWidth + left];
}

/** With unit strides the input gradient is a convolution of dy with the filter turned by 180 degrees. */
const canTurn = (g: Geometry): boolean =>
  stridesOf(g).every((stride) => stride === 1) && turnedPads(g).every((pad) => pad >= 0);

const turnedBack = (g: Geometry): Convolution => ({
  out: [g.inHeight, g.inWidth],
  pads: turnedPads(g),
  strides: [1, 1],
  dilations: dilationsOf(g),
});

function turned(onnx: OnnxBuilder, { dy, filter }: Factors, g: Geometry): { readonly x: Wire; readonly filter: Wire } {
  const from: Pair = [g.filterHeight - 1, g.filterWidth - 1];
  return { x: dy, filter: everyTap(onnx, filter, { from, count: filterSizeOf(g), step: [1, 1] }) };
}

/** Taps of a filter, backwards, with channels in and out changed over: [count, count, O, C]. */
function everyTap(
  onnx: OnnxBuilder,
  filter: Wire,
  { from, count, step }: { readonly from: Pair; readonly count: Pair; readonly step: Pair },
): Wire {
  const ends = from.map((start, axis) => start - (count[axis] ?? 1) * (step[axis] ?? 1));
  const lists = [from, ends.map((end) => (end < 0 ? beforeStart : end)), [0, 1], step.map((size) => -size)];
  const shape = [...count, filter.shape[2] ?? 1, filter.shape[3] ?? 1];
  const inputs = [filter, ...lists.map((list) => onnx.integers(list))];
  return onnx.transpose(onnx.op('Slice', inputs, { shape, dtype: 'float32' }), [0, 1, 3, 2]);
}

/** Along one axis, the places of the image that meet the same taps of the filter. */
interface Phase {
  /** The first tap, of `taps`, a stride apart. */
  readonly first: number;
  readonly taps: number;
  /** Padding of dy before and after. */
  readonly pads: Pair;
}

/**
 * With strides, each place of the image meets only every stride-th tap of the filter: places with the same remainder
 * share theirs, and their gradient is a plain convolution of dy. Null where the image is not a whole number of strides, where
 * a remainder meets no tap, or padding would be negative.
 */
function phasesOf(g: Geometry): readonly [Phase[], Phase[]] | null {
  if (dilationsOf(g).some((dilation) => dilation !== 1)) return null;
  const [top, left] = padsOf(g);
  const rows = axisPhases({
    size: g.inHeight,
    out: g.outHeight,
    filter: g.filterHeight,
    stride: g.strideHeight,
    pad: top,
  });
  const columns = axisPhases({
    size: g.inWidth,
    out: g.outWidth,
    filter: g.filterWidth,
    stride: g.strideWidth,
    pad: left,
  });
  return rows === null || columns === null ? null : [rows, columns];
}

interface Axis {
  readonly size: number;
  readonly out: number;
  readonly filter: number;
  readonly stride: number;
  readonly pad: number;
}

function axisPhases({ size, out, filter, stride, pad }: Axis): Phase[] | null {
  if (size % stride !== 0) return null;
  const places = size / stride;
  const phases = Array.from({ length: stride }, (_, remainder): Phase => {
    const first = (remainder + pad) % stride;
    const taps = Math.ceil((filter - first) / stride);
    const base = Math.floor((remainder + pad) / stride);
    return { first, taps, pads: [taps - 1 - base, places + base - out] };
  });
  return phases.every(({ taps, pads }) => taps > 0 && pads.every((count) => count >= 0)) ? phases : null;
}

/** The phases' convolutions, and their results woven into one image. */
function byPhases(onnx: OnnxBuilder, { dy, filter }: Factors, g: Geometry): Wire {
  const block = blockOf(onnx);
  const [rows, columns] = phasesOf(g) ?? [[], []];
  const [strideHeight, strideWidth] = stridesOf(g);
  const out: Pair = [g.inHeight / strideHeight, g.inWidth / strideWidth];
  const parts = rows.flatMap((row) =>
    columns.map((column) => {
      const lastTaps: Pair = [
        row.first + strideHeight * (row.taps - 1),
        column.first + strideWidth * (column.taps - 1),
      ];
      const count: Pair = [row.taps, column.taps];
      const taps = everyTap(onnx, filter, { from: lastTaps, count, step: stridesOf(g) });
      const pads: Quad = [row.pads[0], column.pads[0], row.pads[1], column.pads[1]];
      return blockedResult(onnx, { x: dy, filter: taps }, block, { out, pads, strides: [1, 1], dilations: [1, 1] });
    }),
  );
  return weave(onnx, parts, g, block);
}

/** Blocked results [N, whole blocks, h, w], one per phase, as one image [N, h strides, w strides, C]. */
function weave(onnx: OnnxBuilder, parts: readonly Wire[], g: Geometry, block: number): Wire {
  const [strideHeight, strideWidth] = stridesOf(g);
  const [height, width] = [g.inHeight / strideHeight, g.inWidth / strideWidth];
  const n = g.batchSize;
  const dtype = 'float32';
  if (g.inChannels % block === 0) {
    const shape = [n, parts.length * g.inChannels, height, width];
    const all = onnx.op('Concat', parts, { shape, dtype }, { axis: 1 });
    const blocks = [n, strideHeight, strideWidth, g.inChannels / block, height, width, block];
    return onnx.reshape(onnx.transpose(onnx.reshape(all, blocks), [0, 4, 1, 5, 2, 3, 6]), g.inShape);
  }
  const places = parts.map((part) => fromBlocks(onnx, part, g.inChannels, block));
  const shape = [n, height, width, parts.length * g.inChannels];
  const all = onnx.op('Concat', places, { shape, dtype }, { axis: 3 });
  const split = onnx.reshape(all, [n, height, width, strideHeight, strideWidth * g.inChannels]);
  return onnx.reshape(onnx.transpose(split, [0, 1, 3, 2, 4]), g.inShape);
}

/** The general case: what each place of dy owes to each tap, as one product, added up where taps overlap. */
function scattered(onnx: OnnxBuilder, { dy, filter }: Factors, g: Geometry): Wire {
  const [n, places, taps] = [g.batchSize, g.outHeight * g.outWidth, g.filterHeight * g.filterWidth];
  const matrix = onnx.reshape(onnx.transpose(filter, [2, 0, 1, 3]), [g.inChannels * taps, g.outChannels]);
  const type = { shape: [n, g.inChannels * taps, places], dtype: 'float32' } as const;
  const rows = onnx.reshape(dy, [n, places, g.outChannels]);
  const owed = onnx.op('com.microsoft.FusedMatMul', [matrix, rows], type, { transB: 1 });
  const image = { shape: [n, g.inChannels, g.inHeight, g.inWidth], dtype: 'float32' } as const;
  const sizes = [onnx.integers([g.inHeight, g.inWidth]), onnx.integers(filterSizeOf(g))];
  const attributes = { pads: padsOf(g), strides: stridesOf(g), dilations: dilationsOf(g) };
  return channelsLast(onnx, onnx.op('Col2Im', [owed, ...sizes], image, attributes));
}
