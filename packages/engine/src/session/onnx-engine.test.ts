import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../open-engine.ts';
import { batch, given, program, schedule } from '../program.ts';
import { seeded } from '../testing/seeded.ts';

const normals = (seed: number, length: number) => {
  const draw = seeded(seed);
  return Float32Array.from({ length }, () => draw() + draw() + draw() + draw() - 2);
};

/** A small convolutional network with an optimiser of its own, as a program with state. */
function network() {
  const variable = (seed: number, shape: number[]) =>
    tf.variable(tf.tensor(normals(seed, tf.util.sizeFromShape(shape)), shape));
  const filter = variable(1, [3, 3, 1, 4]);
  const weights = variable(2, [4 * 4 * 4, 3]);
  const velocity = [filter, weights].map((v) => tf.variable(tf.zeros(v.shape)));
  const step = program(
    'step',
    { x: batch([5, 8, 8, 1]), y: given([5], 'int32'), rate: schedule(() => 0.1) },
    ({ x, y, rate }) => {
      const { value, grads } = tf.variableGrads(() => {
        const h = tf.leakyRelu(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same'), 0.1);
        const logits = tf.matMul(tf.reshape(h, [5, -1]) as tf.Tensor2D, weights as tf.Tensor2D);
        const log = tf.sub(logits, tf.logSumExp(logits, 1, true));
        return tf.neg(tf.mean(tf.sum(tf.mul(log, tf.oneHot(y as tf.Tensor1D, 3)), 1))) as tf.Scalar;
      }, [filter, weights]);
      [filter, weights].forEach((v, i) => {
        const speed = velocity[i]!;
        speed.assign(tf.add(tf.mul(speed, 0.9), grads[v.name]!));
        v.assign(tf.sub(v, tf.mul(rate!, speed)));
      });
      return { loss: value };
    },
  );
  return {
    step,
    variables: [filter, weights, ...velocity],
    dispose: () => [filter, weights, ...velocity].forEach((v) => v.dispose()),
  };
}

const feeds = () => ({ x: normals(9, 5 * 64), y: Int32Array.from([0, 1, 2, 1, 0]), rate: Float32Array.of(0.1) });

describe('the onnx engine', () => {
  it('trains as TF.js cpu does: same losses, same variables after ten steps, and the loss falls', async () => {
    const outcomes = [];
    for (const kind of ['cpu', 'onnx'] as const) {
      const engine = await openEngine({ kind });
      const { step, variables, dispose } = network();
      const compiled = await engine.compile(step);
      const losses: number[] = [];
      for (let i = 0; i < 10; i++) losses.push((await compiled.run(feeds())).loss[0]!);
      outcomes.push({ losses, values: variables.flatMap((variable) => Array.from(engine.read(variable))) });
      dispose();
      await engine.dispose();
    }
    const [eager, compiled] = outcomes;
    expect(eager!.losses[9]).toBeLessThan(eager!.losses[0]! / 2);
    // float32 sums in another order, over ten steps.
    eager!.losses.forEach((loss, i) => expect(compiled!.losses[i]).toBeCloseTo(loss, 4));
    eager!.values.forEach((value, i) => expect(Math.abs(compiled!.values[i]! - value)).toBeLessThan(1e-4));
  });

  it('shares variables between programs, and reads and writes them', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const counter = tf.variable(tf.scalar(1));
    const add = await engine.compile(
      program('add', { by: given([]) }, ({ by }) => (counter.assign(tf.add(counter, by) as tf.Scalar), {})),
    );
    const twice = await engine.compile(program('twice', {}, () => ({ value: tf.mul(counter, 2) })));
    await add.run({ by: Float32Array.of(2) });
    await add.run({ by: Float32Array.of(3) });
    expect((await twice.run({})).value).toEqual(Float32Array.of(12));
    expect(engine.read(counter)).toEqual(Float32Array.of(6));
    engine.write(counter, Float32Array.of(10));
    expect((await twice.run({})).value).toEqual(Float32Array.of(20));
    expect(() => engine.write(counter, new Float32Array(2))).toThrow(/needs 1 values, got 2/);
    counter.dispose();
    await engine.dispose();
  });

  it('swaps variables, and copies a variable or an input to an output', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
    const swap = program('swap', { x: given([]) }, ({ x }) => {
      const held = tf.clone(a);
      a.assign(tf.clone(b) as tf.Scalar);
      b.assign(held as tf.Scalar);
      return { x, a: tf.clone(a), one: tf.scalar(1) };
    });
    const compiled = await engine.compile(swap);
    const results = await compiled.run({ x: Float32Array.of(7) });
    expect(results).toEqual({ x: Float32Array.of(7), a: Float32Array.of(2), one: Float32Array.of(1) });
    expect([engine.read(a)[0], engine.read(b)[0]]).toEqual([2, 1]);
    a.dispose();
    b.dispose();
  });

  it('keeps apart variables that were made as clones of one another', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const before = tf.memory();
    const a = tf.variable(tf.scalar(1));
    const b = tf.tidy(() => tf.variable(tf.clone(a)));
    const step = await engine.compile(
      program('step', {}, () => {
        a.assign(tf.add(a, 1));
        b.assign(tf.mul(b, 10));
        return { a: tf.clone(a), b: tf.clone(b) };
      }),
    );
    await step.run({});
    expect(await step.run({})).toEqual({ a: Float32Array.of(3), b: Float32Array.of(100) });
    a.dispose();
    b.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors + 1); // the scalar that `a` was made from
  });

  it('returns arrays that later runs leave alone', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const square = await engine.compile(program('square', { x: given([3]) }, ({ x }) => ({ y: tf.square(x) })));
    const first = (await square.run({ x: Float32Array.of(1, 2, 3) })).y;
    await square.run({ x: Float32Array.of(4, 5, 6) });
    expect(first).toEqual(Float32Array.of(1, 4, 9));
  });

  it('gives NaN and infinity their places', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const compiled = await engine.compile(
      program('p', { x: given([4]) }, ({ x }) => ({ log: tf.log(x), ratio: tf.div(x, x) })),
    );
    const { log, ratio } = await compiled.run({ x: Float32Array.of(-1, 0, Infinity, 1) });
    expect(Array.from(log)).toEqual([NaN, -Infinity, Infinity, 0]);
    expect(Array.from(ratio)).toEqual([1, NaN, NaN, 1]);
  });

  it('refuses wrong feeds by name', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const compiled = await engine.compile(program('feeds', { x: given([2]) }, ({ x }) => ({ y: tf.neg(x) })));
    await expect(compiled.run({ x: new Float32Array(3) })).rejects.toThrow(
      /program feeds: input x needs Float32Array of length 2 .* got Float32Array of length 3/,
    );
    await expect(compiled.run({} as { x: Float32Array })).rejects.toThrow(/got nothing/);
    await expect(
      compiled.run({ x: new Float32Array(2), z: new Float32Array(2) } as { x: Float32Array }),
    ).rejects.toThrow(/has no input z; it has x/);
  });

  it('counts a matrix product, a convolution and the parameters', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const [w, f] = [tf.variable(tf.ones([3, 5])), tf.variable(tf.ones([3, 3, 2, 4]))];
    const product = await engine.compile(
      program('p', { x: given([7, 3]) }, ({ x }) => ({ y: tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D) })),
    );
    expect(product.cost).toEqual({
      flops: 2 * 7 * 3 * 5,
      parameters: 15,
      parameterBytes: 60,
      activationBytes: 7 * 5 * 4,
      peakActivationBytes: 7 * 5 * 4,
    });
    const convolution = await engine.compile(
      program('c', { x: given([2, 6, 6, 2]) }, ({ x }) => ({
        y: tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'same'),
      })),
    );
    expect(convolution.cost?.flops).toBe(2 * 2 * 9 * 4 * 9 * 2);
    w.dispose();
    f.dispose();
  });
});

describe('openEngine', () => {
  it('auto says what it took and why the others were passed over', async () => {
    const { description } = await openEngine();
    expect(['onnx', 'tensorflow']).toContain(description.kind);
    if (description.kind === 'onnx')
      expect(description.passedOver[0]).toMatchObject({ kind: 'tensorflow', reason: expect.stringMatching(/\w+/) });
  });

  it('refuses what does not exist, and names what does', async () => {
    await expect(openEngine({ kind: 'torch' as 'cpu' })).rejects.toThrow(
      /kind must be one of auto, tensorflow, onnx, cpu, got torch/,
    );
    await expect(openEngine({ kind: 'cpu', device: 'cuda' })).rejects.toThrow(
      /kind cpu computes on cpu only, got.* cuda/,
    );
    await expect(openEngine({ kind: 'tensorflow', device: 'webgpu' })).rejects.toThrow(
      /cuda or cpu only, got.* webgpu/,
    );
    await expect(openEngine({ kind: 'onnx', threads: 0 })).rejects.toThrow(
      /threads must be an integer of 1 or more, got 0/,
    );
  });
});
