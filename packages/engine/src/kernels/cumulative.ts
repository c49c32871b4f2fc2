import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import { axesOf, numberOf, operand, requireDtype, type KernelCall, type KernelRule } from './rule.ts';

const axisOf = ({ attributes }: Pick<KernelCall, 'attributes'>, rank: number) =>
  axesOf([numberOf(attributes, 'axis', 0)], rank)[0] ?? 0;

/** x moved along an axis by `by` elements, ones coming in; backwards from the far end. */
function shifted(onnx: OnnxBuilder, x: Wire, axis: number, by: number, backwards: boolean): Wire {
  const size = x.shape[axis] ?? 1;
  const kept = backwards
    ? onnx.slice(x, { starts: [by], ends: [size], axes: [axis] })
    : onnx.slice(x, { starts: [0], ends: [size - by], axes: [axis] });
  const pads = Array.from({ length: 2 * x.shape.length }, () => 0);
  pads[backwards ? axis + x.shape.length : axis] = by;
  const one = onnx.scalar(1, x.dtype === 'int32' ? 'int32' : 'float32');
  return onnx.op('Pad', [kept, onnx.integers(pads), one], x);
}

/** Running products in log2(length) steps (Hillis and Steele 1986): ONNX has no operator for them. */
export const cumulativeRules: readonly KernelRule[] = [
  {
    kernel: 'Cumprod',
    infer: (call) => {
      const x = operand(call, 'x');
      requireDtype(x, 'float32', 'int32');
      return [x];
    },
    lower: ({ onnx, node, inputs }) => {
      const x = operand({ inputs }, 'x');
      const axis = axisOf(node, x.shape.length);
      const size = x.shape[axis] ?? 1;
      const backwards = node.attributes['reverse'] === true;
      let products = node.attributes['exclusive'] === true ? shifted(onnx, x, axis, 1, backwards) : x;
      for (let by = 1; by < size; by *= 2) {
        products = onnx.op('Mul', [products, shifted(onnx, products, axis, by, backwards)], x);
      }
      return products;
    },
    flops: ({ inputs, attributes }) => {
      const { shape } = operand({ inputs }, 'x');
      const steps = Math.ceil(Math.log2(shape[axisOf({ attributes }, shape.length)] ?? 1));
      return steps * shape.reduce((a, b) => a * b, 1);
    },
  },
];
