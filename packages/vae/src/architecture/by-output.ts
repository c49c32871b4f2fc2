import * as tf from '@tensorflow/tfjs-core';
import { flatten, type Layer } from '@kindred/nn';

/** [N, h, w, count * channels] to [N, count * h * w * channels]: what belongs to one output of the decoder lies side by side. */
export const byOutput = (count: number): Layer =>
  count === 1
    ? flatten
    : (x) =>
        tf.concat(
          tf.split(x, count, 3).map((part) => flatten(part)),
          1,
        );
