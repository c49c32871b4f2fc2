import * as tf from '@tensorflow/tfjs-core';
import { bench, describe } from 'vitest';
import { given, openEngine, program } from '../src/index.ts';

/**
 * Passes over a million numbers, ten in a row, and a sum of the result so that nothing large leaves the runtime.
 * `npx vitest bench --run packages/engine/bench/elementwise`, on a quiet machine.
 */
const size = 1 << 20;
const repeats = 10;
const engine = await openEngine({ kind: 'onnx' });

/** A bias of 16 channels, repeated over the rows of all but the last axis. */
const ofChannels = (x: tf.Tensor, i: number) => tf.slice(tf.reshape(x, [size]), i, 16);

const passes: Record<string, (y: tf.Tensor, x: tf.Tensor, i: number) => tf.Tensor> = {
  'y * scalar + x, one pass': (y, x, i) => tf.add(tf.mul(y, 0.5 + i / 100), x),
  'y * x + x, two passes': (y, x) => tf.add(tf.mul(y, x), x),
  'y * x': (y, x) => tf.mul(y, x),
  'y + bias of 16 channels': (y, x, i) => tf.reshape(tf.add(tf.reshape(y, [-1, 16]), ofChannels(x, i)), y.shape),
  'y + bias of 1024 channels': (y, x, i) => tf.add(y, tf.gather(x, i)),
  'y * scalar': (y, _, i) => tf.mul(y, 0.5 + i / 100),
  'sqrt(y)': (y) => tf.sqrt(y),
  'exp(-y)': (y) => tf.exp(tf.neg(y)),
  'relu(y - scalar)': (y, _, i) => tf.relu(tf.sub(y, i / 100)),
};

describe('ten passes over a million numbers', async () => {
  for (const [name, pass] of Object.entries(passes)) {
    const compiled = await engine.compile(
      program(name, { x: given([size / 1024, 1024]) }, ({ x }) => {
        let y: tf.Tensor = x;
        for (let i = 0; i < repeats; i++) y = pass(y, x, i);
        return { sum: tf.sum(y, 0) };
      }),
    );
    const x = Float32Array.from({ length: size }, (_, i) => 1 + Math.sin(i) / 2);
    bench(name, async () => void (await compiled.run({ x })), { time: 400 });
  }
});
