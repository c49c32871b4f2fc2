import * as tf from '@tensorflow/tfjs-core';
import { dense, type KernelNorm, type Parameters } from '@kindred/nn';
import type { Architecture, Network } from '../architecture/architecture.ts';
import { beside, classEmbedding, type ClassesConfig, type Conditioning } from './conditioning.ts';
import { packed } from './packing.ts';

export interface DiscriminatorConfig {
  /** Channels of an example, or coordinates of a point: its last axis. */
  readonly channels: number;
  /** Intensities in 0 ... 1, which the network sees in -1 ... 1; false: values as they are. */
  readonly intensities: boolean;
  /** Examples per score. */
  readonly packing: number;
  readonly kernelNorm?: KernelNorm;
  /** Left out: not conditional. */
  readonly classes?: ClassesConfig & { readonly conditioning: Exclude<Conditioning, 'none'> };
}

/**
 * Examples [N, ...shape] to raw scores [M], M = N / packing: any real number, higher for what looks real. The class stands
 * beside an example before it goes into a pack, or is projected on the features of it.
 */
export function discriminatorOf(
  parameters: Parameters,
  architecture: Architecture,
  config: DiscriminatorConfig,
): Network {
  const { channels, intensities, packing, kernelNorm, classes } = config;
  const projects = classes?.conditioning === 'projection';
  const seen = channels + (classes && !projects ? classes.size : 0);
  const body = architecture.features(parameters, seen * packing);
  const output = dense(parameters.scope('output'), {
    inputs: body.size,
    outputs: 1,
    ...(kernelNorm && { kernelNorm }),
  });
  // A projection's embedding is a part of the last layer, planes are input: only the first is normalised with the layers.
  const embedding =
    classes &&
    classEmbedding(parameters.scope('embedding'), {
      count: classes.count,
      size: projects ? body.size : classes.size,
      ...(projects && kernelNorm && { kernelNorm }),
    });
  return (x, mode, labels) => {
    const signed = intensities ? tf.sub(tf.mul(x, 2), 1) : x; // [N, ...shape]
    const embedded = embedding?.(labels, mode); // [N, size]
    const input = embedded && !projects ? beside(signed, embedded) : signed; // [N, ..., seen]
    const features = body.layer(packed(input, packing), mode); // [M, size]
    const scores = tf.squeeze(output(features, mode), [1]); // [M]
    return embedded && projects ? tf.add(scores, tf.sum(tf.mul(embedded, features), 1)) : scores;
  };
}
