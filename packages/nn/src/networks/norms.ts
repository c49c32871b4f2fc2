import type { Layer } from '../layers/layer.ts';
import { batchNorm, layerNorm } from '../layers/normalisation.ts';
import type { Parameters } from '../parameters.ts';

const norms = {
  batch: (parameters, channels) => [batchNorm(parameters, { channels })],
  // Over all values of an example, with a scale per channel: what WGAN-GP recommends for critics.
  layer: (parameters, channels) => [layerNorm(parameters, { channels, over: 'example' })],
  none: () => [],
} as const satisfies Record<string, (parameters: Parameters, channels: number) => readonly Layer[]>;

export type NormName = keyof typeof norms;
export const normNames = Object.keys(norms) as NormName[];

/** The layer that normalises `channels` channels, as a list that is empty for `none`. */
export const normalisation = (norm: NormName, parameters: Parameters, channels: number): readonly Layer[] =>
  norms[norm](parameters, channels);
