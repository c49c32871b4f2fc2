import { backend_util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../feeds.ts';
import type { TensorType } from '../graph/graph.ts';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import {
  beforeStart,
  firstOutput,
  numberOf,
  numbersOf,
  operand,
  pairsOf,
  requireDtype,
  type KernelCall,
  type KernelRule,
  type Lowering,
} from './rule.ts';

type Call = Pick<KernelCall, 'attributes'>;

/** A kernel that moves elements between axes: output of the same dtype, no arithmetic. */
const mover = (
  kernel: string,
  input: string,
  shapeOf: (x: TensorType, call: Call) => readonly number[],
  lower: (x: Wire, lowering: Lowering) => Wire,
): KernelRule => ({
  kernel,
  infer: (call) => {
    const x = operand(call, input);
    return [{ shape: shapeOf(x, call), dtype: x.dtype }];
  },
  lower: (lowering) => lower(operand(lowering, input), lowering),
  flops: () => 0,
});

const product = (list: readonly number[]) => list.reduce((a, b) => a * b, 1);

/** Padding for each axis of x: none for the batch and for the axes after the blocks. */
function blockPaddings(x: { readonly shape: readonly number[] }, call: Call): [number, number][] {
  const spatial = pairsOf(call, 'paddings');
  return x.shape.map((_, i) => spatial[i - 1] ?? [0, 0]);
}

const spread = (x: { readonly shape: readonly number[] }, call: Call) => {
  const paddings = blockPaddings(x, call);
  return x.shape.map((size, i) => size + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
};

function spaceToBatch(x: Wire, { onnx, node }: Lowering): Wire {
  const block = numbersOf(node.attributes, 'blockShape');
  const paddings = blockPaddings(x, node);
  const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  const shape = spread(x, node);
  const zero = onnx.scalar(0, x.dtype === 'int32' ? 'int32' : 'float32');
  const padded = pads.every((pad) => pad === 0)
    ? x
    : onnx.op('Pad', [x, onnx.integers(pads), zero], { shape, dtype: x.dtype });
  const cut = backend_util.getReshaped(shape, block, product(block), false);
  const turned = onnx.transpose(onnx.reshape(padded, cut), backend_util.getPermuted(cut.length, block.length, false));
  return onnx.reshape(turned, backend_util.getReshapedPermuted(shape, block, product(block), false));
}

/** Where the crops of a BatchToSpaceND begin, and what they leave. */
function cropping(x: { readonly shape: readonly number[] }, call: Call) {
  const block = numbersOf(call.attributes, 'blockShape');
  const crops = pairsOf(call, 'crops');
  const whole = backend_util.getReshapedPermuted([...x.shape], block, product(block));
  const size = backend_util.getSliceSize(whole, crops, block.length);
  return {
    block,
    whole,
    begin: backend_util.getSliceBeginCoords(crops, block.length),
    size: whole.map((length, i) => size[i] ?? length),
  };
}

function batchToSpace(x: Wire, { onnx, node }: Lowering): Wire {
  const { block, whole, begin, size } = cropping(x, node);
  const cut = backend_util.getReshaped([...x.shape], block, product(block));
  const turned = onnx.transpose(onnx.reshape(x, cut), backend_util.getPermuted(cut.length, block.length));
  const axes = whole.map((_, i) => i).filter((i) => size[i] !== whole[i]);
  const starts = axes.map((i) => begin[i] ?? 0);
  const ends = axes.map((i) => (begin[i] ?? 0) + (size[i] ?? 0));
  const joined = onnx.reshape(turned, whole);
  return axes.length === 0 ? joined : onnx.slice(joined, { starts, ends, axes });
}

function depthToSpace(x: Wire, lowering: Lowering): Wire {
  const { onnx, node } = lowering;
  const block = numberOf(node.attributes, 'blockSize');
  const [batch = 1, height = 1, width = 1, depth = 1] = x.shape;
  const cut = onnx.reshape(x, [batch, height, width, block, block, depth / block ** 2]);
  return onnx.reshape(onnx.transpose(cut, [0, 1, 3, 2, 4, 5]), firstOutput(lowering).shape);
}

/** For each pixel of a rotated image, the pixel of the image that it shows, or -1 where it shows none. */
function rotatedSources(height: number, width: number, { attributes }: Call): number[] {
  const radians = numberOf(attributes, 'radians');
  const center = numbersOf(attributes, 'center');
  const [x0, y0] = backend_util.getImageCenter(
    center.length === 1 ? (center[0] ?? 0.5) : (center as [number, number]),
    height,
    width,
  );
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  return Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [(i % width) - x0, Math.floor(i / width) - y0];
    const [fromX, fromY] = [Math.round(x * cos - y * sin + x0), Math.round(x * sin + y * cos + y0)];
    return fromX >= 0 && fromX < width && fromY >= 0 && fromY < height ? fromY * width + fromX : -1;
  });
}

function rotated(x: Wire, { onnx, node }: Lowering): Wire {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
  const sources = rotatedSources(height, width, node);
  const flat = { shape: [batch, height * width, channels], dtype: 'float32' } as const;
  const indices = onnx.integers(sources.map((source) => Math.max(0, source)));
  const pixels = onnx.op('Gather', [onnx.reshape(x, flat.shape), indices], flat, { axis: 1 });
  const inside = onnx.constant(
    Uint8Array.from(sources, (source) => Number(source >= 0)),
    { shape: [1, height * width, 1], dtype: 'bool' },
  );
  return onnx.reshape(onnx.op('Where', [inside, pixels, fillOf(onnx, node, channels)], flat), x.shape);
}

/** The colour outside: one number for all channels, or one each; a fourth channel is opacity, full outside. */
function fillOf(onnx: OnnxBuilder, { attributes }: Call, channels: number): Wire {
  const fill = numbersOf(attributes, 'fillValue');
  const [only = 0] = fill;
  const each = Array.from({ length: channels }, (_, i) =>
    Array.isArray(attributes['fillValue']) ? (i === 3 ? 255 : (fill[i] ?? 0)) : only,
  );
  return onnx.constant(Float32Array.from(each), { shape: [channels], dtype: 'float32' });
}

/** Images and volumes cut into blocks, turned and rotated: each element moves, none changes. */
export const blockRules: readonly KernelRule[] = [
  mover(
    'SpaceToBatchND',
    'x',
    (x, call) => {
      requireDtype(x, 'float32', 'int32');
      const block = numbersOf(call.attributes, 'blockShape');
      return backend_util.getReshapedPermuted(spread(x, call), block, product(block), false);
    },
    spaceToBatch,
  ),
  mover('BatchToSpaceND', 'x', (x, call) => cropping(x, call).size, batchToSpace),
  mover(
    'DepthToSpace',
    'x',
    (x, call) => {
      requireDtype(x, 'float32');
      if (call.attributes['dataFormat'] !== 'NHWC') throw new Error('takes NHWC images only');
      const block = numberOf(call.attributes, 'blockSize');
      const [batch = 1, height = 1, width = 1, depth = 1] = x.shape;
      return [batch, height * block, width * block, depth / block ** 2];
    },
    depthToSpace,
  ),
  mover(
    'FlipLeftRight',
    'image',
    ({ shape }) => shape,
    (x, { onnx }) => onnx.op('Slice', [x, ...[-1, beforeStart, 2, -1].map((item) => onnx.integers([item]))], x),
  ),
  mover(
    'RotateWithOffset',
    'image',
    (x) => {
      requireDtype(x, 'float32');
      return x.shape;
    },
    rotated,
  ),
  mover(
    'Diag',
    'x',
    (x) => {
      requireDtype(x, 'float32', 'int32');
      return [...x.shape, ...x.shape];
    },
    (x, lowering) => {
      const { onnx } = lowering;
      const type = firstOutput(lowering);
      const size = sizeOf(x.shape);
      const diagonal = onnx.constant(
        Uint8Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0)),
        { shape: [size, size], dtype: 'bool' },
      );
      const row = onnx.reshape(x, [1, size]);
      const square = onnx.op('Where', [diagonal, row, onnx.scalar(0, type.dtype)], {
        shape: [size, size],
        dtype: type.dtype,
      });
      return onnx.reshape(square, type.shape);
    },
  ),
];
