import type { GraphValue } from '../graph/graph.ts';

type Wires = Readonly<Record<string, GraphValue>>;
type Attributes = Readonly<Record<string, unknown>>;

/** What a fused kernel is taken apart into: kernels with one output each, and scalars. */
export interface Plain {
  kernel(name: string, inputs: Wires, attributes?: Attributes): GraphValue;
  scalar(value: number): GraphValue;
}

interface FusedCall {
  readonly inputs: Wires;
  readonly attributes: Attributes;
  readonly plain: Plain;
}

/**
 * Kernels that TF.js's layers and inference use for several ops at once, taken apart: the graph merges, folds and counts plain
 * kernels. Passes, and ONNX Runtime, put together again what is worth it.
 */
export const fusedKernels: ReadonlyMap<string, (call: FusedCall) => GraphValue> = new Map([
  ['_FusedMatMul', (call) => biasAndActivation(call, 'BatchMatMul', ['a', 'b'], ['transposeA', 'transposeB'])],
  ['FusedConv2D', (call) => biasAndActivation(call, 'Conv2D', ['x', 'filter'], convolution)],
  ['FusedDepthwiseConv2D', (call) => biasAndActivation(call, 'DepthwiseConv2dNative', ['x', 'filter'], convolution)],
  ['FusedBatchNorm', batchNorm],
]);

const convolution = ['strides', 'pad', 'dataFormat', 'dilations', 'dimRoundingMode'];

/** activation(product + bias), where bias and activation may be absent. */
function biasAndActivation(
  { inputs, attributes, plain }: FusedCall,
  kernel: string,
  operands: readonly string[],
  settings: readonly string[],
): GraphValue {
  const product = plain.kernel(kernel, pick(inputs, operands), pick(attributes, settings));
  const { bias, preluActivationWeights: slopes } = inputs;
  const sum = bias === undefined ? product : plain.kernel('Add', { a: product, b: bias });
  const { activation: name = 'linear' } = attributes;
  if (name === 'linear') return sum;
  if (name === 'prelu' && slopes !== undefined) return plain.kernel('Prelu', { x: sum, alpha: slopes });
  const activation = typeof name === 'string' ? activations.get(name) : undefined;
  if (activation === undefined) throw new Error(`kernel ${kernel} has an unknown activation, ${JSON.stringify(name)}`);
  return plain.kernel(activation, { x: sum }, name === 'leakyrelu' ? { alpha: attributes['leakyreluAlpha'] } : {});
}

const activations = new Map([
  ['relu', 'Relu'],
  ['relu6', 'Relu6'],
  ['elu', 'Elu'],
  ['sigmoid', 'Sigmoid'],
  ['leakyrelu', 'LeakyRelu'],
]);

/** (x - mean) * scale / sqrt(variance + epsilon) + offset. */
function batchNorm({ inputs, attributes, plain }: FusedCall): GraphValue {
  const { x, mean, variance, scale, offset } = inputs;
  if (x === undefined || mean === undefined || variance === undefined)
    throw new Error('FusedBatchNorm needs x, mean and variance');
  const epsilon = plain.scalar(Number(attributes['varianceEpsilon']));
  const inverse = plain.kernel('Rsqrt', { x: plain.kernel('Add', { a: variance, b: epsilon }) });
  const factor = scale === undefined ? inverse : plain.kernel('Multiply', { a: inverse, b: scale });
  const scaled = plain.kernel('Multiply', { a: plain.kernel('Sub', { a: x, b: mean }), b: factor });
  return offset === undefined ? scaled : plain.kernel('Add', { a: scaled, b: offset });
}

const pick = <T>(from: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
