import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../open-engine.ts';
import { batch, given, program, type Program } from '../program.ts';
import { seeded } from '../testing/seeded.ts';

const draw = seeded(3);
const numbers = (size: number) => Float32Array.from({ length: size }, () => 2 * draw() - 1);

/** A training step with a convolution, an optimiser's slots, a counter, and a variable that it only reads. */
function trainingStep(): { readonly step: Program; readonly variables: tf.Variable[] } {
  const start = seeded(5);
  const variable = (shape: number[]) =>
    tf.variable(
      tf.tensor(
        Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => start() - 0.5),
        shape,
      ),
    );
  const [filter, slot, shift] = [variable([3, 3, 1, 16]), tf.variable(tf.zeros([3, 3, 1, 16])), variable([16])];
  const count = tf.variable(tf.scalar(0));
  const step = program(
    'step',
    { x: batch([2, 6, 6, 1]), y: given([2], 'int32'), rate: given([]) },
    ({ x, y, rate }) => {
      const { value, grads } = tf.variableGrads(() => {
        const h = tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'), shift));
        return tf.mean(tf.squaredDifference(tf.mean(h, [1, 2, 3]), tf.cast(y, 'float32'))) as tf.Scalar;
      }, [filter]);
      slot.assign(tf.add(tf.mul(slot, 0.9), grads[filter.name]!) as tf.Tensor);
      filter.assign(tf.sub(filter, tf.mul(slot, rate!)) as tf.Tensor);
      count.assign(tf.add(count, 1) as tf.Scalar);
      return { loss: value, count: tf.add(count, 0) };
    },
  );
  return { step, variables: [filter, slot, shift, count] };
}

const runs = Array.from({ length: 6 }, (_, i) => ({
  x: numbers(72),
  y: Int32Array.of(i, 1),
  rate: Float32Array.of(0.1),
}));

describe.each(['onnx', 'cpu'] as const)('runAll of kind %s', (kind) => {
  it('gives the same bytes as run, again and again', async () => {
    const [one, many] = [trainingStep(), trainingStep()];
    const engine = await openEngine({ kind });
    const [single, all] = [await engine.compile(one.step), await engine.compile(many.step)];
    const expected = [];
    for (const feeds of runs) expected.push(await single.run(feeds));
    const got = [
      ...(await all.runAll(4, (run) => runs[run]!)),
      ...(await all.runAll(1, () => runs[4]!)),
      ...(await all.runAll(0, () => runs[0]!)),
      ...(await all.runAll(1, () => runs[5]!)),
    ];
    expect(got).toEqual(expected);
    expect(got.map(({ count }) => count![0])).toEqual([1, 2, 3, 4, 5, 6]);
    one.variables.forEach((variable, i) => expect(engine.read(many.variables[i]!)).toEqual(engine.read(variable)));
    await engine.dispose();
  });

  it('copies each feed before it asks for the next', async () => {
    const engine = await openEngine({ kind });
    const double = await engine.compile(program('double', { x: given([2]) }, ({ x }) => ({ y: tf.mul(x, 2) })));
    const buffer = new Float32Array(2);
    const results = await double.runAll(3, (run) => ({ x: buffer.fill(run) }));
    expect(results.map(({ y }) => Array.from(y))).toEqual([
      [0, 0],
      [2, 2],
      [4, 4],
    ]);
    await engine.dispose();
  });
});

it('runAll refuses counts that are none, feeds that do not fit, and runs after dispose', async () => {
  const engine = await openEngine({ kind: 'onnx' });
  const same = await engine.compile(program('same', { x: given([2]) }, ({ x }) => ({ y: tf.add(x, 1) })));
  const x = new Float32Array(2);
  await expect(same.runAll(1.5, () => ({ x }))).rejects.toThrow(
    'program same: runAll needs a count of 0 or more, got 1.5',
  );
  await expect(same.runAll(2, () => ({ x: new Float32Array(3) }))).rejects.toThrow(
    'input x needs Float32Array of length 2',
  );
  expect(await same.runAll(2, () => ({ x }))).toHaveLength(2);
  await same.dispose();
  await expect(same.runAll(2, () => ({ x }))).rejects.toThrow('program same has been disposed');
  await engine.dispose();
});

it('variables that change places and outputs that are variables pass through', async () => {
  const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
  const engine = await openEngine({ kind: 'onnx' });
  const swap = await engine.compile(
    program('swap', { x: given([]) }, ({ x }) => {
      const [left, right] = [a.clone(), b.clone()];
      a.assign(right as tf.Scalar);
      b.assign(left as tf.Scalar);
      return { left, sum: tf.add(left, x) };
    }),
  );
  const results = await swap.runAll(3, (run) => ({ x: Float32Array.of(10 * run) }));
  expect(results.map(({ left, sum }) => [left[0], sum[0]])).toEqual([
    [1, 1],
    [2, 12],
    [1, 21],
  ]);
  expect([engine.read(a)[0], engine.read(b)[0]]).toEqual([2, 1]);
  await engine.dispose();
});
