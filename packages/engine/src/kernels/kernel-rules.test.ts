import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../open-engine.ts';
import { given, program } from '../program.ts';
import { allCases } from '../testing/all-cases.ts';
import { optimise } from '../passes/optimise.ts';
import { differences } from '../testing/compare.ts';
import { drawCase, drawSpecial, seedOf, type DrawnCase } from '../testing/derivatives.ts';
import { trace } from '../trace/trace.ts';
import { specialValueLimits } from './coverage.ts';
import { kernelRules } from './kernel-rules.ts';

const draws = 4;
const specialDraws = 3;
const cpu = await openEngine({ kind: 'cpu' });
const onnx = await openEngine({ kind: 'onnx' });
const seen = new Set<string>();
const seenSpecial = new Set<string>();
const named = allCases.map((opCase) => [opCase.name, opCase] as const);

function kernelsOf({ program: under }: DrawnCase): string[] {
  const graph = trace(under);
  return [...graph.nodes, ...optimise(graph).nodes].map(({ kernel }) => kernel);
}

// float32 sums in another order: relative to the largest value, 1e-5 for values and gradients, which are sums of such.
const compare = async ({ program: under, feeds }: DrawnCase) =>
  expect(await differences(under, feeds, { expected: cpu, actual: onnx, tolerance: 1e-5 })).toEqual([]);

describe('kernel rules', () => {
  it('have cases of different names, which their seeds come from', () => {
    expect(new Set(allCases.map(({ name }) => name)).size).toBe(allCases.length);
  });

  it.each(named)('%s: as TF.js cpu, with its derivatives', async (name, opCase) => {
    for (let i = 0; i < draws; i++) {
      const drawn = drawCase(opCase, seedOf(name) + i);
      for (const kernel of kernelsOf(drawn)) seen.add(kernel);
      await compare(drawn);
    }
  });

  it.each(named)('%s: NaN, infinities and zeros of both signs as TF.js cpu', async (name, opCase) => {
    for (let i = 0; i < specialDraws; i++) {
      const drawn = drawSpecial(opCase, seedOf(name) + i);
      const kernels = kernelsOf(drawn);
      if (kernels.some((kernel) => specialValueLimits.has(kernel))) return;
      for (const kernel of kernels) seenSpecial.add(kernel);
      await compare(drawn);
    }
  });

  it('refuse a convolution whose output TF.js works out wrongly', () => {
    const wide = program('wide', { x: given([1, 6, 7, 1]), f: given([1, 2, 1, 1]) }, ({ x, f }) => ({
      y: tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 3),
    }));
    expect(() => trace(wide)).toThrow(
      /program wide: kernel Conv2D .* places where filter and padding leave 6 x 6.*square filter/,
    );
  });

  it('refuse windows that TF.js places wrongly', () => {
    const late = program('late', { x: given([1, 4, 4, 4, 1]) }, ({ x }) => ({
      y: tf.maxPool3d(x as tf.Tensor5D, 1, 2, 'same'),
    }));
    expect(() => trace(late)).toThrow(/kernel MaxPool3D .* starts the windows inside the volume.*pad 'valid'/);
    const empty = program('empty', { x: given([1, 4, 4, 1]) }, ({ x }) => ({
      y: tf.avgPool(x as tf.Tensor4D, 2, 1, 2),
    }));
    expect(() => trace(empty)).toThrow(/kernel AvgPool .* pad by less than the filter/);
  });

  it('are all compared above, and with special values wherever they hold', () => {
    const rules = [...kernelRules.keys()];
    expect(rules.filter((kernel) => !seen.has(kernel))).toEqual([]);
    // Gradients have kernels of their own, which no case without derivatives reaches.
    const gradients = /Grad$|Backprop|^LRN|^Range$|^Identity$/;
    const forward = rules.filter((kernel) => !gradients.test(kernel) && !specialValueLimits.has(kernel));
    expect(forward.filter((kernel) => !seenSpecial.has(kernel))).toEqual([]);
  });
});
