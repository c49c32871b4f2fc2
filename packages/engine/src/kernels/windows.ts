import type { backend_util } from '@tensorflow/tfjs-core';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import { numberOf, numbersOf, type KernelCall } from './rule.ts';

type Attributed = Pick<KernelCall, 'attributes'>;

/** Windows that slide over the spatial axes of an image or volume with channels last; one number per spatial axis. */
export interface Windows {
  readonly batch: number;
  readonly channels: number;
  readonly size: readonly number[];
  readonly filter: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly out: readonly number[];
}

/** What TF.js works out for 2-D windows. */
export const windows2D = (g: backend_util.Conv2DInfo): Windows =>
  checked({
    batch: g.batchSize,
    channels: g.inChannels,
    size: [g.inHeight, g.inWidth],
    filter: [g.filterHeight, g.filterWidth],
    strides: [g.strideHeight, g.strideWidth],
    dilations: [g.dilationHeight, g.dilationWidth],
    before: [g.padInfo.top, g.padInfo.left],
    out: [g.outHeight, g.outWidth],
  });

/** What TF.js works out for 3-D windows. */
export const windows3D = (g: backend_util.Conv3DInfo): Windows =>
  checked({
    batch: g.batchSize,
    channels: g.inChannels,
    size: [g.inDepth, g.inHeight, g.inWidth],
    filter: [g.filterDepth, g.filterHeight, g.filterWidth],
    strides: [g.strideDepth, g.strideHeight, g.strideWidth],
    dilations: [g.dilationDepth, g.dilationHeight, g.dilationWidth],
    before: [g.padInfo.front, g.padInfo.top, g.padInfo.left],
    out: [g.outDepth, g.outHeight, g.outWidth],
  });

/** From first to last element that a window covers. */
const reach = (filter: number, dilation: number) => dilation * (filter - 1) + 1;

/** Works out the padding after from the number of windows; refuses outputs that filter and padding do not explain. */
function checked(g: Omit<Windows, 'after'>): Windows {
  if (g.before.some((pad) => pad < 0)) {
    throw new Error(
      "TF.js starts the windows inside the volume where strides exceed the filter; pad 'valid', or use a filter as wide as the strides",
    );
  }
  const at = (list: readonly number[], i: number) => list[i] ?? 1;
  const covered = g.size.map(
    (_, i) => (at(g.out, i) - 1) * at(g.strides, i) + reach(at(g.filter, i), at(g.dilations, i)),
  );
  const after = g.size.map((size, i) => Math.max(0, at(covered, i) - size - (g.before[i] ?? 0)));
  g.size.forEach((size, i) => {
    const free = size + (g.before[i] ?? 0) - at(covered, i);
    if (free >= at(g.strides, i) || at(g.out, i) < 1) {
      throw new Error(
        `TF.js gives ${g.out.join(' x ')} windows, fewer than fit: pad 'same' or 'valid', or use a square filter, equal strides and no dilation`,
      );
    }
  });
  return { ...g, after };
}

/** The attributes of ONNX's Conv and pooling operators. */
export const windowAttributes = (g: Windows) => ({
  kernel_shape: g.filter,
  strides: g.strides,
  dilations: g.dilations,
  pads: [...g.before, ...g.after],
});

/** What a transposed convolution must add at the far end of each axis to give back the size of the image. */
export const leftOver = (g: Windows): number[] =>
  g.size.map((size, i) => {
    const covered = ((g.out[i] ?? 1) - 1) * (g.strides[i] ?? 1) + reach(g.filter[i] ?? 1, g.dilations[i] ?? 1);
    return size - (covered - (g.before[i] ?? 0) - (g.after[i] ?? 0));
  });

/** The number of elements that a window covers. */
export const tapsOf = ({ filter }: Pick<Windows, 'filter'>): number => filter.reduce((a, b) => a * b, 1);

const middle = (rank: number) => Array.from({ length: rank - 2 }, (_, i) => i + 1);

/** Images or volumes with channels last to channels first. */
export const channelsFirst = (onnx: OnnxBuilder, x: Wire): Wire =>
  onnx.transpose(x, [0, x.shape.length - 1, ...middle(x.shape.length)]);

/** Images or volumes with channels first to channels last. */
export const channelsLast = (onnx: OnnxBuilder, x: Wire): Wire =>
  onnx.transpose(x, [0, ...middle(x.shape.length).map((axis) => axis + 1), 1]);

/** An attribute that is one number per spatial axis, or one for all. */
export function perAxis({ attributes }: Attributed, name: string, rank: number): number[] {
  if (attributes[name] === undefined || attributes[name] === null) return Array.from({ length: rank }, () => 1);
  const given = numbersOf(attributes, name);
  return given.length === 1 ? Array.from({ length: rank }, () => given[0] ?? 1) : given;
}

export type Padding = 'same' | 'valid' | number;

/** The attribute `pad`. */
export function paddingOf({ attributes }: Attributed): Padding {
  const { pad } = attributes;
  if (pad === 'same' || pad === 'valid') return pad;
  if (Array.isArray(pad)) throw new Error("pads by 'same', 'valid' or one number, not by a list; pad the image first");
  return numberOf(attributes, 'pad');
}
