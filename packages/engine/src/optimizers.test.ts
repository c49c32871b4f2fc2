import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openEngine } from './open-engine.ts';
import { batch, given, program } from './program.ts';
import { seeded } from './testing/seeded.ts';
import { trainBoth } from './testing/train-both.ts';

const values = (seed: number, length: number) => {
  const draw = seeded(seed);
  return Float32Array.from({ length }, () => draw() * 2 - 1);
};

const optimizers: [string, () => tf.Optimizer][] = [
  ['sgd', () => tf.train.sgd(0.1)],
  ['momentum', () => tf.train.momentum(0.1, 0.9)],
  ['momentum, Nesterov', () => tf.train.momentum(0.1, 0.9, true)],
  ['adagrad', () => tf.train.adagrad(0.1)],
  ['adadelta', () => tf.train.adadelta(0.5)],
  ['adam', () => tf.train.adam(0.05)],
  ['adamax', () => tf.train.adamax(0.05, 0.9, 0.999, 1e-8, 0.1)],
  ['rmsprop', () => tf.train.rmsprop(0.01, 0.9, 0.5)],
  ['rmsprop, centred', () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-6, true)],
];

/** A linear fit, and the loss of it as a function of the variables. */
function fit() {
  const w = tf.variable(tf.tensor2d(values(1, 6), [3, 2]));
  const b = tf.variable(tf.tensor1d(values(2, 2)));
  const loss = (x: tf.Tensor) => (): tf.Scalar =>
    tf.mean(tf.squaredDifference(tf.add(tf.matMul(x as tf.Tensor2D, w), b), 0.5));
  return { w, b, loss };
}

/** A program that updates the fit by `optimizer`, in one of the two ways that TF.js has. */
function stepOf(optimizer: tf.Optimizer, { w, b, loss }: ReturnType<typeof fit>, way: 'minimize' | 'applyGradients') {
  return program('step', { x: batch([4, 3]) }, ({ x }) => {
    if (way === 'minimize') return { loss: optimizer.minimize(loss(x), true, [w, b])! };
    const { value, grads } = tf.variableGrads(loss(x), [w, b]);
    optimizer.applyGradients(grads);
    return { loss: value };
  });
}

/** The variables that exist now and did not before. */
const madeSince = (before: ReadonlySet<string>) =>
  Object.values(tf.engine().state.registeredVariables).filter(({ name }) => !before.has(name));
const names = () => new Set(Object.keys(tf.engine().state.registeredVariables));

describe('optimisers of tf.train', () => {
  it.each(optimizers)('%s: as on TF.js cpu, slots included', async (_, make) => {
    for (const way of ['minimize', 'applyGradients'] as const) {
      const { losses, state } = await trainBoth(
        () => {
          const before = names();
          const model = fit();
          const optimizer = make();
          return { program: stepOf(optimizer, model, way), state: () => madeSince(before) };
        },
        (step) => ({ x: values(10 + step, 12) }),
        8,
      );
      expect(state.length).toBeGreaterThanOrEqual(2);
      expect(losses.every(Number.isFinite)).toBe(true);
    }
  });

  it('adam: the first step moves each weight by the learning rate', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const model = fit();
    const step = await engine.compile(stepOf(tf.train.adam(0.05), model, 'minimize'));
    const before = engine.read(model.w);
    await step.run({ x: values(3, 12) });
    engine.read(model.w).forEach((value, i) => expect(Math.abs(value - before[i]!)).toBeCloseTo(0.05, 4));
    await engine.dispose();
  });

  it('two programs of one optimiser share its slots', async () => {
    const course = async (split: boolean) => {
      const engine = await openEngine({ kind: 'onnx' });
      const model = fit();
      const optimizer = tf.train.momentum(0.1, 0.9);
      const before = names();
      const first = await engine.compile(stepOf(optimizer, model, 'minimize'));
      const slots = madeSince(before).length;
      const second = split ? await engine.compile(stepOf(optimizer, model, 'applyGradients')) : first;
      expect(madeSince(before)).toHaveLength(slots);
      for (let i = 0; i < 3; i++) {
        await first.run({ x: values(i, 12) });
        await second.run({ x: values(i + 50, 12) });
      }
      return Array.from(engine.read(model.w));
    };
    expect(await course(true)).toEqual(await course(false));
  });

  it('remain usable eagerly after a trace, with their slots as new', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const update = (optimizer: tf.Optimizer, model: ReturnType<typeof fit>) => {
      const x = tf.tensor2d(values(5, 12), [4, 3]);
      for (let i = 0; i < 3; i++) optimizer.minimize(model.loss(x), false, [model.w, model.b]);
      return Array.from(model.w.dataSync());
    };
    const [traced, plain] = [fit(), fit()];
    const [optimizer, other] = [tf.train.adam(0.05), tf.train.adam(0.05)];
    await engine.compile(stepOf(optimizer, traced, 'minimize'));
    expect(update(optimizer, traced)).toEqual(update(other, plain));
    optimizer.dispose();
    await engine.dispose();
  });

  it('leave nothing behind but their slots, also when the program fails after them', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const model = fit();
    const optimizer = tf.train.momentum(0.1, 0.9);
    const failing = program('failing', { x: batch([4, 3]) }, ({ x }) => {
      optimizer.minimize(model.loss(x), false, [model.w, model.b]);
      throw new Error('stop');
    });
    const before = tf.memory().numTensors;
    await expect(engine.compile(failing)).rejects.toThrow('program failing: stop');
    expect(tf.memory().numTensors).toBe(before + 2);
    const step = await engine.compile(stepOf(optimizer, model, 'minimize'));
    expect(tf.memory().numTensors).toBe(before + 2);
    expect((await step.run({ x: values(1, 12) })).loss[0]).toBeGreaterThan(0);
    await engine.dispose();
  });
});

describe('variables made in a program', () => {
  it('start from what constants say, whatever is done to them after', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    let counter: tf.Variable | null = null;
    const count = program('count', { by: given([2]) }, ({ by }) => {
      const start = tf.mul(tf.ones([2]), 3);
      counter ??= tf.variable(start);
      counter.assign(tf.add(counter, by));
      return { counter: tf.clone(counter), start };
    });
    const compiled = await engine.compile(count);
    expect(engine.read(counter!)).toEqual(Float32Array.of(3, 3));
    await compiled.run({ by: Float32Array.of(1, 2) });
    expect(await compiled.run({ by: Float32Array.of(1, 2) })).toEqual({
      counter: Float32Array.of(5, 7),
      start: Float32Array.of(3, 3),
    });
    await engine.dispose();
  });

  it.each<[string, (x: tf.Tensor, w: tf.Variable) => tf.Variable, RegExp]>([
    ['an input', (x) => tf.variable(tf.neg(x)), /depends on input x; make it outside/],
    ['a variable', (_, w) => tf.variable(tf.mul(w, 2)), /depends on variable .*; make it outside/],
  ])('are refused where they start from %s', async (_, make, message) => {
    const engine = await openEngine({ kind: 'onnx' });
    const w = tf.variable(tf.ones([2]));
    const before = names();
    const made = program('made', { x: given([2]) }, ({ x }) => ({ y: tf.add(make(x, w), x) }));
    await expect(engine.compile(made)).rejects.toThrow(message);
    expect(madeSince(before)).toEqual([]);
    w.dispose();
    await engine.dispose();
  });

  it('are refused where they do not outlive the program', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const brief = program('brief', { x: given([2]) }, ({ x }) => {
      const scratch = tf.variable(tf.zeros([2]));
      const y = tf.add(scratch, x);
      scratch.dispose();
      return { y };
    });
    await expect(engine.compile(brief)).rejects.toThrow(/program brief: variable \S+ is disposed inside the program/);
    await engine.dispose();
  });
});
