import * as tf from '@tensorflow/tfjs-core';
import type { BuildContext, GenerativeModel } from '@kindred/model';
import { binaryImageModel } from '../images/binary-image-model.ts';
import type { AutoregressiveOptions } from '../options.ts';
import { tokenModel } from './token-model.ts';
import { temperingOf } from './tempering.ts';

/**
 * A GPT over the pixels of binary images, two tokens. Attention grows with the square of the number of pixels: it is for small images.
 *
 * @see Chen et al. 2020, "Generative pretraining from pixels"
 */
export function pixelGptModel(context: BuildContext<AutoregressiveOptions>): GenerativeModel {
  const { options } = context;
  const model = binaryImageModel(context, (parameters, { rows, width }) => {
    const tokens = tokenModel(parameters, { length: rows * width, vocabulary: 2 }, options);
    return {
      name: 'pixel-gpt',
      logProbability: (x) => tokens.logProbability(x),
      sampler: (state, { name, count, emission }) =>
        tokens.sampler(state, { name, count, show: emission === 'probability' ? probabilityOfOne : (drawn) => drawn }),
    };
  });
  return { ...model, sampleMeaning: model.sampleMeaning + temperingOf(options) };
}

/** Logits [tokens, N, 2] to the probabilities of a 1 [N, tokens]. */
function probabilityOfOne(_: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const [tokens = 1, count = 1] = logits.shape;
  const [zero, one] = tf.split(logits, 2, 2) as [tf.Tensor, tf.Tensor];
  return tf.transpose(tf.reshape(tf.sigmoid(tf.sub(one, zero)), [tokens, count]));
}
