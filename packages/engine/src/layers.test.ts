import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { sizeOf } from './feeds.ts';
import { openEngine } from './open-engine.ts';
import { batch, program, uniform } from './program.ts';
import { seeded } from './testing/seeded.ts';
import { trainBoth } from './testing/train-both.ts';
import { variableOf } from './variable-of.ts';
import { withNoise } from './with-noise.ts';

const values = (seed: number, length: number) => {
  const draw = seeded(seed);
  return Float32Array.from({ length }, () => draw() * 2 - 1);
};

/** A model with weights that depend on nothing but their order; variances are positive. */
function settled<M extends tf.LayersModel>(model: M): M {
  model.weights.forEach((weight, i) => {
    const shape = weight.shape.map((size) => size ?? 1);
    const drawn = values(i + 1, sizeOf(shape)).map((value) =>
      weight.name.includes('variance') ? 1 + value / 2 : value / 2,
    );
    weight.write(tf.tensor(drawn, shape));
  });
  return model;
}

const { layers } = tf;
const stack = (...list: tf.layers.Layer[]) => tf.sequential({ layers: list });
const last = () => layers.dense({ units: 2 });
const head = () => [layers.flatten(), last()];

const stacks: [string, () => tf.LayersModel][] = [
  ['dense, tanh', () => stack(layers.dense({ inputShape: [6], units: 5, activation: 'tanh' }), last())],
  [
    'dense, relu, softmax',
    () => stack(layers.dense({ inputShape: [6], units: 5, activation: 'relu' }), layers.softmax()),
  ],
  ['dense, prelu, leaky', () => stack(layers.dense({ inputShape: [6], units: 5 }), layers.prelu(), layers.leakyReLU())],
  ['elu, selu', () => stack(layers.elu({ inputShape: [6] }), layers.dense({ units: 4, activation: 'selu' }), last())],
  [
    'convolutions there and back',
    () =>
      stack(
        layers.conv2d({
          inputShape: [6, 6, 2],
          filters: 4,
          kernelSize: 3,
          strides: 2,
          padding: 'same',
          activation: 'relu',
        }),
        layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
        ...head(),
      ),
  ],
  ['conv1d', () => stack(layers.conv1d({ inputShape: [6, 2], filters: 3, kernelSize: 2 }), ...head())],
  [
    'batch normalisation of images',
    () =>
      stack(
        layers.conv2d({ inputShape: [5, 5, 2], filters: 3, kernelSize: 2, useBias: false }),
        layers.batchNormalization(),
        layers.reLU(),
        ...head(),
      ),
  ],
  ['batch normalisation of rows', () => stack(layers.batchNormalization({ inputShape: [6] }), last())],
  ['layer normalisation', () => stack(layers.layerNormalization({ inputShape: [6] }), last())],
  [
    'reshape, permute, pad',
    () =>
      stack(
        layers.reshape({ inputShape: [12], targetShape: [3, 2, 2] }),
        layers.permute({ dims: [2, 1, 3] }),
        layers.zeroPadding2d(),
        ...head(),
      ),
  ],
  ['average over positions', () => stack(layers.globalAveragePooling2d({ inputShape: [4, 4, 3] }), last())],
  ['simple RNN', () => stack(layers.simpleRNN({ inputShape: [4, 3], units: 3 }), last())],
  ['LSTM', () => stack(layers.lstm({ inputShape: [4, 3], units: 3 }), last())],
  ['GRU, sequences', () => stack(layers.gru({ inputShape: [4, 3], units: 3, returnSequences: true }), ...head())],
  [
    'time distributed',
    () => stack(layers.timeDistributed({ inputShape: [4, 3], layer: layers.dense({ units: 2 }) }), ...head()),
  ],
  [
    'merging branches',
    () => {
      const input = tf.input({ shape: [4] });
      const branches = [3, 3].map((units) => layers.dense({ units }).apply(input) as tf.SymbolicTensor);
      const merged = [layers.add(), layers.multiply(), layers.maximum(), layers.concatenate()].map(
        (layer) => layer.apply(branches) as tf.SymbolicTensor,
      );
      const output = layers.dense({ units: 2 }).apply(layers.concatenate().apply(merged)) as tf.SymbolicTensor;
      return tf.model({ inputs: input, outputs: output });
    },
  ],
];

const inputShape = (model: tf.LayersModel): number[] => model.inputs[0]!.shape.map((size) => size ?? 4);
const apply = (model: tf.LayersModel, x: tf.Tensor, training: boolean) => model.apply(x, { training }) as tf.Tensor;

describe('models of tfjs-layers', () => {
  it.each(stacks)('%s: train and infer as on TF.js cpu', async (_, make) => {
    for (const training of [true, false]) {
      const { losses } = await trainBoth(
        () => {
          const model = settled(make());
          const optimizer = tf.train.sgd(0.05);
          const step = program('step', { x: batch(inputShape(model)) }, ({ x }) => ({
            loss: optimizer.minimize(
              () => tf.mean(tf.squaredDifference(apply(model, x, training), 0.3)),
              true,
              model.trainableWeights.map(variableOf),
            )!,
          }));
          return { program: step, state: () => model.weights };
        },
        (step) => ({ x: values(100 + step, sizeOf(inputShape(make()))) }),
      );
      expect(losses[1]).not.toBe(losses[0]);
    }
  });

  it('an embedding gathers and learns', async () => {
    const { losses } = await trainBoth(
      () => {
        const model = settled(stack(layers.embedding({ inputShape: [3], inputDim: 7, outputDim: 2 }), ...head()));
        const optimizer = tf.train.sgd(0.1);
        const step = program('step', { x: batch([4, 3]) }, ({ x }) => ({
          loss: optimizer.minimize(
            () => tf.mean(tf.square(apply(model, x, true))),
            true,
            model.trainableWeights.map(variableOf),
          )!,
        }));
        return { program: step, state: () => model.weights };
      },
      () => ({ x: Float32Array.from({ length: 12 }, (_, i) => (i * 5) % 7) }),
    );
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  });

  it('keep the moving averages of batch normalisation as state, by their closed form', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const model = stack(layers.batchNormalization({ inputShape: [1], momentum: 0.75 }));
    const [mean, variance] = ['mean', 'variance'].map((name) =>
      model.weights.find((weight) => weight.name.includes(name))!,
    );
    const step = await engine.compile(program('step', { x: batch([4, 1]) }, ({ x }) => ({ y: apply(model, x, true) })));
    const x = Float32Array.of(1, 3, 5, 7); // mean 4, variance 5
    await step.run({ x });
    await step.run({ x });
    const rest = 0.75 ** 2; // what is left of the start, 0 and 1
    expect(engine.read(mean!)[0]).toBeCloseTo(4 * (1 - rest), 5);
    expect(engine.read(variance!)[0]).toBeCloseTo(rest + 5 * (1 - rest), 5);
    engine.write(mean!, Float32Array.of(2));
    const infer = await engine.compile(
      program('infer', { x: batch([1, 1]) }, ({ x: one }) => ({ y: apply(model, one, false) })),
    );
    expect((await infer.run({ x: Float32Array.of(2) })).y[0]).toBeCloseTo(0, 6);
    await engine.dispose();
  });

  it('dropout takes its mask as an input', async () => {
    const { losses } = await trainBoth(
      () => {
        const model = settled(
          stack(
            layers.dense({ inputShape: [6], units: 5, activation: 'relu' }),
            layers.dropout({ rate: 0.4 }),
            layers.dense({ units: 3 }),
            layers.dropout({ rate: 0.2 }),
          ),
        );
        const optimizer = tf.train.adam(0.01);
        const inputs = { x: batch([4, 6]), a: uniform([4, 5]), b: uniform([4, 3]) };
        const step = program('step', inputs, ({ x, a, b }) => ({
          loss: optimizer.minimize(
            () =>
              tf.mean(
                tf.squaredDifference(
                  withNoise([a, b], () => apply(model, x, true)),
                  0.3,
                ),
              ),
            true,
            model.trainableWeights.map(variableOf),
          )!,
        }));
        return { program: step, state: () => model.weights };
      },
      (step) => ({
        x: values(7, 24),
        a: values(2 * step, 20).map((value) => (value + 1) / 2),
        b: values(2 * step + 1, 12).map((value) => (value + 1) / 2),
      }),
    );
    expect(new Set(losses).size).toBe(losses.length);
  });

  it('that are built by their first call are refused in a program, which says to build them before', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const layer = layers.dense({ units: 2 });
    const lazy = program('lazy', { x: batch([2, 3]) }, ({ x }) => ({ y: layer.apply(x) as tf.Tensor }));
    await expect(engine.compile(lazy)).rejects.toThrow(
      /program lazy: draws random numbers with tf\.\w+.*built before the program/,
    );
  });

  it('train on labels as the README shows, and give the weights back', async () => {
    const engine = await openEngine({ kind: 'onnx' });
    const model = tf.sequential({
      layers: [
        layers.dense({ inputShape: [5], units: 8 }),
        layers.batchNormalization(),
        layers.reLU(),
        layers.dropout({ rate: 0.3 }),
        layers.dense({ units: 2 }),
      ],
    });
    const optimizer = tf.train.adam(0.05);
    const weights = model.trainableWeights.map(variableOf);
    const step = program('step', { x: batch([6, 5]), y: batch([6, 2]), mask: uniform([6, 8]) }, ({ x, y, mask }) => {
      const loss = () =>
        tf.losses.softmaxCrossEntropy(
          y,
          withNoise([mask], () => apply(model, x, true)),
        );
      return { loss: optimizer.minimize(loss as () => tf.Scalar, true, weights)! };
    });
    const compiled = await engine.compile(step);
    const x = values(1, 30);
    const y = Float32Array.from({ length: 12 }, (_, i) => Number((x[5 * Math.floor(i / 2)]! > 0 ? 1 : 0) === i % 2));
    const losses: number[] = [];
    for (let i = 0; i < 60; i++) {
      const mask = values(i, 48).map((value) => (value + 1) / 2);
      losses.push((await compiled.run({ x, y, mask })).loss[0]!);
    }
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 4);
    for (const weight of model.weights) weight.write(tf.tensor(engine.read(weight), weight.shape as number[]));
    const predicted = model.predict(tf.tensor2d(x, [6, 5])) as tf.Tensor;
    const classes = Array.from(tf.argMax(predicted, 1).dataSync());
    expect(classes).toEqual(Array.from({ length: 6 }, (_, i) => (x[5 * i]! > 0 ? 1 : 0)));
    await engine.dispose();
  });
});
