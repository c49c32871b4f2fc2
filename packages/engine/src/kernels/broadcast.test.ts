import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { toOnnx } from '../onnx/to-onnx.ts';
import { openEngine } from '../open-engine.ts';
import { given, program } from '../program.ts';
import { differences } from '../testing/compare.ts';
import { seeded } from '../testing/seeded.ts';

const cpu = await openEngine({ kind: 'cpu' });
const onnx = await openEngine({ kind: 'onnx' });
const draw = seeded(5);

const operations: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  less: tf.less,
};

// Of the first of each kind the short operand is written out several times; of the others it is not.
it.each<[string, number[], number[]]>([
  ['a bias of channels', [9, 16, 16, 16], [16]],
  ['a bias of channels, all axes named', [2100, 8], [1, 8]],
  ['two trailing axes', [2310, 4, 3], [4, 3]],
  ['a prime number of rows', [2053, 16], [16]],
  ['one value per row', [2100, 16], [2100, 1]],
  ['a value in the middle', [3, 700, 5], [700, 1]],
  ['a whole axis that both lack', [2100, 1], [1, 16]],
  ['few rows', [40, 16], [16]],
  ['a long bias', [2100, 80], [80]],
  ['trailing axes of one', [2100, 16, 1, 1], [16, 1, 1]],
])('%s: %j and %j', async (_, whole, short) => {
  const [wide, narrow] = [values(whole), values(short)];
  for (const [name, operation] of Object.entries(operations)) {
    for (const swapped of [false, true]) {
      const under = program(name, { a: given(whole), b: given(short) }, ({ a, b }) => ({
        y: swapped ? operation(b, a) : operation(a, b),
      }));
      const feeds = { a: wide, b: narrow };
      const found = await differences(under, feeds, { expected: cpu, actual: onnx, tolerance: 1e-6 });
      expect(found, `${name}${swapped ? ', the short operand first' : ''}`).toEqual([]);
    }
  }
});

it('writes a short bias out where it would repeat often, and leaves that of a product to ONNX Runtime', async () => {
  const writesOut = async (body: (x: tf.Tensor, bias: tf.Tensor) => tf.Tensor, block: number | null) => {
    const inputs = { x: given([3000, 16]), bias: given([16]) };
    const { graph } = await onnx.compile(program('biased', inputs, ({ x, bias }) => ({ y: body(x, bias) })));
    return Buffer.from(toOnnx(graph!, { target: { block } }).bytes).includes('Expand');
  };
  expect(await writesOut((x, bias) => tf.add(x, bias), 16)).toBe(true);
  expect(await writesOut((x, bias) => tf.add(x, bias), null)).toBe(false);
  expect(await writesOut((x, bias) => tf.add(tf.matMul(x, tf.slice(x, 0, 16)), bias), 16)).toBe(false);
});

/** Not near zero, for it is divided by them. */
function values(shape: number[]): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  return Float32Array.from({ length: size }, () => (draw() < 0.5 ? -1 : 1) * (0.5 + draw()));
}
