import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { DeviceKind } from '../engine.ts';
import { blockedConvolution } from '../kernels/convolution/blocked.ts';
import { plainConvolution } from '../kernels/convolution/forward.ts';
import { OnnxBuilder, portable, type LoweringTarget, type Wire } from '../onnx/onnx-builder.ts';
import { flushDenormals } from './flush-denormals.ts';

/** Widths that ONNX Runtime's blocked convolutions have: 16 channels with AVX-512, 8 with AVX2 and on ARM. */
const blocks = [16, 8];

let found: Promise<LoweringTarget> | null = null;

/** What the device's graphs are written for; on the processor, blocked convolutions where a small one comes out right. */
export function loweringTarget(device: DeviceKind): Promise<LoweringTarget> {
  if (device !== 'cpu') return Promise.resolve(portable);
  found ??= probe();
  return found;
}

async function probe(): Promise<LoweringTarget> {
  const how = { out: [4, 4], pads: [1, 1, 1, 1], strides: [1, 1], dilations: [1, 1] } as const;
  const expected = await convolved((onnx, images) => plainConvolution(onnx, images, how));
  for (const block of blocks) {
    try {
      const got = await convolved((onnx, images) => blockedConvolution(onnx, images, block, how));
      if (got.every((value, i) => Math.abs(value - (expected[i] ?? NaN)) < 1e-4)) return { block };
    } catch {
      // This build has no blocked convolutions, or not of this width.
    }
  }
  return portable;
}

/** A convolution of 16 to 16 channels, both whole blocks of either width, of numbers that tell channels apart. */
async function convolved(
  write: (onnx: OnnxBuilder, images: { readonly x: Wire; readonly filter: Wire }) => Wire,
): Promise<Float32Array> {
  const onnx = new OnnxBuilder();
  const shapes = { x: [1, 4, 4, 16], filter: [3, 3, 16, 16] };
  const [x, filter] = [
    onnx.input('x', { shape: shapes.x, dtype: 'float32' }),
    onnx.input('filter', { shape: shapes.filter, dtype: 'float32' }),
  ];
  onnx.output('y', write(onnx, { x, filter }));
  const session = await InferenceSession.create(onnx.toBytes({ name: 'probe' }), {
    ...flushDenormals,
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  const values = (shape: number[], rate: number) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return new Tensor(
      'float32',
      Float32Array.from({ length: size }, (_, i) => Math.sin(rate * i)),
      shape,
    );
  };
  const { y } = await session.run({ x: values(shapes.x, 0.7), filter: values(shapes.filter, 1.3) });
  await session.release();
  if (y === undefined) throw new Error('the probe has no output');
  return y.data as Float32Array;
}
