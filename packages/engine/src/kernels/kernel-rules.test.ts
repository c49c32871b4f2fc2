import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../feeds.ts';
import { openEngine } from '../open-engine.ts';
import { given, program, type Program, type Values } from '../program.ts';
import { elementwiseCases } from '../testing/elementwise-cases.ts';
import type { CaseInput, OpCase } from '../testing/op-case.ts';
import { indexingCases } from '../testing/indexing-cases.ts';
import { structureCases } from '../testing/structure-cases.ts';
import { windowCases } from '../testing/window-cases.ts';
import { differences } from '../testing/compare.ts';
import { seeded, type Draw } from '../testing/seeded.ts';
import { trace } from '../trace/trace.ts';
import { kernelRules } from './kernel-rules.ts';

const draws = 4;
const cpu = await openEngine({ kind: 'cpu' });
const onnx = await openEngine({ kind: 'onnx' });
const seen = new Set<string>();

function valuesFor({ shape, dtype = 'float32', low = -2, high = 2 }: CaseInput, draw: Draw): Values {
  const size = sizeOf(shape);
  if (dtype === 'float32') return Float32Array.from({ length: size }, () => low + draw() * (high - low));
  if (dtype === 'bool') return Uint8Array.from({ length: size }, () => Number(draw() < 0.5));
  return Int32Array.from({ length: size }, () => low + Math.floor(draw() * (high - low + 1)));
}

/** The op and as many derivatives as TF.js has: of a weighted sum of the outputs and their squares, then of the sum of squares of that. */
function derivatives(
  name: string,
  order: number,
  inputs: readonly CaseInput[],
  op: (...tensors: tf.Tensor[]) => tf.Tensor,
): Program {
  const specs = Object.fromEntries(inputs.map(({ shape, dtype }, i) => [`x${i}`, given(shape, dtype ?? 'float32')]));
  return program(name, specs, (tensors) => {
    const list = inputs.map((_, i) => tensors[`x${i}`]!);
    const outputs: Record<string, tf.Tensor> = { value: op(...list) };
    const real = inputs.map((_, i) => i).filter((i) => (inputs[i]!.dtype ?? 'float32') === 'float32');
    const withReal = (chosen: tf.Tensor[]) => list.map((tensor, i) => chosen[real.indexOf(i)] ?? tensor);
    const weighted = (...chosen: tf.Tensor[]) => {
      const y = op(...withReal(chosen));
      const weights = tf.cos(tf.reshape(tf.range(1, y.size + 1), y.shape));
      return tf.add(tf.sum(tf.mul(y, weights)), tf.sum(tf.square(y))); // the square keeps the gradient dependent on x
    };
    const first = (...chosen: tf.Tensor[]) => tf.grads(weighted)(chosen);
    const chosen = real.map((i) => list[i]!);
    if (order > 0) first(...chosen).forEach((gradient, i) => (outputs[`gradient${i}`] = gradient));
    if (order > 1) {
      const squares = (...xs: tf.Tensor[]) => tf.addN(first(...xs).map((gradient) => tf.sum(tf.square(gradient))));
      tf.grads(squares)(chosen).forEach((gradient, i) => (outputs[`second${i}`] = gradient));
    }
    return outputs;
  });
}

async function compare({ name, order, draw: drawCase }: OpCase, seed: number): Promise<void> {
  const draw = seeded(seed);
  const { inputs, op } = drawCase(draw);
  const under = derivatives(`${name}, seed ${seed}`, order, inputs, op);
  const feeds = Object.fromEntries(inputs.map((input, i) => [`x${i}`, valuesFor(input, draw)]));
  for (const { kernel } of trace(under).nodes) seen.add(kernel);
  // float32 sums in another order: relative to the largest value, 1e-5 for values and gradients, which are sums of such.
  expect(await differences(under, feeds, { expected: cpu, actual: onnx, tolerance: 1e-5 })).toEqual([]);
}

describe('kernel rules', () => {
  it.each(
    [...elementwiseCases, ...structureCases, ...windowCases, ...indexingCases].map(
      (opCase) => [opCase.name, opCase] as const,
    ),
  )('%s: as TF.js cpu, with its derivatives', async (name, opCase) => {
    const offset = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 100_000;
    for (let i = 0; i < draws; i++) await compare(opCase, offset + i);
  });

  it('refuse a convolution whose output TF.js works out wrongly', () => {
    const wide = program('wide', { x: given([1, 6, 7, 1]), f: given([1, 2, 1, 1]) }, ({ x, f }) => ({
      y: tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 3),
    }));
    expect(() => trace(wide)).toThrow(
      /program wide: kernel Conv2D .* places where filter and padding leave 6 x 6.*square filter/,
    );
  });

  it('are all compared above', () => {
    expect([...kernelRules.keys()].filter((kernel) => !seen.has(kernel))).toEqual([]);
  });
});
