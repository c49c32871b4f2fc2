import type { Tensor } from '@tensorflow/tfjs-core';

/** p(x | z): how examples scatter around what the decoder says. Examples are rows here: [..., size]. */
export interface ObservationModel {
  /** As in LogLikelihood. */
  readonly observation: 'binary' | 'continuous';
  /** Numbers that the decoder gives for an example of `size` values. */
  outputs(size: number): number;
  /** Noise that `observe` needs; null where examples are observed as they are. */
  readonly noise: 'uniform' | null;
  /** The observation that training examples stand for, [..., size]. */
  observe(x: Tensor, noise?: Tensor): Tensor;
  /** log p(x | z) in nats, summed over an example: `outputs` [..., outputs(size)] and x [..., size], which broadcast, to [...]. */
  logProbability(outputs: Tensor, x: Tensor): Tensor;
  /** The mean of x given z, [..., size]. */
  mean(outputs: Tensor): Tensor;
  /** What `draw` needs. */
  readonly drawNoise: 'uniform' | 'normal';
  /** An example drawn from p(x | z), [..., size]; `noise` has the shape of the result. */
  draw(outputs: Tensor, noise: Tensor): Tensor;
}
