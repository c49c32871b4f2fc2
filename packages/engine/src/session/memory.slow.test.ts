import * as tf from '@tensorflow/tfjs-core';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { FeedsOf, Inputs, Program } from '../program.ts';
import { openEngine } from '../open-engine.ts';
import { batch, given, program, uniform } from '../program.ts';
import { withNoise } from '../with-noise.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Steps that are watched, in windows, after as many to warm up: pages of the allocator settle late. */
const steps = 20_000;
const windows = 10;
const mebibyte = 2 ** 20;

interface Use {
  readonly rss: number;
  readonly heap: number;
  /** Array buffers and what native code reports: where values live. */
  readonly external: number;
}

/** Memory after a thorough collection: native buffers are let go of in a turn of the event loop that follows one. */
async function use(): Promise<Use> {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed, external };
}

/** What is used after each window of steps; the first entry is after warming up. */
async function watch<I extends Inputs>(made: Program<I>, feeds: FeedsOf<I>, atOnce = 1): Promise<Use[]> {
  const engine = await openEngine({ kind: 'onnx' });
  const compiled = await engine.compile(made);
  const run = async (count: number) => {
    for (let i = 0; i < count; i += atOnce) {
      if (atOnce === 1) await compiled.run(feeds);
      else await compiled.runAll(atOnce, () => feeds);
    }
    return use();
  };
  const uses = [await run(steps)];
  const tensors = tf.memory().numTensors;
  for (let i = 0; i < windows; i++) uses.push(await run(steps / windows));
  expect(tf.memory().numTensors).toBe(tensors);
  await engine.dispose();
  return uses;
}

/** The least of the last windows over the least of the first ones: noise goes up only, a leak stays. */
function growth(uses: readonly Use[], of: keyof Use): number {
  const values = uses.map((each) => each[of]);
  return Math.min(...values.slice(-4)) - Math.min(...values.slice(0, 4));
}

function expectNoGrowth(uses: readonly Use[]): void {
  // About 14 000 steps lie between the two groups: 64 bytes a step would be 0.9 MB, and one 4 KB output 57 MB.
  expect(growth(uses, 'heap')).toBeLessThan(mebibyte);
  expect(growth(uses, 'external')).toBeLessThan(mebibyte);
  // The allocator's pages are coarser, and the process has other things in it.
  expect(growth(uses, 'rss')).toBeLessThan(8 * mebibyte);
}

const draws = (length: number) => Float32Array.from({ length }, (_, i) => ((i * 7919) % 101) / 101);

describe('20 000 steps of a small program do not grow memory', () => {
  it('with state and outputs of several sizes', async () => {
    const w = tf.variable(tf.zeros([32, 32]));
    const walk = program('walk', { x: given([32, 32]) }, ({ x }) => {
      w.assign(tf.add(tf.mul(w, 0.9), x) as tf.Tensor2D);
      return { mean: tf.mean(w), copy: tf.mul(w, 2), rows: tf.sum(w, 1) };
    });
    expectNoGrowth(await watch(walk, { x: draws(32 * 32) }));
    w.dispose();
  });

  it('of a training step: gradients, noise as an input, an optimiser', async () => {
    const w = tf.variable(tf.fill([16, 4], 0.1));
    const optimizer = tf.train.adam(0.001);
    const inputs = { x: batch([8, 16]), mask: uniform([8, 4]) };
    const train = program('train', inputs, ({ x, mask }) => ({
      loss: optimizer.minimize(
        () =>
          withNoise([mask], () => tf.mean(tf.square(tf.dropout(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), 0.5)))),
        true,
        [w],
      )!,
    }));
    expectNoGrowth(await watch(train, { x: draws(8 * 16), mask: draws(8 * 4) }));
    w.dispose();
    optimizer.dispose();
  });

  it('of steps that run ten at once', async () => {
    const w = tf.variable(tf.zeros([32, 32]));
    const walk = program('walk in tens', { x: given([32, 32]) }, ({ x }) => {
      w.assign(tf.add(tf.mul(w, 0.9), x) as tf.Tensor2D);
      return { mean: tf.mean(w), copy: tf.mul(w, 2) };
    });
    expectNoGrowth(await watch(walk, { x: draws(32 * 32) }, 10));
    w.dispose();
  });

  it('without outputs', async () => {
    const count = tf.variable(tf.scalar(0));
    const tick = program('tick', {}, () => (count.assign(tf.add(count, 1)), {}));
    expectNoGrowth(await watch(tick, {}));
    count.dispose();
  });

  it('and it would be seen if they did', async () => {
    const kept: Float32Array[] = [];
    const uses: Use[] = [];
    for (let i = 0; i <= windows; i++) {
      for (let k = 0; k < steps / windows; k++) kept.push(new Float32Array(32));
      uses.push(await use());
    }
    expect(growth(uses, 'external') + growth(uses, 'heap')).toBeGreaterThan(mebibyte);
    expect(kept).toHaveLength((steps / windows) * (windows + 1));
  });
});

it('compiling and disposing of a program many times does not grow memory', async () => {
  const engine = await openEngine({ kind: 'onnx' });
  const w = tf.variable(tf.ones([64]));
  const made = program('made', { x: given([64]) }, ({ x }) => ({ y: tf.sum(tf.mul(w, tf.exp(x))) }));
  const rounds = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const compiled = await engine.compile(made);
      await compiled.run({ x: draws(64) });
      await compiled.dispose();
    }
    return use();
  };
  const uses = [await rounds(100)];
  for (let i = 0; i < windows; i++) uses.push(await rounds(100));
  expect(growth(uses, 'heap')).toBeLessThan(2 * mebibyte);
  expect(growth(uses, 'rss')).toBeLessThan(16 * mebibyte);
  w.dispose();
});
