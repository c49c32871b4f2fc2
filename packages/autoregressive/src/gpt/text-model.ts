import * as tf from '@tensorflow/tfjs-core';
import { batch, given, program, schedule } from '@kindred/engine';
import type { BuildContext, GenerativeModel } from '@kindred/model';
import { adam, clipByGlobalNorm, gradients, linearRate, Parameters, withWarmUp } from '@kindred/nn';
import type { AutoregressiveOptions } from '../options.ts';
import { temperingOf } from './tempering.ts';
import { tokenModel } from './token-model.ts';

/** Gradients of the loss per token are no longer than this. */
const longestGradient = 1;
/** Share of the steps in which the learning rate grows to its peak. */
const warmUp = 0.02;

/**
 * A GPT over sequences of tokens. The loss is in nats per sequence; the gradient that is cut to length 1 is that of the loss per token.
 *
 * The variant `gpt` (107 610 parameters) on `text` of seed 0, batch 16, 2 200 steps, 41 s of one processor; nats per character over 1 000 windows of a
 * split: train 0.516, validation 0.523, test 0.521. What knows the grammar needs 0.515 on the same test windows, since it must guess where in a line a window
 * begins (0.433 in their second halves; the entropy rate is 0.437), so 1.1 % are missing. Of 870 whole lines in 1 000 samples 95.9 % follow
 * the grammar. From a script that was not kept; what the grammar needs is the dataset's `logProbability`.
 *
 * @see Radford et al. 2019, "Language models are unsupervised multitask learners"
 */
export function textModel(context: BuildContext<AutoregressiveOptions>): GenerativeModel {
  const { data, options, batchSize, totalSteps, random } = context;
  if (data.kind !== 'sequence')
    throw new Error(`gpt: expected sequences of tokens, got ${data.kind} data; use another family.`);
  const [length] = data.shape;
  const parameters = new Parameters(random.derive('parameters'));
  const state = new Parameters(random.derive('state'));
  const model = tokenModel(parameters, { length, vocabulary: data.vocabulary }, options);
  const optimiser = adam(state.scope('adam'), parameters.trainable, { beta2: 0.99, weightDecay: options.weightDecay });
  const rate = withWarmUp(linearRate(options.learningRate, 0, totalSteps), Math.ceil(warmUp * totalSteps));

  const trainStep = program(
    'gpt: train step',
    { x: batch([batchSize, length]), learningRate: schedule(rate) },
    ({ x, learningRate }) => {
      const { loss, gradients: slopes } = gradients(parameters.trainable, () => ({
        loss: tf.div(tf.neg(tf.mean(model.logProbability(x))), length),
      }));
      optimiser.apply(clipByGlobalNorm(slopes, longestGradient), learningRate);
      return { negativeLogLikelihood: tf.mul(loss, length) };
    },
  );

  return {
    parameters: parameters.all,
    trainingState: state.all,
    trainStep,
    sampler: (count) =>
      model.sampler(new Parameters(random.derive('caches')), { name: 'gpt', count, show: (drawn) => drawn }),
    logLikelihood: {
      observation: 'tokens',
      estimator: 'exact',
      program: (count) =>
        program('gpt: log-likelihood', { x: given([count, length]) }, ({ x }) => ({
          logLikelihood: model.logProbability(x),
        })),
    },
    sampleMeaning: `tokens drawn one after another${temperingOf(options)}`,
  };
}
