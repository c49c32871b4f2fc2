import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { sizeOf } from '../../feeds.ts';
import { OnnxBuilder, portable, type LoweringTarget, type Wire } from '../../onnx/onnx-builder.ts';
import { loweringTarget } from '../../session/lowering-target.ts';
import { between, pick, seeded, type Draw } from '../../testing/seeded.ts';
import { onBackend } from '../../tfjs/tfjs.ts';
import { filterGradientStrategies } from './filter-gradient.ts';
import { forwardStrategies } from './forward.ts';
import type { Geometry } from './geometry.ts';
import { inputGradientStrategies } from './input-gradient.ts';
import { cheapest, type Strategy } from './strategy.ts';

const here = await loweringTarget('cpu');

interface Case {
  readonly g: Geometry;
  readonly x: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
  readonly dy: tf.Tensor4D;
}

function drawCase(draw: Draw, pointwise: boolean): Case {
  const channels = () => pick(draw, [1, 3, 16, 20, 32]);
  const stride = pointwise ? 1 : between(draw, 1, 2);
  const dilation = stride === 1 && !pointwise && draw() < 0.2 ? 2 : 1;
  const window = () => (pointwise ? 1 : between(draw, 1, 4));
  const image: [number, number, number, number] = [
    pick(draw, [1, 8, 16]),
    between(draw, 7, 8),
    between(draw, 7, 8),
    channels(),
  ];
  const shape: [number, number, number, number] = [window(), window(), image[3], channels()];
  const g = tf.backend_util.computeConv2DInfo(image, shape, stride, dilation, pick(draw, ['same', 'valid']));
  const tensor = (size: readonly number[]) =>
    tf.tensor4d(
      Float32Array.from({ length: sizeOf(size) }, () => 2 * draw() - 1),
      [...size] as typeof image,
    );
  return { g, x: tensor(image), filter: tensor(shape), dy: tensor(g.outShape) };
}

async function run(
  write: (onnx: OnnxBuilder, wires: Record<string, Wire>) => Wire,
  target: LoweringTarget,
  tensors: Readonly<Record<string, tf.Tensor>>,
): Promise<Float32Array> {
  const onnx = new OnnxBuilder(target);
  const wires = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape }]) => [name, onnx.input(name, { shape, dtype: 'float32' })]),
  );
  onnx.output('y', write(onnx, wires));
  const session = await InferenceSession.create(onnx.toBytes({ name: 'strategy' }));
  const feeds = Object.entries(tensors).map(([name, tensor]) => [
    name,
    new Tensor('float32', tensor.dataSync<'float32'>(), tensor.shape),
  ]);
  const { y } = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>);
  await session.release();
  return y!.data as Float32Array;
}

/** Every strategy that can be used, for this processor and for any: as the reference, relative to its largest value. */
async function compareAll<F>(
  strategies: readonly Strategy<F>[],
  g: Geometry,
  { expected, tensors }: { readonly expected: tf.Tensor; readonly tensors: Readonly<Record<string, tf.Tensor>> },
): Promise<string[]> {
  const right = expected.dataSync<'float32'>();
  const scale = right.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  const used: string[] = [];
  for (const target of [here, portable]) {
    for (const { name, cost, write } of strategies) {
      if (cost(g, target) === Infinity) continue;
      const got = await run((onnx, wires) => write(onnx, wires as F, g), target, tensors);
      const worst = got.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i]!)), 0) / scale;
      expect(`${name}: ${got.length} values, ${worst < 1e-5 ? 'right' : `off by ${worst}`}`).toBe(
        `${name}: ${right.length} values, right`,
      );
      used.push(name);
    }
  }
  return used;
}

it('each strategy is right wherever it can be used, and each is used', async () => {
  const draw = seeded(21);
  const used = new Set<string>();
  for (let i = 0; i < 40; i++) {
    const { g, x, filter, dy } = drawCase(draw, i % 8 === 0);
    const note = (direction: string, names: readonly string[]) =>
      names.forEach((name) => used.add(`${direction} ${name}`));
    const strides: [number, number] = [g.strideHeight, g.strideWidth];
    const dilations: [number, number] = [g.dilationHeight, g.dilationWidth];
    const pad = g.padInfo.type === 'SAME' ? 'same' : 'valid';
    const convolve = (image: tf.Tensor4D, taps: tf.Tensor4D) => tf.conv2d(image, taps, strides, pad, 'NHWC', dilations);
    const [y, dx, df] = onBackend('cpu', () => {
      const loss = (image: tf.Tensor, taps: tf.Tensor) =>
        tf.sum(tf.mul(convolve(image as tf.Tensor4D, taps as tf.Tensor4D), dy));
      return [convolve(x, filter), ...tf.grads(loss)([x, filter])];
    });
    note('forward', await compareAll(forwardStrategies, g, { expected: y!, tensors: { x, filter } }));
    note('input', await compareAll(inputGradientStrategies, g, { expected: dx!, tensors: { dy, filter } }));
    note('filter', await compareAll(filterGradientStrategies, g, { expected: df!, tensors: { x, dy } }));
  }
  const all = Object.entries({
    forward: forwardStrategies,
    input: inputGradientStrategies,
    filter: filterGradientStrategies,
  }).flatMap(([direction, list]) =>
    (list as readonly Strategy<never>[])
      .filter(({ name }) => here.block !== null || !/blocked/.test(name))
      .map(({ name }) => `${direction} ${name}`),
  );
  expect(all.filter((name) => !used.has(name))).toEqual([]);
});

it('blocks are chosen where they are filled, and never for any runtime', () => {
  const block: LoweringTarget = { block: 16 };
  const wide = tf.backend_util.computeConv2DInfo([16, 8, 8, 16], [3, 3, 16, 32], 1, 1, 'same');
  const strided = tf.backend_util.computeConv2DInfo([16, 8, 8, 16], [4, 4, 16, 32], 2, 1, 'same');
  const names = (g: Geometry, target: LoweringTarget) => [
    cheapest(forwardStrategies, g, target).name,
    cheapest(inputGradientStrategies, g, target).name,
    cheapest(filterGradientStrategies, g, target).name,
  ];
  expect(names(wide, block)).toEqual(['blocked', 'turned, blocked', 'images as channels, blocked']);
  expect(names(strided, block)).toEqual(['blocked', 'phases, blocked', 'images as channels, blocked']);
  for (const name of [...names(wide, portable), ...names(strided, portable)]) expect(name).not.toMatch(/blocked/);
});
