import * as tf from '@tensorflow/tfjs-core';
import { gptLogits } from '@kindred/autoregressive';
import { given, program } from '@kindred/engine';
import { adam, gradients, Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { integers } from '../data.ts';
import { trainingWork } from '../training-work.ts';
import { gptContext, gptVocabulary, peersGpt } from './gpt-network.ts';

export const gptBatch = 12;
/** Different batches; after them the first comes again. */
const batches = 3;

/** Mean cross-entropy of logits [N, K] with classes [N], in nats. */
function crossEntropy(logits: tf.Tensor, classes: tf.Tensor): tf.Tensor {
  const hot = tf.cast(tf.oneHot(tf.reshape(classes, [-1]), gptVocabulary), 'float32');
  const chosen = tf.sum(tf.mul(logits, hot), 1);
  return tf.mean(tf.sub(tf.logSumExp(logits, 1), chosen));
}

export const gptTrain = trainingWork('gpt-train', 'GPT, 4 blocks of width 128, context 64, batch 12', () => {
  const random = new RandomStream('peers', 'gpt');
  const weights = new Parameters(random.derive('weights'));
  const network = peersGpt(weights);
  const optimiser = adam(new Parameters(random.derive('state')), weights.trainable);
  const tokens = given([gptBatch, gptContext], 'int32');
  const step = program('gpt-train', { tokens, nextTokens: tokens }, ({ tokens, nextTokens }) => {
    const { loss, gradients: slopes } = gradients(weights.trainable, () => ({
      loss: crossEntropy(gptLogits(network, tokens), nextTokens),
    }));
    optimiser.apply(slopes, tf.scalar(1e-3));
    return { loss };
  });
  const shape = [batches, gptBatch, gptContext];
  return {
    weights,
    programs: [{ program: step, times: 1 }],
    data: {
      tokens: integers(random.derive('tokens'), shape, gptVocabulary),
      nextTokens: integers(random.derive('next'), shape, gptVocabulary),
    },
  };
});
