import * as tf from '@tensorflow/tfjs-core';
import { batch, given, labels, normal, position, program } from '@kindred/engine';
import { z } from 'zod';
import type { BuildContext, GenerativeModel, ModelFamily, Sampler } from '../contract.ts';
import { describeModelContract } from './index.ts';
import { pointsSpec } from './toy-data.ts';

/**
 * The smallest class-conditional family: a Gaussian of deviation 1 around a mean per class, which two batches per step pull one after the
 * other. The contract suite must accept it: two batches, labels in both kinds of sampler and in the likelihood.
 */
const options = z.strictObject({ conditional: z.boolean().default(true), sampler: z.enum(['direct', 'sequential']) });
type Options = z.output<typeof options>;
const batches = 2;
const logOfRootTwoPi = Math.log(2 * Math.PI) / 2;

function build({ data, options: { conditional, sampler }, batchSize }: BuildContext<Options>): GenerativeModel {
  const size = data.shape[0];
  const classes = conditional ? data.classes : 2; // an unconditional model uses the first mean alone
  const means = tf.tidy(() => tf.variable(tf.fill([classes, size], 0.01)));
  const classInput = (count: number) => (conditional ? { y: labels([count]) } : {});
  const oneHot = (y: tf.Tensor | undefined, count: number): tf.Tensor =>
    tf.cast(tf.oneHot(conditional && y ? y : tf.zeros([count], 'int32'), classes), 'float32'); // [count, classes]
  const meanOf = (y: tf.Tensor | undefined, count: number): tf.Tensor => tf.matMul(oneHot(y, count), means); // [count, size]

  const pull = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
    const offset = tf.sub(x, meanOf(y, batchSize)); // [B, size]
    means.assign(tf.add(means, tf.mul(0.1, tf.matMul(oneHot(y, batchSize), offset, true))));
    return tf.mean(tf.square(offset));
  };
  const trainStep = program(
    'train',
    { x: batch([batches * batchSize, size]), y: labels([batches * batchSize]) },
    ({ x, y }) => {
      const starts = Array.from({ length: batches }, (_, i) => i * batchSize);
      const losses = starts.map((at) => pull(tf.slice(x, [at, 0], [batchSize, size]), tf.slice(y, [at], [batchSize])));
      return { loss: tf.addN(losses) };
    },
  );

  const direct = (count: number): Sampler => ({
    kind: 'direct',
    program: program('sample', { z: normal([count, size]), ...classInput(count) }, ({ z: noise, y }) => ({
      samples: tf.add(meanOf(y, count), noise!),
    })),
  });
  const sequential = (count: number): Sampler => {
    const positions = tf.tidy(() => tf.variable(tf.zeros([1]), false));
    return {
      kind: 'sequential',
      steps: size,
      state: { positions },
      reset: program('reset', {}, () => {
        positions.assign(tf.zeros([1]));
        return {};
      }),
      step: program('step', { at: position(), z: normal([count, 1]), ...classInput(count) }, ({ at, z: noise, y }) => {
        const here = tf.reshape(tf.cast(tf.oneHot(at!, size), 'float32'), [size, 1]); // [size, 1]
        return { value: tf.add(tf.matMul(meanOf(y, count), here), noise!) }; // [count, 1]
      }),
    };
  };
  const likelihood = (count: number) =>
    program('likelihood', { x: given([count, size]), ...classInput(count) }, ({ x, y }) => {
      const squares = tf.sum(tf.square(tf.sub(x!, meanOf(y, count))), 1); // [count]
      return { logLikelihood: tf.sub(tf.mul(squares, -0.5), size * logOfRootTwoPi) };
    });

  return {
    parameters: { means },
    trainingState: {},
    updatesPerStep: { means: batches },
    ...(conditional && { conditional }),
    trainStep,
    sampler: sampler === 'direct' ? direct : sequential,
    logLikelihood: { observation: 'continuous', estimator: 'exact', program: likelihood },
    sampleMeaning: 'a draw',
  };
}

const family: ModelFamily<Options> = {
  name: 'conditional toy',
  options,
  variants: {
    'conditional-direct': { sampler: 'direct' },
    'conditional-sequential': { sampler: 'sequential' },
    unconditional: { sampler: 'direct', conditional: false },
  },
  likelihood: 'exact',
  supports: (data, its) => data.kind === 'points' && (data.classes > 1 || its?.conditional !== true),
  batchesPerStep: () => batches,
  build,
};

describeModelContract(family, { specs: [pointsSpec, { ...pointsSpec, classes: 0 }], steps: 10 });
