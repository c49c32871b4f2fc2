import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DeviceMissingError } from '../devices/device-missing.ts';
import { keepFullPrecision } from '../devices/full-precision.ts';
import { probeProduct } from '../devices/probe-product.ts';
import type { DeviceKind, Engine } from '../engine.ts';
import { openEngine } from '../open-engine.ts';
import { batch, given, program } from '../program.ts';
import { differences } from '../testing/compare.ts';
import { seeded } from '../testing/seeded.ts';
import { checkProvider, lackOf } from './providers.ts';

const draw = seeded(5);
const uniform = (...shape: number[]) => Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => draw() - 0.5);

/** The losses and gradients of a small convolutional classifier: convolutions of all three directions, gathers, int32. */
function gradients() {
  const [filter, weights] = [tf.tensor4d(uniform(3, 3, 2, 4), [3, 3, 2, 4]), tf.tensor2d(uniform(64, 3), [64, 3])];
  return program('gradients', { x: batch([5, 8, 8, 2]), y: given([5], 'int32') }, ({ x, y }) => {
    const loss = (f: tf.Tensor, w: tf.Tensor) => {
      const h = tf.leakyRelu(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'same'), 0.1);
      const logits = tf.matMul(tf.reshape(h, [5, -1]) as tf.Tensor2D, w as tf.Tensor2D);
      const log = tf.sub(logits, tf.logSumExp(logits, 1, true));
      return tf.neg(tf.mean(tf.sum(tf.mul(log, tf.oneHot(y as tf.Tensor1D, 3)), 1)));
    };
    const [ofFilter, ofWeights] = tf.grads(loss)([filter, weights]);
    return { loss: loss(filter, weights), ofFilter: ofFilter!, ofWeights: ofWeights! };
  });
}

async function openOr(device: DeviceKind, skip: (why: string) => void): Promise<Engine> {
  try {
    return await openEngine({ kind: 'onnx', device });
  } catch (error) {
    if (!(error instanceof DeviceMissingError)) throw error;
    skip(error.message);
    throw error;
  }
}

describe.each(['webgpu', 'cuda'] as const)('the onnx engine on %s, where it is there', (device) => {
  it('multiplies matrices, and differentiates a network as TF.js cpu does', async ({ skip }) => {
    const actual = await openOr(device, skip);
    expect(actual.description).toMatchObject({ kind: 'onnx', device });
    expect(await probeProduct(actual, 128)).toMatchObject({ right: true });
    const feeds = { x: uniform(5, 8, 8, 2), y: Int32Array.from([0, 1, 2, 1, 0]) };
    // A GPU's exp and log are good to about 1e-5.
    const engines = { expected: await openEngine({ kind: 'cpu' }), actual, tolerance: 1e-4 };
    expect(await differences(gradients(), feeds, engines)).toEqual([]);
    await actual.dispose();
  });

  it('keeps variables between runs', async ({ skip }) => {
    const engine = await openOr(device, skip);
    const [total, count] = [tf.variable(tf.zeros([3])), tf.variable(tf.scalar(0, 'int32'))];
    const add = await engine.compile(
      program('add', { x: given([3]) }, ({ x }) => {
        total.assign(tf.add(total, x!));
        count.assign(tf.add(count, tf.scalar(1, 'int32')));
        return {};
      }),
    );
    for (let i = 1; i <= 3; i++) await add.run({ x: Float32Array.of(i, 0, -i) });
    expect(engine.read(total)).toEqual(Float32Array.of(6, 0, -6));
    expect(engine.read(count)).toEqual(Int32Array.of(3));
    total.dispose();
    count.dispose();
    await engine.dispose();
  });
});

describe('a provider that does not load', () => {
  const inEngine = (message: string) =>
    new Error('program device check: ONNX Runtime refuses the compiled graph', { cause: new Error(message) });

  it('webgpu: says that no adapter was found, and how to get one', () => {
    const lack = lackOf(
      'webgpu',
      inEngine('/onnxruntime_src/x.cc:136 auto f() was false. Failed to get a WebGPU adapter: No supported adapters\n'),
    );
    expect(lack).toMatchObject({
      missing: expect.stringMatching(/no graphics adapter/),
      remedy: expect.stringMatching(/driver/),
    });
  });

  it('cuda: tells libraries that were never fetched from a driver that is not there', () => {
    const error = inEngine('OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library');
    expect(lackOf('cuda', error, false)).toMatchObject({
      missing: expect.stringMatching(/CUDA libraries.* are not installed/),
      remedy: expect.stringMatching(
        /PNPM_CONFIG_ALLOW_BUILDS='{"onnxruntime-node":true}' pnpm rebuild onnxruntime-node/,
      ),
    });
    expect(lackOf('cuda', error, true)).toMatchObject({
      missing: expect.stringMatching(/driver, CUDA 12 or cuDNN 9 .*Failed to load shared library/),
      remedy: expect.stringMatching(/LD_LIBRARY_PATH/),
    });
  });

  it('gives other errors in their own words, without lines of its source', () => {
    const message = '/onnxruntime_src/core/x.cc:1 void f() a == b was false. Out of memory\nand more';
    expect(lackOf('webgpu', inEngine(message)).missing).toBe('ONNX Runtime says: Out of memory');
  });

  it('is one that computes nonsense, too', async () => {
    const wrong = {
      description: { device: 'webgpu' },
      compile: async () => ({ run: async () => ({ y: Float32Array.of(0, 0) }), dispose: async () => {} }),
    } as unknown as Engine;
    await expect(checkProvider(wrong)).rejects.toThrow(
      /device webgpu does not load: .*computes -\[1, -2\] as \[0, 0\]/,
    );
  });
});

describe('keepFullPrecision', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('turns TF32 off, but not over what was chosen', () => {
    vi.stubEnv('NVIDIA_TF32_OVERRIDE', undefined);
    keepFullPrecision();
    expect(process.env['NVIDIA_TF32_OVERRIDE']).toBe('0');
    vi.stubEnv('NVIDIA_TF32_OVERRIDE', '1');
    keepFullPrecision();
    expect(process.env['NVIDIA_TF32_OVERRIDE']).toBe('1');
  });
});
