import { backend_util } from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { bench, describe } from 'vitest';
import { sizeOf } from '../src/feeds.ts';
import { filterGradientStrategies } from '../src/kernels/convolution/filter-gradient.ts';
import { forwardStrategies } from '../src/kernels/convolution/forward.ts';
import type { Geometry } from '../src/kernels/convolution/geometry.ts';
import { inputGradientStrategies } from '../src/kernels/convolution/input-gradient.ts';
import { cheapest, type Strategy } from '../src/kernels/convolution/strategy.ts';
import { OnnxBuilder, type Wire } from '../src/onnx/onnx-builder.ts';
import type { Shape } from '../src/program.ts';
import { loweringTarget } from '../src/session/lowering-target.ts';

/**
 * Each strategy for convolutions of the sizes that models for 28 x 28 images have, in each direction; `chosen` is the one that the
 * tables' costs pick. `npx vitest bench --run packages/engine/bench/convolutions`, on a quiet machine.
 */
const layers = [
  { n: 64, size: 28, inputs: 1, outputs: 64, window: 4, stride: 2 },
  { n: 64, size: 14, inputs: 64, outputs: 128, window: 4, stride: 2 },
  { n: 32, size: 28, inputs: 16, outputs: 16, window: 3, stride: 1 },
  { n: 32, size: 28, inputs: 1, outputs: 32, window: 7, stride: 1 },
  { n: 64, size: 28, inputs: 32, outputs: 1, window: 3, stride: 1 },
  { n: 32, size: 14, inputs: 20, outputs: 24, window: 3, stride: 1 },
];

const target = await loweringTarget('cpu');

for (const { n, size, inputs, outputs, window, stride } of layers) {
  const g = backend_util.computeConv2DInfo(
    [n, size, size, inputs],
    [window, window, inputs, outputs],
    stride,
    1,
    'same',
  );
  const [images, errors, filter] = [g.inShape, g.outShape, g.filterShape];
  const name = `${n}x${size}x${size}x${inputs} to ${outputs}, window ${window}, stride ${stride}`;
  await race(`forward ${name}`, forwardStrategies, g, { x: images, filter });
  await race(`input gradient ${name}`, inputGradientStrategies, g, { dy: errors, filter });
  await race(`filter gradient ${name}`, filterGradientStrategies, g, { x: images, dy: errors });
}

/** Compiles what each strategy that can be used writes, and times it. */
async function race<Factors>(
  name: string,
  strategies: readonly Strategy<Factors>[],
  g: Geometry,
  shapes: Readonly<Record<string, Shape>>,
): Promise<void> {
  const chosen = cheapest(strategies, g, target);
  const usable = strategies.filter(({ cost }) => cost(g, target) < Infinity);
  const runs: { readonly label: string; readonly run: () => Promise<void> }[] = [];
  for (const strategy of usable) {
    const onnx = new OnnxBuilder(target);
    const wires = Object.fromEntries(
      Object.entries(shapes).map(([input, shape]) => [input, onnx.input(input, { shape, dtype: 'float32' })]),
    );
    onnx.output('y', strategy.write(onnx, wires as Record<string, Wire> & Factors, g));
    const session = await InferenceSession.create(onnx.toBytes({ name: strategy.name, about: '' }), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    });
    const feeds = Object.fromEntries(
      Object.entries(shapes).map(([input, shape]) => [
        input,
        new Tensor(
          'float32',
          Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i)),
          shape,
        ),
      ]),
    );
    const label = `${strategy.name}${strategy === chosen ? ' (chosen)' : ''}, cost ${strategy.cost(g, target)}`;
    runs.push({ label, run: async () => void (await session.run(feeds)) });
  }
  describe.each([name])('%s', () => {
    for (const { label, run } of runs) bench(label, run, { time: 300 });
  });
}
