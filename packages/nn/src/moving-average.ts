import * as tf from '@tensorflow/tfjs-core';
import type { Parameters, VariableRecord } from './parameters.ts';

export interface MovingAverage {
  /** Moves the averages towards the sources; call it in the training step, after the optimiser. */
  update(): void;
}

/**
 * Exponential moving average of variables: average = decay_t * average + (1 - decay_t) * source, where decay_t =
 * min(decay, t / (t + 9)) at the t-th update, so that the start is soon forgotten. Build the network a second time in a scope
 * of its own and average into that one:
 *
 *     const network = mlp(parameters.scope('network'));
 *     const averaged = mlp(parameters.scope('average'));
 *     const average = movingAverage(state, parameters.scope('network').all, parameters.scope('average').all, 0.999);
 *
 * The targets start as copies of the sources. Both records must hold the same names and shapes.
 */
export function movingAverage(
  state: Parameters,
  sources: VariableRecord,
  targets: VariableRecord,
  decay: number,
): MovingAverage {
  const pairs = Object.entries(targets).map(([name, target]): [tf.Variable, tf.Variable] => {
    const source = sources[name];
    if (!source)
      throw new Error(`movingAverage: no source for ${name}; sources are ${Object.keys(sources).join(', ')}.`);
    return [source, target];
  });
  if (pairs.length !== Object.keys(sources).length) {
    const missing = Object.keys(sources).filter((name) => !(name in targets));
    throw new Error(`movingAverage: no target for ${missing.join(', ')}.`);
  }
  const counter = state.state('updates', []);
  tf.tidy(() => {
    for (const [source, target] of pairs) target.assign(tf.clone(source));
  });
  return {
    update() {
      counter.assign(tf.add(counter, 1));
      const rate = tf.maximum(1 - decay, tf.div(9, tf.add(counter, 9))); // 1 - decay_t
      for (const [source, target] of pairs) target.assign(tf.add(target, tf.mul(tf.sub(source, target), rate)));
    },
  };
}
