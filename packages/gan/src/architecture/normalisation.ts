import { batchNorm, layerNorm, type Layer, type Parameters } from '@kindred/nn';

/** `layer` is over all values of an example, with a scale per channel, as WGAN-GP recommends for critics. */
export const normNames = ['batch', 'layer', 'none'] as const;
export type NormName = (typeof normNames)[number];

/** The layer that normalises `channels` channels, as a list that is empty for `none`. */
export function normalisation(norm: NormName, parameters: Parameters, channels: number): Layer[] {
  switch (norm) {
    case 'batch':
      return [batchNorm(parameters, { channels })];
    case 'layer':
      return [layerNorm(parameters, { channels, over: 'example' })];
    case 'none':
      return [];
  }
}
