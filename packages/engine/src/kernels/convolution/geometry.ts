import { backend_util } from '@tensorflow/tfjs-core';
import type { OnnxBuilder, Wire } from '../../onnx/onnx-builder.ts';
import { numbersOf, type KernelCall } from '../rule.ts';

/** Sizes of a 2-D convolution: batch, image, channels, filter, strides, dilations and padding, as TF.js works them out. */
export type Geometry = backend_util.Conv2DInfo;

export function geometryOf(
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

export const padsOf = ({ padInfo: { top, left, bottom, right } }: Geometry): Quad => [top, left, bottom, right];
export const stridesOf = (g: Geometry): Pair => [g.strideHeight, g.strideWidth];
export const dilationsOf = (g: Geometry): Pair => [g.dilationHeight, g.dilationWidth];
export const filterSizeOf = (g: Geometry): Pair => [g.filterHeight, g.filterWidth];
export const outSizeOf = (g: Geometry): Pair => [g.outHeight, g.outWidth];

/** Height and width. */
export type Pair = readonly [number, number];
/** Top, left, bottom, right. */
export type Quad = readonly [number, number, number, number];

/** Multiply-adds of a convolution, forward or back, times two: every tap of every output meets every channel. */
export function convolutionFlops(g: Geometry): number {
  return 2 * g.batchSize * g.outHeight * g.outWidth * g.outChannels * g.filterHeight * g.filterWidth * g.inChannels;
}

/** A convolution that only mixes channels at each place: a matrix product. */
export const isPointwise = (g: Geometry): boolean =>
  [...filterSizeOf(g), ...stridesOf(g)].every((size) => size === 1) && padsOf(g).every((pad) => pad === 0);

/** Filters [h, w, in, out] to [out, in, h, w]. */
export const outInFilter = (onnx: OnnxBuilder, filter: Wire): Wire => onnx.transpose(filter, [3, 2, 0, 1]);

/** Sizes of a wire of rank 4. */
export function sizes4({ name, shape }: Wire): [number, number, number, number] {
  const [a, b, c, d] = shape;
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw new Error(`${name} of shape [${shape.join()}] is not of rank 4`);
  return [a, b, c, d];
}
