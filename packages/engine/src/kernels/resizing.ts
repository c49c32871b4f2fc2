import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import { sizeOf } from '../feeds.ts';
import type { GraphNode } from '../graph/graph.ts';
import { firstOutput, numbersOf, operand, requireDtype, type KernelRule, type Lowering } from './rule.ts';
import { takeAlong } from './shapes.ts';
import { bilinearSources, nearestSources, type Sampling } from './sampling.ts';

function samplingOf({ attributes }: Pick<GraphNode, 'attributes'>): Sampling {
  return {
    alignCorners: attributes['alignCorners'] === true,
    halfPixelCenters: attributes['halfPixelCenters'] === true,
  };
}

/** low + (high - low) * share along an axis: TF.js's own formula, so that NaN and infinity come out the same. */
function blend(onnx: OnnxBuilder, x: Wire, axis: number, size: number, sampling: Sampling): Wire {
  const sources = bilinearSources(x.shape[axis] ?? 1, size, sampling);
  const low = takeAlong(
    onnx,
    x,
    axis,
    sources.map((source) => source.low),
  );
  const high = takeAlong(
    onnx,
    x,
    axis,
    sources.map((source) => source.high),
  );
  const shares = onnx.constant(
    Float32Array.from(sources, (source) => source.share),
    { shape: x.shape.slice(axis).map((_, i) => (i === 0 ? size : 1)), dtype: 'float32' },
  );
  const rise = onnx.op('Mul', [onnx.op('Sub', [high, low], low), shares], low);
  return onnx.op('Add', [low, rise], low);
}

const resized = (
  kernel: string,
  flopsPerPixel: number,
  lower: (lowering: Lowering, images: Wire) => Wire,
): KernelRule => ({
  kernel,
  infer: (call) => {
    const images = operand(call, 'images');
    requireDtype(images, 'float32');
    const [batch = 1, , , channels = 1] = images.shape;
    return [{ shape: [batch, ...numbersOf(call.attributes, 'size'), channels], dtype: 'float32' }];
  },
  lower: (lowering) => lower(lowering, operand(lowering, 'images')),
  flops: ({ outputs }) => flopsPerPixel * sizeOf(outputs[0]?.shape ?? []),
});

/**
 * Resizing by gathers of rows and columns, channels last throughout. Their gradients are no kernels here: those of TF.js are
 * wrong in places, so `src/tfjs/gradients.ts` writes them as products.
 */
export const resizingRules: readonly KernelRule[] = [
  resized('ResizeBilinear', 9, (lowering, images) => {
    const { onnx, node } = lowering;
    const [, height = 1, width = 1] = firstOutput(lowering).shape;
    const wide = blend(onnx, images, 2, width, samplingOf(node));
    return blend(onnx, wide, 1, height, samplingOf(node));
  }),
  resized('ResizeNearestNeighbor', 0, (lowering, images) => {
    const { onnx, node } = lowering;
    const [, height = 1, width = 1] = firstOutput(lowering).shape;
    const indices = (axis: number, size: number) => nearestSources(images.shape[axis] ?? 1, size, samplingOf(node));
    return takeAlong(onnx, takeAlong(onnx, images, 2, indices(2, width)), 1, indices(1, height));
  }),
];
