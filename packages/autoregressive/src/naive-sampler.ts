import * as tf from '@tensorflow/tfjs-core';
import { position, program, uniform, type Shape } from '@kindred/engine';
import type { Sampler } from '@kindred/model';
import type { Parameters } from '@kindred/nn';

/** What was drawn at a position, [N, 1] each. */
export interface Choice {
  /** Goes into the network for the positions behind. */
  readonly drawn: tf.Tensor;
  /** Goes into the sample. */
  readonly shown: tf.Tensor;
}

export interface NaiveConfig {
  /** As in the names of programs: `pixelcnn`. */
  readonly name: string;
  /** Examples per draw. */
  readonly count: number;
  /** Positions of an example. */
  readonly size: number;
  /**
   * The noise of a whole draw, from U[0, 1). Its shape says the order in which it is drawn, which is the cached sampler's, so that both see the
   * same; `byPosition` brings it to [size, ...].
   */
  readonly noise: { readonly shape: Shape; byPosition(noise: tf.Tensor): tf.Tensor };
  /** Draws position `at` (scalar int32) given the positions before it: `x` [N, size] is 0 from there on. `noise` is that position's. */
  choose(x: tf.Tensor, at: tf.Tensor, noise: tf.Tensor): Choice;
}

/** Draws position by position, each with the whole network over all positions: what caches are compared with. */
export function naiveSampler(state: Parameters, config: NaiveConfig): Sampler {
  const { name, count, size, noise } = config;
  const values = state.state('values', [count, size]);
  const perPosition = noise.shape.reduce((product, length) => product * length, 1) / size;
  const lots = state.state('noise', [size, perPosition]);
  return {
    kind: 'sequential',
    steps: size,
    reset: program(`${name}: naive reset`, { u: uniform(noise.shape) }, ({ u }) => {
      values.assign(tf.zeros([count, size]));
      lots.assign(tf.reshape(noise.byPosition(u), [size, perPosition]));
      return {};
    }),
    step: program(`${name}: naive step`, { at: position() }, ({ at }) => {
      const { drawn, shown } = config.choose(values, at, tf.gather(lots, at));
      const here = tf.reshape(tf.cast(tf.oneHot(tf.reshape(at, [1]), size), 'float32'), [1, size]);
      values.assign(tf.add(values, tf.mul(here, drawn)));
      return { value: shown };
    }),
    state: state.all,
  };
}
