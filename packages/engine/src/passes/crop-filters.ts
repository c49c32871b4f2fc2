import { backend_util } from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Attributes, Graph, GraphNode, GraphValue } from '../graph/graph.ts';
import { geometryOf, padsOf, type Geometry, type Pair } from '../kernels/convolution/geometry.ts';
import { numbersOf } from '../kernels/rule.ts';
import { rewrite, type Rewrite } from './rewrite.ts';

/**
 * Convolutions whose filter is a product with a constant mask (PixelCNN's) leave out the rows and columns of taps that the mask
 * makes zero at the filter's edges, forward and back. Where an image holds NaN or infinity, IEEE would have the taps left out make NaN
 * of it.
 */
export const cropFilters = (graph: Graph): Graph =>
  rewrite(graph, [croppedConvolution, croppedInputGradient, croppedFilterGradient]);

/** The taps of a filter that a mask leaves: the first row and column, and how many of each. */
interface Window {
  readonly start: Pair;
  readonly size: Pair;
}

const croppedConvolution: Rewrite = ({ kernel, inputs, attributes, outputs }, builder) => {
  const { x, filter } = inputs;
  if (kernel !== 'Conv2D' || x === undefined || filter === undefined) return null;
  const crop = cropOf(geometryOf(x.shape, filter.shape, { attributes }), maskOf(filter));
  if (crop === null) return null;
  const small = cutOut(builder, filter, crop.window);
  return builder.node(kernel, { x, filter: small }, { ...attributes, pad: crop.pad }, outputs).outputs[0] ?? null;
};

const croppedInputGradient: Rewrite = ({ kernel, inputs, attributes, outputs }, builder) => {
  const { dy, filter } = inputs;
  if (kernel !== 'Conv2DBackpropInput' || dy === undefined || filter === undefined) return null;
  const g = geometryOf(numbersOf(attributes, 'inputShape'), filter.shape, { attributes });
  const crop = cropOf(g, maskOf(filter));
  if (crop === null) return null;
  const small = cutOut(builder, filter, crop.window);
  return builder.node(kernel, { dy, filter: small }, { ...attributes, pad: crop.pad }, outputs).outputs[0] ?? null;
};

/** mask * filter gradient: only the taps in the mask's window are worked out. */
const croppedFilterGradient: Rewrite = ({ kernel, inputs, attributes, outputs }, builder, uses) => {
  const { a, b } = inputs;
  if (kernel !== 'Multiply' || a === undefined || b === undefined) return null;
  const crop = (gradient: GraphValue, mask: GraphValue) => {
    const { origin, shape } = gradient;
    if (origin.kind !== 'node' || origin.node.kernel !== 'Conv2DBackpropFilter' || uses(gradient) !== 1) return null;
    return shape.join() === mask.shape.join() ? smallGradient(builder, origin.node, mask) : null;
  };
  const [small, mask] = [crop(a, b) ?? crop(b, a), a.origin.kind === 'constant' ? a : b];
  return small && (builder.node(kernel, { a: small, b: mask }, attributes, outputs).outputs[0] ?? null);
};

function smallGradient(builder: GraphBuilder, node: GraphNode, mask: GraphValue): GraphValue | null {
  const { x, dy } = node.inputs;
  const [whole] = node.outputs;
  if (x === undefined || dy === undefined || whole === undefined) return null;
  const crop = cropOf(geometryOf(x.shape, whole.shape, node), mask);
  if (crop === null) return null;
  const { start, size } = crop.window;
  const [height = 1, width = 1, ...channels] = whole.shape;
  const shape = [...size, ...channels];
  const type = [{ shape, dtype: whole.dtype }];
  const attributes: Attributes = { ...node.attributes, filterShape: shape, pad: crop.pad };
  const [small] = builder.node(node.kernel, { x, dy }, attributes, type).outputs;
  if (small === undefined) return null;
  const rows: Pair = [start[0], height - start[0] - size[0]];
  const columns: Pair = [start[1], width - start[1] - size[1]];
  const paddings = [rows, columns, [0, 0], [0, 0]];
  return builder.node('PadV2', { x: small }, { paddings, constantValue: 0 }, [whole]).outputs[0] ?? null;
}

/** The constant that a filter is multiplied by, if it is. */
function maskOf({ origin, shape }: GraphValue): GraphValue | null {
  if (origin.kind !== 'node' || origin.node.kernel !== 'Multiply') return null;
  const factors = Object.values(origin.node.inputs);
  return factors.find((factor) => factor.origin.kind === 'constant' && factor.shape.join() === shape.join()) ?? null;
}

/** What a mask leaves of a convolution, and its padding then; null where that is all, nothing, or padding would be negative. */
function cropOf(g: Geometry, mask: GraphValue | null) {
  if (mask?.origin.kind !== 'constant') return null;
  const window = windowOf(mask.origin.values, g);
  if (window === null) return null;
  const { start, size } = window;
  const [top, left, bottom, right] = padsOf(g);
  const rows = [top - start[0] * g.dilationHeight, bottom - (g.filterHeight - start[0] - size[0]) * g.dilationHeight];
  const columns = [left - start[1] * g.dilationWidth, right - (g.filterWidth - start[1] - size[1]) * g.dilationWidth];
  if ([...rows, ...columns].some((count) => count < 0)) return null;
  const pad = [[0, 0], rows, columns, [0, 0]] as backend_util.ExplicitPadding;
  return { window, pad };
}

/** The smallest window of taps that holds all that are not zero; null where that is the whole filter, or none. */
function windowOf(mask: ArrayLike<number>, g: Geometry): Window | null {
  const perTap = g.inChannels * g.outChannels;
  const used = (row: number, column: number) => {
    const first = (row * g.filterWidth + column) * perTap;
    for (let i = first; i < first + perTap; i++) if (mask[i] !== 0) return true;
    return false;
  };
  let [top, left, bottom, right] = [g.filterHeight, g.filterWidth, -1, -1];
  for (let row = 0; row < g.filterHeight; row++) {
    for (let column = 0; column < g.filterWidth; column++) {
      if (!used(row, column)) continue;
      [top, left] = [Math.min(top, row), Math.min(left, column)];
      [bottom, right] = [Math.max(bottom, row), Math.max(right, column)];
    }
  }
  if (bottom < 0) return null;
  const size: Pair = [bottom - top + 1, right - left + 1];
  if (size[0] === g.filterHeight && size[1] === g.filterWidth) return null;
  return { start: [top, left], size };
}

/** The taps of a filter in a window. */
function cutOut(builder: GraphBuilder, filter: GraphValue, { start, size }: Window): GraphValue {
  const shape = [...size, ...filter.shape.slice(2)];
  const [cut] = builder.node('Slice', { x: filter }, { begin: [...start, 0, 0], size: shape }, [
    { shape, dtype: filter.dtype },
  ]).outputs;
  return cut ?? filter;
}
