import type { Tensor } from '@tensorflow/tfjs-core';

/** p(x | z): how examples scatter around what the decoder says. Examples are rows here: [..., size]. */
export interface ObservationModel {
  /** As in LogLikelihood. */
  readonly observation: 'binary' | 'continuous';
  /** Numbers that the decoder gives for each value of an example: the first ones of all values, then the second ones. */
  readonly outputsPerValue: 1 | 2;
  /** Noise that `observe` needs in training; null where examples are observed as they are. */
  readonly noise: 'uniform' | null;
  /** Whether a likelihood too is that of `observe(x, noise)`, as of dequantised images, and not of examples as they come. */
  readonly observesForLikelihood: boolean;
  /** The observation that training examples stand for, [..., size]. */
  observe(x: Tensor, noise?: Tensor): Tensor;
  /** log p(x | z) in nats, summed over an example: `outputs` [..., outputsPerValue * size] and x [..., size], which broadcast, to [...]. */
  logProbability(outputs: Tensor, x: Tensor): Tensor;
  /** The mean of x given z, in the range of the data, [..., size]. */
  mean(outputs: Tensor): Tensor;
  /** What `draw` needs. */
  readonly drawNoise: 'uniform' | 'normal';
  /** An example drawn from p(x | z), in the range of the data, [..., size]; `noise` has the shape of the result. */
  draw(outputs: Tensor, noise: Tensor): Tensor;
  /** What these two give, for reports. */
  readonly meaning: { readonly mean: string; readonly draw: string };
}
