import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../open-engine.ts';
import { given, program } from '../program.ts';

/** A counter of its own: programs of it are alike, their variables are not. */
function counter(factor = 1) {
  const count = tf.variable(tf.scalar(0));
  const add = program('add', { by: given([]) }, ({ by }) => {
    count.assign(tf.add(count, tf.mul(by, factor)) as tf.Scalar);
    return { count: tf.clone(count) };
  });
  return { add, count };
}
const by = (value: number) => ({ by: Float32Array.of(value) });

describe('sessions', () => {
  const create = vi.spyOn(InferenceSession, 'create');
  const release = vi.spyOn((InferenceSession as unknown as { prototype: InferenceSession }).prototype, 'release');
  beforeAll(async () => {
    const engine = await openEngine({ kind: 'onnx' }); // opens sessions of its own once, to see what the processor has
    await engine.compile(program('first', { x: given([]) }, ({ x }) => ({ y: tf.neg(x) })));
    await engine.dispose();
  });
  beforeEach(() => {
    create.mockClear();
    release.mockClear();
  });

  it('are shared by programs alike, in one engine and in several; state is not', async () => {
    const [first, second] = [await openEngine({ kind: 'onnx' }), await openEngine({ kind: 'onnx' })];
    const [a, b] = [counter(2), counter(2)];
    const runA = await first.compile(a.add);
    const againA = await first.compile(a.add);
    const runB = await second.compile(b.add);
    expect(create).not.toHaveBeenCalled(); // a session is opened when it is first needed
    await runA.run(by(1));
    await runB.run(by(10));
    expect(create).toHaveBeenCalledTimes(1);
    expect((await againA.run(by(1))).count[0]).toBe(4);
    expect((await runB.run(by(1))).count[0]).toBe(22);
    await first.dispose();
    expect(release).not.toHaveBeenCalled();
    expect((await runB.run(by(1))).count[0]).toBe(24);
    await second.dispose();
    expect(release).toHaveBeenCalledTimes(1);
  });

  it('are not shared where a constant, or an option of the engine, differs', async () => {
    const [one, two] = [await openEngine({ kind: 'onnx' }), await openEngine({ kind: 'onnx', threads: 2 })];
    for (const compiled of [
      await one.compile(counter(2).add),
      await one.compile(counter(3).add),
      await two.compile(counter(2).add),
    ])
      await compiled.run(by(1));
    expect(create).toHaveBeenCalledTimes(3);
    await one.dispose();
    await two.dispose();
    expect(release).toHaveBeenCalledTimes(3);
  });

  it('go with their last user, once, and come back for the next', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const { add } = counter(5);
    const [one, two] = [await engine.compile(add), await engine.compile(add)];
    await one.run(by(0));
    await two.run(by(0));
    await one.dispose();
    await one.dispose();
    expect(release).not.toHaveBeenCalled();
    await expect(one.run(by(1))).rejects.toThrow('program add has been disposed; compile it again.');
    expect((await two.run(by(1))).count[0]).toBe(5);
    await two.dispose();
    expect(release).toHaveBeenCalledTimes(1);
    const three = await engine.compile(add);
    expect((await three.run(by(1))).count[0]).toBe(10);
    expect(create).toHaveBeenCalledTimes(2);
    await engine.dispose();
    expect(release).toHaveBeenCalledTimes(2);
  });

  it('run for two engines at once without mixing them up', async () => {
    const engines = [await openEngine({ kind: 'onnx' }), await openEngine({ kind: 'onnx' })];
    const compiled = await Promise.all(engines.map(async (engine) => engine.compile(counter(7).add)));
    for (let i = 1; i <= 50; i++) {
      const counts = await Promise.all(compiled.map(async (each, k) => (await each.run(by(k + 1))).count[0]));
      expect(counts).toEqual([7 * i, 14 * i]);
    }
    expect(create).toHaveBeenCalledTimes(1);
    await Promise.all(engines.map(async (engine) => engine.dispose()));
    expect(release).toHaveBeenCalledTimes(1);
  });
});
