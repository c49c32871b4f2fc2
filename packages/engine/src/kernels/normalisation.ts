import { sizeOf } from '../feeds.ts';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import type { GraphNode } from '../graph/graph.ts';
import { numberOf, operand, requireDtype, type KernelRule } from './rule.ts';

/** Sums over the channels within `radius` of each channel: a product with a band of ones. */
function nearbySum(onnx: OnnxBuilder, x: Wire, radius: number): Wire {
  const channels = x.shape[x.shape.length - 1] ?? 1;
  const band = Float32Array.from({ length: channels ** 2 }, (_, i) =>
    Number(Math.abs(Math.floor(i / channels) - (i % channels)) <= radius),
  );
  return onnx.op('MatMul', [x, onnx.constant(band, { shape: [channels, channels], dtype: 'float32' })], x);
}

/** bias + alpha * (sum of squares nearby), the quantity that local response normalisation divides by. */
function localNorm(onnx: OnnxBuilder, x: Wire, { attributes }: Pick<GraphNode, 'attributes'>): Wire {
  const squares = nearbySum(onnx, onnx.op('Mul', [x, x], x), numberOf(attributes, 'depthRadius'));
  const scaled = onnx.op('Mul', [squares, onnx.scalar(numberOf(attributes, 'alpha'))], x);
  return onnx.op('Add', [scaled, onnx.scalar(numberOf(attributes, 'bias'))], x);
}

const power = (onnx: OnnxBuilder, x: Wire, exponent: number) => onnx.op('Pow', [x, onnx.scalar(exponent)], x);

const flopsOf = (node: GraphNode) => {
  const { shape } = operand(node, 'x');
  return sizeOf(shape) * (2 * (shape[shape.length - 1] ?? 1) + 5);
};

/** Local response normalisation (Krizhevsky et al. 2012) with its gradient. */
export const normalisationRules: readonly KernelRule[] = [
  {
    kernel: 'LRN',
    infer: (call) => {
      requireDtype(operand(call, 'x'), 'float32');
      return [operand(call, 'x')];
    },
    lower: ({ onnx, node, inputs }) => {
      const x = operand({ inputs }, 'x');
      const scale = power(onnx, localNorm(onnx, x, node), -numberOf(node.attributes, 'beta'));
      return onnx.op('Mul', [x, scale], x);
    },
    flops: flopsOf,
  },
  {
    // dx = dy norm^-beta - 2 alpha beta x (sum nearby of dy y / norm)
    kernel: 'LRNGrad',
    infer: (call) => {
      requireDtype(operand(call, 'x'), 'float32');
      return [operand(call, 'x')];
    },
    lower: ({ onnx, node, inputs }) => {
      const [x, y, dy] = ['x', 'y', 'dy'].map((name) => operand({ inputs }, name));
      if (x === undefined || y === undefined || dy === undefined) throw new Error('takes x, y and dy');
      const { attributes } = node;
      const [alpha, beta] = [numberOf(attributes, 'alpha'), numberOf(attributes, 'beta')];
      const norm = localNorm(onnx, x, node);
      const direct = onnx.op('Mul', [dy, power(onnx, norm, -beta)], x);
      const shares = onnx.op('Div', [onnx.op('Mul', [dy, y], x), norm], x);
      const nearby = onnx.op('Mul', [nearbySum(onnx, shares, numberOf(attributes, 'depthRadius')), x], x);
      return onnx.op('Sub', [direct, onnx.op('Mul', [nearby, onnx.scalar(2 * alpha * beta)], x)], x);
    },
    flops: (node) => 2 * flopsOf(node),
  },
];
