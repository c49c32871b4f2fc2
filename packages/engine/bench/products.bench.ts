import { InferenceSession, Tensor } from 'onnxruntime-node';
import { bench, describe } from 'vitest';
import { sizeOf } from '../src/feeds.ts';
import { tallProduct } from '../src/kernels/tall-product.ts';
import { OnnxBuilder, type Wire } from '../src/onnx/onnx-builder.ts';
import { loweringTarget } from '../src/session/lowering-target.ts';

/**
 * Forms that rules choose between, for the sizes of a PixelCNN's 25 088 places: products of tall matrices, and sums of columns.
 * `npx vitest bench --run packages/engine/bench/products`, on a quiet machine.
 */
const rows = 25_088;
const target = await loweringTarget('cpu');
const float = (shape: readonly number[]) => ({ shape, dtype: 'float32' }) as const;

type Form = (onnx: OnnxBuilder, ...inputs: Wire[]) => Wire;

async function compile(form: Form, shapes: readonly (readonly number[])[]) {
  const onnx = new OnnxBuilder(target);
  const wires = shapes.map((shape, i) => onnx.input(`x${i}`, float(shape)));
  onnx.output('y', form(onnx, ...wires));
  const session = await InferenceSession.create(onnx.toBytes({ name: 'form' }), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const feeds = Object.fromEntries(
    shapes.map((shape, i) => [
      `x${i}`,
      new Tensor(
        'float32',
        Float32Array.from({ length: sizeOf(shape) }, (_, k) => Math.sin(k)),
        shape,
      ),
    ]),
  );
  return async () => void (await session.run(feeds));
}

describe('a^T b of [25088, 32] and [25088, 16]', async () => {
  const shapes = [
    [rows, 32],
    [rows, 16],
  ];
  bench('in chunks', await compile((onnx, a, b) => tallProduct(onnx, a!, b!), shapes));
  const whole: Form = (onnx, a, b) => onnx.op('Gemm', [a!, b!], float([32, 16]), { transA: 1 });
  bench('at once', await compile(whole, shapes));
});

describe('sums of the columns of [25088, 32]', async () => {
  const ones: Form = (onnx, x) => {
    const row = onnx.op('Expand', [onnx.scalar(1), onnx.integers([1, rows])], float([1, rows]));
    return onnx.op('MatMul', [row, x!], float([1, 32]));
  };
  const sum: Form = (onnx, x) => onnx.op('ReduceSum', [x!, onnx.integers([0])], float([32]), { keepdims: 0 });
  bench('product with ones', await compile(ones, [[rows, 32]]));
  bench('ReduceSum', await compile(sum, [[rows, 32]]));
});
