import * as tf from '@tensorflow/tfjs-core';
import { batch, program } from '@kindred/engine';
import { conv2d, heNormal, Parameters, type Layer } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import type { ImageShape } from './classifier-task.ts';

/** An untrained convolutional network. */
export interface RandomNetwork {
  readonly shape: ImageShape;
  readonly parameters: Parameters;
  /** Outputs per image. */
  readonly columns: number;
  /** In their order: three convolutions, and the means over parts of the image. */
  readonly stages: readonly Stage[];
}

/** A part of the network whose outputs are shifted and scaled, channel by channel. */
export interface Stage {
  /** Before shift and scale. */
  readonly raw: Layer;
  /** Of each channel; 0 until it is set. */
  readonly mean: tf.Variable;
  /** Of each channel; 1 until it is set. */
  readonly scale: tf.Variable;
  /** Whether negative outputs become 0. */
  readonly rectified: boolean;
}

/** Outputs and strides of the convolutions, 3 x 3. */
const convolutions = [
  { outputs: 16, stride: 1 },
  { outputs: 32, stride: 2 },
  { outputs: 32, stride: 2 },
] as const;
/** The last convolution is averaged over this many parts along each axis. */
const parts = 2;

/** The network of a seed; weights are drawn from N(0, 2 / fan-in). */
export function randomNetwork(shape: ImageShape, seed: number): RandomNetwork {
  const parameters = new Parameters(new RandomStream(seed, 'random-features', 'weights'));
  let inputs = shape[2];
  const stages = convolutions.map(({ outputs, stride }, i): Stage => {
    const scope = parameters.scope(`conv-${i + 1}`);
    const config = { inputs, outputs, stride, size: 3, bias: false, initialiser: heNormal };
    inputs = outputs;
    return stageOf(scope, outputs, { raw: conv2d(scope, config), rectified: true });
  });
  const columns = inputs * parts * parts;
  stages.push(stageOf(parameters.scope('means'), columns, { raw: partMeans, rectified: false }));
  return { shape, parameters, columns, stages };
}

function stageOf(scope: Parameters, channels: number, part: Pick<Stage, 'raw' | 'rectified'>): Stage {
  return { ...part, mean: scope.state('mean', [channels], 0), scale: scope.state('scale', [channels], 1) };
}

/** Features [size, columns] of `size` images with values in 0 ... 1. */
export function randomFeaturesProgram({ shape, stages }: RandomNetwork, size: number) {
  return program('random-features', { x: batch([size, ...shape]) }, ({ x }) => ({
    features: stages.reduce((value, stage) => applied(stage, stage.raw(value)), x),
  }));
}

/** Mean and variance of each channel of each stage before shift and scale, over images and pixels: `mean.0`, `variance.0`, ... */
export function momentsProgram({ shape, stages }: RandomNetwork, size: number) {
  return program('random-features-moments', { x: batch([size, ...shape]) }, ({ x }) => {
    let value = x;
    const moments = stages.flatMap((stage, i) => {
      const raw = stage.raw(value);
      value = applied(stage, raw);
      const { mean, variance } = tf.moments(
        raw,
        Array.from({ length: raw.rank - 1 }, (_, axis) => axis),
      );
      return [[`mean.${i}`, mean] as const, [`variance.${i}`, variance] as const];
    });
    return Object.fromEntries(moments);
  });
}

function applied({ mean, scale, rectified }: Stage, raw: tf.Tensor): tf.Tensor {
  const value = tf.mul(tf.sub(raw, mean), scale);
  return rectified ? tf.relu(value) : value;
}

/** [N, H, W, C] to [N, parts * parts * C]: means over the quarters of the image, which share a middle row or column. */
const partMeans: Layer = (x) => {
  const [examples = 1, height = 1, width = 1, depth = 1] = x.shape;
  const means: tf.Tensor[] = [];
  for (const [top, rows] of partsOf(height)) {
    for (const [left, columns] of partsOf(width)) {
      const part = tf.slice(x, [0, top, left, 0], [examples, rows, columns, depth]);
      means.push(tf.mean(part, [1, 2])); // [N, C]
    }
  }
  return tf.concat(means, 1);
};

/** Where each part of a length starts, and how long it is. */
const partsOf = (length: number): [number, number][] =>
  Array.from({ length: parts }, (_, i) => {
    const start = Math.floor((i * length) / parts);
    return [start, Math.ceil(((i + 1) * length) / parts) - start];
  });
