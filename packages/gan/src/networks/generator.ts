import type { Parameters } from '@kindred/nn';
import type { Architecture, Network } from '../architecture/architecture.ts';
import { beside, classEmbedding, type ClassesConfig } from './conditioning.ts';

export interface GeneratorConfig {
  /** Size of the noise. */
  readonly latentSize: number;
  /** Left out: not conditional. */
  readonly classes?: ClassesConfig;
}

/** Noise [N, latentSize], and the embedding of each example's class beside it, to examples [N, ...shape]. */
export function generatorOf(parameters: Parameters, architecture: Architecture, config: GeneratorConfig): Network {
  const { latentSize, classes } = config;
  const body = architecture.generator(parameters, latentSize + (classes?.size ?? 0));
  if (!classes) return body;
  const embedding = classEmbedding(parameters.scope('embedding'), classes);
  return (z, mode, labels) => body(beside(z, embedding(labels, mode)), mode);
}
