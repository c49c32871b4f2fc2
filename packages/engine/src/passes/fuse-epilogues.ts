import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Graph, GraphNode, GraphValue } from '../graph/graph.ts';
import { rewrite, type Rewrite } from './rewrite.ts';

/**
 * Convolutions take the bias and the activation behind them along, as TF.js's own FusedConv2D: neither costs a pass over the output
 * then. Gradients ask for the sign of what went into an activation; they ask its output instead, which has the same sign, so that the
 * former need not be kept.
 */
export function fuseEpilogues(graph: Graph): Graph {
  return rewrite(rewrite(graph, [signOfOutput()]), [withBias, withActivation]);
}

/** Kernels whose output is above zero exactly where their input is. */
const signKeeping = new Set(['Relu', 'LeakyRelu']);

/** Step(x) and x > 0, after an activation of x: the same of the activation's output. */
function signOfOutput(): Rewrite {
  const activations = new Map<GraphValue, GraphNode>();
  return (node, builder) => {
    const { kernel, inputs, attributes, outputs } = node;
    const [output] = outputs;
    const x = inputs['x'] ?? inputs['a'];
    if (x === undefined || output === undefined) return null;
    if (signKeeping.has(kernel) && Number(attributes['alpha'] ?? 1) > 0) activations.set(x, node);
    const activation = activations.get(x);
    if (activation === undefined) return null;
    const isStep = kernel === 'Step' && Number(attributes['alpha'] ?? 0) === 0;
    const isAbove = kernel === 'Greater' && isZero(inputs['b']);
    if (!isStep && !isAbove) return null;
    const [sign] = builder.node(
      activation.kernel,
      activation.inputs,
      activation.attributes,
      activation.outputs,
    ).outputs;
    if (sign === undefined) return null;
    return builder.node(kernel, { ...inputs, [isStep ? 'x' : 'a']: sign }, attributes, outputs).outputs[0] ?? null;
  };
}

const isZero = (value: GraphValue | undefined) =>
  value?.origin.kind === 'constant' && value.shape.length === 0 && value.origin.values[0] === 0;

/** Conv2D + bias = FusedConv2D, where nothing else reads the convolution. */
const withBias: Rewrite = ({ kernel, inputs, outputs }, builder, uses) => {
  const { a, b } = inputs;
  const [output] = outputs;
  if (kernel !== 'Add' || a === undefined || b === undefined || output === undefined) return null;
  const fuse = (sum: GraphValue, bias: GraphValue) => {
    const convolution = onlyRead(sum, 'Conv2D', uses);
    const channels = sum.shape[3];
    if (convolution === null || bias.shape.length !== 1 || bias.shape[0] !== channels) return null;
    return fused(builder, { ...convolution, inputs: { ...convolution.inputs, bias } }, { activation: 'linear' });
  };
  return fuse(a, b) ?? fuse(b, a);
};

/** The activation of a convolution, with its bias or without. */
const withActivation: Rewrite = ({ kernel, inputs, attributes }, builder, uses) => {
  const { x } = inputs;
  if (!signKeeping.has(kernel) || x === undefined) return null;
  const convolution = onlyRead(x, 'FusedConv2D', uses) ?? onlyRead(x, 'Conv2D', uses);
  if (convolution === null || (convolution.attributes['activation'] ?? 'linear') !== 'linear') return null;
  const activation =
    kernel === 'Relu'
      ? { activation: 'relu' }
      : { activation: 'leakyrelu', leakyreluAlpha: Number(attributes['alpha'] ?? 0.2) };
  return fused(builder, convolution, activation);
};

/** The node of that kernel behind a value that is read once. */
function onlyRead(value: GraphValue, kernel: string, uses: (value: GraphValue) => number): GraphNode | null {
  const { origin } = value;
  return origin.kind === 'node' && origin.node.kernel === kernel && uses(value) === 1 ? origin.node : null;
}

function fused(
  builder: GraphBuilder,
  { inputs, attributes, outputs }: GraphNode,
  activation: Readonly<Record<string, unknown>>,
): GraphValue | null {
  return builder.node('FusedConv2D', inputs, { ...attributes, ...activation }, outputs).outputs[0] ?? null;
}
