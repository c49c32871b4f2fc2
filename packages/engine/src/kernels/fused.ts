import type { GraphNode, GraphValue, TensorType } from '../graph/graph.ts';
import type { Wire } from '../onnx/onnx-builder.ts';
import type { DType } from '../program.ts';
import { broadcastShapes, numberOf, operand, type KernelCall, type KernelRule, type Lowering } from './rule.ts';

type Rules = (kernel: string) => KernelRule;

/** Kernels of the activations that TF.js fuses. */
const activations: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  prelu: 'Prelu',
  leakyrelu: 'LeakyRelu',
};

/** The kernel of the activation that a call asks for; null for none. */
function activationOf({ attributes }: Pick<KernelCall, 'attributes'>): string | null {
  const name = attributes['activation'] ?? 'linear';
  if (name === 'linear') return null;
  const kernel = typeof name === 'string' ? activations[name] : undefined;
  if (kernel === undefined) {
    throw new Error(
      `fuses the activations linear, ${Object.keys(activations).join(', ')}, got ${JSON.stringify(name)}`,
    );
  }
  return kernel;
}

/** The type of a wire as the graph's dtypes have it. */
const typeOf = ({ shape, dtype }: Wire): TensorType => ({ shape, dtype: dtype as DType });

/** Writes another kernel in the place of a node, as its own rule does. */
function lowerAs(
  { onnx, outputs }: Lowering,
  rule: KernelRule,
  inputs: Readonly<Record<string, Wire>>,
  attributes: KernelCall['attributes'],
): Wire {
  const types = Object.fromEntries(Object.entries(inputs).map(([name, wire]) => [name, typeOf(wire)]));
  const [type] = rule.infer({ kernel: rule.kernel, inputs: types, attributes });
  const [first] = outputs;
  if (type === undefined || first === undefined) throw new Error(`kernel ${rule.kernel} has no output`);
  const { id, origin } = first;
  const asValue = (typed: TensorType): GraphValue => ({ ...typed, id, origin });
  const inside: GraphNode = {
    kernel: rule.kernel,
    inputs: Object.fromEntries(Object.entries(types).map(([name, typed]) => [name, asValue(typed)])),
    attributes,
    outputs: [asValue(type)],
  };
  const lowered = rule.lower({ node: inside, inputs, list: Object.values(inputs), outputs: inside.outputs, onnx });
  const wire = Array.isArray(lowered) ? lowered[0] : lowered;
  if (wire === undefined) throw new Error(`kernel ${rule.kernel} wrote no output`);
  return wire;
}

/** A product or convolution, then a bias, then an activation: each as its own rule writes it. */
function fused(kernel: string, main: string, [left, right]: readonly [string, string], rules: Rules): KernelRule {
  const own = (all: Readonly<Record<string, TensorType>>) => ({
    [left]: operand({ inputs: all }, left),
    [right]: operand({ inputs: all }, right),
  });
  return {
    kernel,
    infer: (call) => {
      if (call.attributes['dataFormat'] === 'NCHW') throw new Error('takes NHWC images only');
      const [out] = rules(main).infer({ kernel: main, inputs: own(call.inputs), attributes: call.attributes });
      if (out === undefined) throw new Error(`kernel ${main} has no output`);
      const { bias, preluActivationWeights } = call.inputs;
      for (const extra of [bias, preluActivationWeights]) {
        if (extra !== undefined) broadcastShapes(out.shape, extra.shape);
      }
      activationOf(call);
      return [out];
    },
    lower: (lowering) => {
      const { onnx, node, inputs } = lowering;
      const sides = { [left]: operand(lowering, left), [right]: operand(lowering, right) };
      const product = lowerAs(lowering, rules(main), sides, node.attributes);
      const { bias, preluActivationWeights } = inputs;
      const sum = bias === undefined ? product : onnx.op('Add', [product, bias], product);
      const activation = activationOf(node);
      if (activation === null) return sum;
      const alpha = preluActivationWeights === undefined ? {} : { alpha: preluActivationWeights };
      const slope = { alpha: numberOf(node.attributes, 'leakyreluAlpha', 0.2) };
      return lowerAs(lowering, rules(activation), { x: sum, ...alpha }, slope);
    },
    flops: (node) => rules(main).flops?.({ ...node, kernel: main }) ?? 0,
  };
}

/** Kernels that do the work of several; TF.js calls them from `tf.fused` where no gradient is taken. */
export const fusedRules = (rules: Rules): KernelRule[] => [
  fused('_FusedMatMul', 'BatchMatMul', ['a', 'b'], rules),
  fused('FusedConv2D', 'Conv2D', ['x', 'filter'], rules),
  fused('FusedDepthwiseConv2D', 'DepthwiseConv2dNative', ['x', 'filter'], rules),
];
