import * as tf from '@tensorflow/tfjs-core';
import { batch, given, normal, program, schedule, uniform } from '@kindred/engine';
import type { BuildContext, GenerativeModel } from '@kindred/model';
import { adam, gradients, linearRate, Parameters } from '@kindred/nn';
import type { AutoregressiveOptions } from '../options.ts';
import { drawFrom, logDensity, mixtureHead } from './mixture-head.ts';
import { standardiser } from './standardiser.ts';

/** x [N, dimensions] to its coordinate `axis` [N, 1]. */
const column = (x: tf.Tensor, axis: number): tf.Tensor => tf.slice(x, [0, axis], [-1, 1]);

/**
 * Points as a product of one-dimensional densities: p(x) = p(x1) p(x2 | x1) p(x3 | x1, x2) ..., each a mixture of Gaussians whose
 * parameters a network gives. Coordinates are standardised inside; densities are those of the coordinates as they came.
 *
 * Measured with batch 64 and 2 500 samples: ring (8 modes, sigma 0.01) has all modes and 81, 98.0, 98.6 % of samples within 3 sigma after
 * 64 000, 150 000, 300 000 examples (true samples: 98.9 %); grid (25 modes) all modes and 90, 98.6 % after 64 000, 150 000.
 *
 * @see Uria et al. 2013, "RNADE: the real-valued neural autoregressive density-estimator", arXiv:1306.0186
 */
export function mixtureModel(context: BuildContext<AutoregressiveOptions>): GenerativeModel {
  const { data, options, batchSize, totalSteps, random } = context;
  const dimensions = data.shape[0];
  const parameters = new Parameters(random.derive('parameters'));
  const state = new Parameters(random.derive('state'));
  const standard = standardiser(parameters.scope('standardiser'), dimensions);
  const heads = Array.from({ length: dimensions }, (_, axis) =>
    mixtureHead(parameters.scope(`axis-${axis + 1}`), {
      inputs: axis,
      components: options.components,
      hidden: options.pointHidden,
    }),
  );
  const optimiser = adam(state.scope('adam'), parameters.trainable, { beta2: 0.99 });

  /** x [N, dimensions] to log p(x) [N], nats. */
  const logProbability = (x: tf.Tensor): tf.Tensor => {
    const z = standard.forward(x);
    const logs = heads.map((head, axis) => {
      const before = tf.slice(z, [0, 0], [-1, Math.max(axis, 1)]);
      return logDensity(head(before), column(z, axis));
    });
    return tf.sub(tf.addN(logs), standard.logVolume());
  };

  const trainStep = program(
    'mixture: train step',
    { x: batch([batchSize, dimensions]), learningRate: schedule(linearRate(options.pointLearningRate, 0, totalSteps)) },
    ({ x, learningRate }) => {
      standard.observe(x);
      const { loss, gradients: slopes } = gradients(parameters.trainable, () => ({
        loss: tf.neg(tf.mean(logProbability(x))),
      }));
      optimiser.apply(slopes, learningRate);
      return { negativeLogLikelihood: loss };
    },
  );

  return {
    parameters: parameters.all,
    trainingState: state.all,
    trainStep,
    sampler: (count) => ({
      kind: 'direct',
      program: program(
        'mixture: sampler',
        { u: uniform([count, dimensions]), z: normal([count, dimensions]) },
        ({ u, z }) => {
          const drawn: tf.Tensor[] = [];
          for (const [axis, head] of heads.entries()) {
            const before = axis === 0 ? column(u, 0) : tf.concat(drawn, 1);
            drawn.push(drawFrom(head(before), column(u, axis), column(z, axis)));
          }
          return { samples: standard.backward(tf.concat(drawn, 1)) };
        },
      ),
    }),
    logLikelihood: {
      observation: 'continuous',
      estimator: 'exact',
      program: (count) =>
        program('mixture: log-likelihood', { x: given([count, dimensions]) }, ({ x }) => ({
          logLikelihood: logProbability(x),
        })),
    },
    sampleMeaning: 'a draw, one coordinate after another',
  };
}
