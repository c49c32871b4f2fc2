import * as tf from '@tensorflow/tfjs-core';
import { batch, labels, program, schedule } from '@kindred/engine';
import {
  adam,
  conv2d,
  cosineRate,
  dense,
  flatten,
  gradients,
  heNormal,
  Parameters,
  relu,
  sequential,
  type Layer,
} from '@kindred/nn';
import type { RandomStream } from '@kindred/random';
import type { ClassifierRecipe } from './classifier-recipe.ts';
import type { ClassifierTask } from './classifier-task.ts';

/** Two strided convolutions, a dense layer whose outputs are the features, and a dense layer on top that tells the classes. */
export interface ClassifierNetwork {
  readonly task: ClassifierTask;
  readonly recipe: ClassifierRecipe;
  readonly parameters: Parameters;
  /** x [N, H, W, C] to features [N, recipe.features]. */
  readonly features: Layer;
  /** Features to logits [N, classes]. */
  readonly head: Layer;
}

/** A length after two strides of 2 with `same` padding. */
const quarter = (length: number): number => Math.ceil(Math.ceil(length / 2) / 2);

export function classifierNetwork(
  task: ClassifierTask,
  recipe: ClassifierRecipe,
  random: RandomStream,
): ClassifierNetwork {
  const [height, width, depth] = task.shape;
  const [first, second] = recipe.channels;
  const parameters = new Parameters(random);
  const common = { size: 3, stride: 2, activation: relu, initialiser: heNormal };
  const features = sequential(
    conv2d(parameters.scope('conv-1'), { inputs: depth, outputs: first, ...common }), // [N, H/2, W/2, first]
    conv2d(parameters.scope('conv-2'), { inputs: first, outputs: second, ...common }), // [N, H/4, W/4, second]
    flatten,
    dense(parameters.scope('features'), {
      inputs: quarter(height) * quarter(width) * second,
      outputs: recipe.features,
      activation: relu,
      initialiser: heNormal,
    }),
  );
  const head = dense(parameters.scope('head'), { inputs: recipe.features, outputs: task.classes });
  return { task, recipe, parameters, features, head };
}

/** One update by Adam on the mean cross-entropy of a batch, in nats; `state` holds the optimiser's slots. */
export function trainingProgram(network: ClassifierNetwork, state: Parameters, size: number, totalSteps: number) {
  const { task, recipe, parameters, features, head } = network;
  const optimiser = adam(state, parameters.trainable);
  const inputs = {
    x: batch([size, ...task.shape]),
    classes: labels([size]),
    learningRate: schedule(cosineRate(recipe.learningRate, 0, totalSteps)),
  };
  return program('classifier-training', inputs, ({ x, classes, learningRate }) => {
    const result = gradients(parameters.trainable, () => {
      const logProbabilities = tf.logSoftmax(head(features(x))); // [size, classes]
      const chosen = tf.mul(logProbabilities, tf.oneHot(classes as tf.Tensor1D, task.classes));
      return { loss: tf.div(tf.neg(tf.sum(chosen)), size) };
    });
    optimiser.apply(result.gradients, learningRate);
    return { loss: result.loss };
  });
}

/** Features [size, recipe.features] and class probabilities [size, classes] of `size` images. */
export function inferenceProgram({ task, features, head }: ClassifierNetwork, size: number) {
  return program('classifier-inference', { x: batch([size, ...task.shape]) }, ({ x }) => {
    const values = features(x);
    return { features: values, probabilities: tf.softmax(head(values)) };
  });
}
