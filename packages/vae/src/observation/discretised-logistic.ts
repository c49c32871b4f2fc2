import * as tf from '@tensorflow/tfjs-core';
import type { ObservationModel } from './observation-model.ts';
import { levels } from './dequantised.ts';

/** Half of the distance between two levels, in intensities. */
const half = 0.5 / (levels - 1);
/** Uniform noise is a multiple of 2^-24 below 1; a 0, whose logit is infinite, becomes this. */
const leastNoise = 2 ** -25;
/** Scale in intensities at the start, where the decoder's outputs are near 0. */
const startScale = 0.1;

/**
 * 8-bit intensities k / 255, independent given z; the decoder gives each the location and the scale of a logistic distribution, whose
 * mass is cut at the middles between levels. The lowest and the highest level have all that lies beyond them, so 256 masses sum to 1.
 *
 * With a and b the standardised upper and lower edge of a level, its mass is sigmoid(a) - sigmoid(b), which is
 *
 *     sigmoid(a) sigmoid(-b) (1 - exp(b - a))
 *
 * Its logarithm is finite everywhere, unlike that of the difference: a level that is far off costs as many nats as scales.
 *
 * `logProbability` is stated as a density, like that of dequantised images: mass times 256 for each value.
 *
 * @param minimumScale in intensities, above 0; the scale is minimumScale + 0.1 exp(raw)
 * @see Salimans et al. 2017, arXiv:1701.05517, for the distribution; here one component and no conditioning of channels
 */
export function discretisedLogistic(minimumScale: number): ObservationModel {
  const lowest = Math.log(minimumScale);
  const read = (outputs: tf.Tensor): { location: tf.Tensor; logScale: tf.Tensor } => {
    const [location, raw] = tf.split(outputs, 2, -1);
    if (!location || !raw) {
      throw new Error(`discretisedLogistic: expected [..., 2 * size], got [${outputs.shape.join(', ')}].`);
    }
    return { location, logScale: tf.add(tf.softplus(tf.add(raw, Math.log(startScale) - lowest)), lowest) };
  };
  return {
    observation: 'continuous',
    outputsPerValue: 2,
    noise: null,
    observesForLikelihood: false,
    observe: (x) => x,
    logProbability(outputs, x) {
      const { location, logScale } = read(outputs);
      return tf.add(tf.sum(logMass(location, logScale, x), -1), (x.shape.at(-1) ?? 1) * Math.log(levels));
    },
    mean: (outputs) => tf.clipByValue(read(outputs).location, 0, 1),
    drawNoise: 'uniform',
    draw(outputs, noise) {
      const { location, logScale } = read(outputs);
      const u = tf.maximum(noise, leastNoise);
      const drawn = tf.add(location, tf.mul(tf.exp(logScale), tf.sub(tf.log(u), tf.log(tf.sub(1, u)))));
      return tf.div(tf.round(tf.mul(tf.clipByValue(drawn, 0, 1), levels - 1)), levels - 1);
    },
    meaning: {
      mean: "the logistic's location, not a draw of a level",
      draw: "a level drawn from the decoder's logistic distribution",
    },
  };
}

/** log of the mass of each level, element by element, in nats. */
function logMass(location: tf.Tensor, logScale: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const inverse = tf.exp(tf.neg(logScale));
  const centred = tf.sub(x, location);
  const upper = tf.mul(tf.add(centred, half), inverse);
  const lower = tf.mul(tf.sub(centred, half), inverse);
  const belowTop = tf.cast(tf.less(x, 1 - half), 'float32'); // 0 at the highest level, whose upper edge is infinite
  const aboveBottom = tf.cast(tf.greater(x, half), 'float32');
  const width = tf.log(tf.neg(tf.expm1(tf.mul(inverse, -2 * half))));
  return tf.sub(
    tf.mul(tf.mul(belowTop, aboveBottom), width),
    tf.add(tf.mul(belowTop, tf.softplus(tf.neg(upper))), tf.mul(aboveBottom, tf.softplus(lower))),
  );
}
