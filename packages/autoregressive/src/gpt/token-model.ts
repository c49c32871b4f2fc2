import * as tf from '@tensorflow/tfjs-core';
import { position, program, uniform } from '@kindred/engine';
import type { Sampler } from '@kindred/model';
import { logSumExp, type Parameters } from '@kindred/nn';
import { naiveSampler } from '../naive-sampler.ts';
import type { AutoregressiveOptions } from '../options.ts';
import { gpt, gptLogits, widthOf } from './gpt-network.ts';
import { gptSteps } from './gpt-steps.ts';
import { gumbel, tempered, type Tempering } from './tempering.ts';

/** Sequences of tokens 0 ... vocabulary - 1. */
export interface TokenSpec {
  readonly length: number;
  readonly vocabulary: number;
}

/** What a sampler gives of a step: tokens [N, tokens] as floats from what was drawn and its logits [tokens, N, vocabulary]. */
export type Show = (drawn: tf.Tensor, logits: tf.Tensor) => tf.Tensor;

export interface TokenSamplerConfig {
  readonly name: string;
  /** Sequences per draw. */
  readonly count: number;
  readonly show: Show;
}

/** A GPT over tokens. */
export interface TokenModel {
  /** Tokens x [N, length], as floats, to log p(x) [N], nats. */
  logProbability(x: tf.Tensor): tf.Tensor;
  /** To the logits of all tokens, each given the ones before it: [N, length, vocabulary]. */
  logits(x: tf.Tensor): tf.Tensor;
  sampler(state: Parameters, config: TokenSamplerConfig): Sampler;
}

/** A step of the cached sampler draws at most this many tokens: more make a larger program, fewer write the caches more often. */
const longestStride = 8;

/** The largest divisor of the length that is no larger than `longestStride`. */
function strideOf(length: number): number {
  let stride = Math.min(longestStride, length);
  while (length % stride !== 0) stride--;
  return stride;
}

/** A token of its own stands before the first, so the first one has a distribution too. */
export function tokenModel(parameters: Parameters, spec: TokenSpec, options: AutoregressiveOptions): TokenModel {
  const { length, vocabulary } = spec;
  const begin = vocabulary;
  const { heads, headSize, blocks } = options;
  const network = gpt(parameters, {
    inputs: vocabulary + 1,
    outputs: vocabulary,
    context: length,
    heads,
    headSize,
    blocks,
    initialSd: 0.5 / Math.sqrt(widthOf(options)),
  });

  const logits = (x: tf.Tensor): tf.Tensor => {
    const [count = 1] = x.shape;
    const before = tf.concat([tf.fill([count, 1], begin), tf.slice(x, [0, 0], [count, length - 1])], 1);
    return tf.reshape(gptLogits(network, tf.cast(before, 'int32')), [count, length, vocabulary]);
  };
  return {
    logits,
    logProbability(x) {
      const values = logits(x); // [N, length, vocabulary]
      const hot = tf.cast(tf.oneHot(tf.cast(x, 'int32'), vocabulary), 'float32');
      const chosen = tf.sum(tf.mul(values, hot), 2);
      return tf.sum(tf.sub(chosen, logSumExp(values, 2)), 1);
    },
    sampler(state, config) {
      if (options.sampling === 'naive') return naive(logits, state, { ...config, spec, tempering: options });
      const stride = strideOf(length);
      const { name, count, show } = config;
      const temper = (values: tf.Tensor): tf.Tensor => tempered(values, options);
      const steps = gptSteps(network, parameters, state, { count, stride, begin, tempered: temper });
      return {
        kind: 'sequential',
        steps: length / stride,
        reset: program(`${name}: reset`, {}, () => {
          steps.reset();
          return {};
        }),
        step: program(`${name}: step`, { at: position(), u: uniform([stride, count, vocabulary]) }, ({ at, u }) => {
          const found = steps.draw(at, gumbel(u));
          return { value: show(tf.transpose(tf.cast(found.drawn, 'float32')), found.logits) }; // [N, stride]
        }),
        state: state.all,
      };
    },
  };
}

/** The naive sampler of sequences like `spec`, from the logits of all tokens [N, length, vocabulary]. */
function naive(
  logits: TokenModel['logits'],
  state: Parameters,
  config: TokenSamplerConfig & { readonly spec: TokenSpec; readonly tempering: Tempering },
): Sampler {
  const { name, count, show, tempering } = config;
  const { length, vocabulary } = config.spec;
  return naiveSampler(state, {
    name,
    count,
    size: length,
    noise: { shape: [length, count, vocabulary], byPosition: (u) => u },
    choose(x, at, noise) {
      const here = tf.reshape(tf.gather(logits(x), tf.reshape(at, [1]), 1), [count, vocabulary]);
      const values = tempered(here, tempering);
      const sums = tf.add(values, gumbel(tf.reshape(noise, [count, vocabulary])));
      const drawn = tf.reshape(tf.cast(tf.argMax(sums, 1), 'float32'), [count, 1]);
      return { drawn, shown: show(drawn, tf.expandDims(values, 0)) };
    },
  });
}
