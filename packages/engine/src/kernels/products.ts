import { sizeOf } from '../feeds.ts';
import type { GraphNode } from '../graph/graph.ts';
import type { Wire } from '../onnx/onnx-builder.ts';
import {
  broadcastShapes,
  firstOutput,
  inputShape,
  operand,
  requireDtype,
  type KernelRule,
  type Lowering,
} from './rule.ts';

const swapLast = (rank: number) => [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2];

/** The shape of a matrix (or stack of them) once transposed where asked. */
const oriented = (shape: readonly number[], transposed: boolean) =>
  transposed ? swapLast(shape.length).map((axis) => shape[axis] ?? 1) : [...shape];

function lowerMatMul(lowering: Lowering): Wire {
  const { onnx, node } = lowering;
  const type = firstOutput(lowering);
  const [a, b] = [operand(lowering, 'a'), operand(lowering, 'b')];
  const [transposeA, transposeB] = [node.attributes['transposeA'] === true, node.attributes['transposeB'] === true];
  if (a.shape.length === 2 && b.shape.length === 2) {
    if (!transposeA && !transposeB) return onnx.op('MatMul', [a, b], type);
    return onnx.op('Gemm', [a, b], type, { transA: Number(transposeA), transB: Number(transposeB) });
  }
  const turn = (x: Wire, transposed: boolean) => (transposed ? onnx.transpose(x, swapLast(x.shape.length)) : x);
  return onnx.op('MatMul', [turn(a, transposeA), turn(b, transposeB)], type);
}

/** Matrix products: a multiply-add for each pair that meets. */
export const productRules: readonly KernelRule[] = [
  {
    kernel: 'BatchMatMul',
    infer: (call) => {
      const [a, b] = [operand(call, 'a'), operand(call, 'b')];
      requireDtype(a, 'float32');
      requireDtype(b, 'float32');
      const left = oriented(a.shape, call.attributes['transposeA'] === true);
      const right = oriented(b.shape, call.attributes['transposeB'] === true);
      const [m = 1, k] = left.slice(-2);
      const [inner, n = 1] = right.slice(-2);
      if (k !== inner) throw new Error(`inner sizes ${k} and ${inner} differ`);
      return [{ shape: [...broadcastShapes(left.slice(0, -2), right.slice(0, -2)), m, n], dtype: 'float32' }];
    },
    lower: lowerMatMul,
    flops: (node: GraphNode) => {
      const a = inputShape(node, 'a');
      const k = a[a.length - (node.attributes['transposeA'] === true ? 2 : 1)] ?? 1;
      return 2 * k * sizeOf(node.outputs[0]?.shape ?? []);
    },
  },
];
