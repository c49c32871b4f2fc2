import { sizeOf } from '../feeds.ts';
import type { GraphNode } from '../graph/graph.ts';
import { filterGradient } from './convolution/filter-gradient.ts';
import { forward, type Epilogue } from './convolution/forward.ts';
import { convolutionFlops, geometryOf } from './convolution/geometry.ts';
import { inputGradient } from './convolution/input-gradient.ts';
import { inputShape, numberOf, numbersOf, operand, requireDtype, type KernelRule, type Lowering } from './rule.ts';

const forwardGeometry = (node: GraphNode) => geometryOf(inputShape(node, 'x'), inputShape(node, 'filter'), node);
const inputGradientGeometry = (node: Pick<GraphNode, 'attributes'>, filter: readonly number[]) =>
  geometryOf(numbersOf(node.attributes, 'inputShape'), filter, node);
const filterGradientGeometry = (node: Pick<GraphNode, 'attributes'>, x: readonly number[]) =>
  geometryOf(x, numbersOf(node.attributes, 'filterShape'), node);

/** What a fused convolution does on the way out, in the words of the blocked one. */
function epilogueOf({ inputs, node }: Pick<Lowering, 'inputs' | 'node'>): Epilogue {
  const { activation = 'linear' } = node.attributes;
  const { bias } = inputs;
  if (activation === 'linear') return { bias };
  if (activation === 'relu') return { bias, activation: { operator: 'Relu' } };
  if (activation === 'leakyrelu')
    return { bias, activation: { operator: 'LeakyRelu', alpha: numberOf(node.attributes, 'leakyreluAlpha', 0.2) } };
  throw new Error(`fuses the activations linear, relu and leakyrelu, not ${String(activation)}`);
}

export const convolutionRules: readonly KernelRule[] = [
  {
    kernel: 'FusedConv2D',
    infer: (call) => {
      const [x, filter] = [operand(call, 'x'), operand(call, 'filter')];
      requireDtype(x, 'float32');
      return [{ shape: geometryOf(x.shape, filter.shape, call).outShape, dtype: 'float32' }];
    },
    lower: ({ onnx, node, inputs }) =>
      forward(
        onnx,
        { x: operand({ inputs }, 'x'), filter: operand({ inputs }, 'filter'), epilogue: epilogueOf({ inputs, node }) },
        forwardGeometry(node),
      ),
    flops: (node) => convolutionFlops(forwardGeometry(node)) + 2 * sizeOf(node.outputs[0]?.shape ?? []),
  },
  {
    kernel: 'Conv2D',
    infer: (call) => {
      const [x, filter] = [operand(call, 'x'), operand(call, 'filter')];
      requireDtype(x, 'float32');
      return [{ shape: geometryOf(x.shape, filter.shape, call).outShape, dtype: 'float32' }];
    },
    lower: ({ onnx, node, inputs }) =>
      forward(onnx, { x: operand({ inputs }, 'x'), filter: operand({ inputs }, 'filter') }, forwardGeometry(node)),
    flops: (node) => convolutionFlops(forwardGeometry(node)),
  },
  {
    kernel: 'Conv2DBackpropInput',
    infer: (call) => {
      requireDtype(operand(call, 'dy'), 'float32');
      const g = inputGradientGeometry(call, operand(call, 'filter').shape);
      if (g.outShape.join() !== operand(call, 'dy').shape.join()) {
        throw new Error(
          `inputShape [${g.inShape.join()}] asks for dy of shape [${g.outShape.join()}], got [${operand(call, 'dy').shape.join()}]`,
        );
      }
      return [{ shape: g.inShape, dtype: 'float32' }];
    },
    lower: ({ onnx, node, inputs }) => {
      const filter = operand({ inputs }, 'filter');
      const g = inputGradientGeometry(node, filter.shape);
      return inputGradient(onnx, { dy: operand({ inputs }, 'dy'), filter }, g);
    },
    flops: (node) => convolutionFlops(inputGradientGeometry(node, inputShape(node, 'filter'))),
  },
  {
    kernel: 'Conv2DBackpropFilter',
    infer: (call) => {
      requireDtype(operand(call, 'x'), 'float32');
      return [{ shape: numbersOf(call.attributes, 'filterShape'), dtype: 'float32' }];
    },
    lower: ({ onnx, node, inputs }) => {
      const x = operand({ inputs }, 'x');
      return filterGradient(onnx, { x, dy: operand({ inputs }, 'dy') }, filterGradientGeometry(node, x.shape));
    },
    flops: (node) => convolutionFlops(filterGradientGeometry(node, inputShape(node, 'x'))),
  },
];
