import * as tf from '@tensorflow/tfjs-core';
import { dense, layerNorm, scaledNormal, type Layer, type Parameters } from '@kindred/nn';

export interface GptConfig {
  /** Tokens that go in: those of the data, and one for the beginning where that is another. */
  readonly inputs: number;
  /** Tokens that logits are for. */
  readonly outputs: number;
  /** Longest sequence. */
  readonly context: number;
  readonly heads: number;
  /** Width of a head; the network is as wide as all heads. */
  readonly headSize: number;
  readonly blocks: number;
  /** Standard deviation of initial kernels and tables. */
  readonly initialSd: number;
}

/** Layers of a block; `gptLogits` and the cached sampler put them together. */
export interface GptBlock {
  readonly norm1: Layer;
  readonly qkv: Layer;
  readonly out: Layer;
  readonly norm2: Layer;
  readonly up: Layer;
  readonly down: Layer;
}

export interface Gpt {
  readonly config: GptConfig;
  /** [inputs, width] */
  readonly tokens: tf.Variable;
  /** [context, width] */
  readonly positions: tf.Variable;
  readonly blocks: readonly GptBlock[];
  readonly norm: Layer;
  readonly head: Layer;
}

/** Added to the logits of what must not be seen or drawn. */
export const unseen = -1e9;

export const widthOf = ({ heads, headSize }: Pick<GptConfig, 'heads' | 'headSize'>): number => heads * headSize;

/** x / (1 + exp(-2 u)), u = sqrt(2 / pi) (x + 0.044715 x^3): the tanh form of GELU with the cheaper derivative. */
export const gelu: Layer = (x) => {
  const slope = 2 * Math.sqrt(2 / Math.PI);
  return tf.mul(x, tf.sigmoid(tf.mul(x, tf.add(tf.mul(tf.square(x), slope * 0.044715), slope))));
};

/**
 * A pre-norm transformer with learned positions and a head of its own.
 *
 * @see Radford et al. 2019, "Language models are unsupervised multitask learners"
 */
export function gpt(parameters: Parameters, config: GptConfig): Gpt {
  const width = widthOf(config);
  const initialiser = scaledNormal(config.initialSd);
  const layer = (scope: Parameters, inputs: number, outputs: number): Layer =>
    dense(scope, { inputs, outputs, initialiser });
  const block = (scope: Parameters): GptBlock => ({
    norm1: layerNorm(scope.scope('norm-1'), { channels: width }),
    qkv: layer(scope.scope('attention').scope('qkv'), width, 3 * width),
    out: layer(scope.scope('attention').scope('out'), width, width),
    norm2: layerNorm(scope.scope('norm-2'), { channels: width }),
    up: layer(scope.scope('up'), width, 4 * width),
    down: layer(scope.scope('down'), 4 * width, width),
  });
  return {
    config,
    tokens: parameters.scope('tokens').variable('table', [config.inputs, width], initialiser),
    positions: parameters.scope('positions').variable('table', [config.context, width], initialiser),
    blocks: Array.from({ length: config.blocks }, (_, i) => block(parameters.scope(`block-${i}`))),
    norm: layerNorm(parameters.scope('norm'), { channels: width }),
    head: layer(parameters.scope('head'), width, config.outputs),
  };
}

/** Causal attention over rows of queries, keys and values: [N * T, 3 * width] to [N * T, width]. */
function attend(qkv: tf.Tensor, count: number, { context, heads, headSize }: GptConfig): tf.Tensor {
  const apart = tf.transpose(tf.reshape(qkv, [count, context, 3, heads, headSize]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf
    .split(tf.reshape(apart, [3, count * heads, context, headSize]), 3)
    .map((part) => tf.reshape(part, [count * heads, context, headSize])) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
  const later = Float32Array.from({ length: context ** 2 }, (_, i) =>
    i % context > Math.floor(i / context) ? unseen : 0,
  );
  const scaled = tf.mul(q, headSize ** -0.5); // [N * heads, T, headSize]
  const scores = tf.add(tf.matMul(scaled, k, false, true), tf.tensor(later, [context, context]));
  const values = tf.matMul(tf.softmax(scores), v);
  const together = tf.transpose(tf.reshape(values, [count, heads, context, headSize]), [0, 2, 1, 3]);
  return tf.reshape(together, [count * context, heads * headSize]);
}

/** Tokens [N, T] as int32, T the whole context, to the logits of each next token [N * T, outputs]. */
export function gptLogits({ config, tokens, positions, blocks, norm, head }: Gpt, input: tf.Tensor): tf.Tensor {
  const { inputs, context } = config;
  const [count = 1] = input.shape;
  const width = widthOf(config);
  // A product with ones and zeros: its gradient is a product too.
  const rows = tf.oneHot(tf.reshape(input, [-1]), inputs); // [N * T, inputs]
  const looked = tf.reshape(tf.matMul(tf.cast(rows, 'float32'), tokens), [count, context, width]);
  let h = tf.reshape(tf.add(looked, positions), [count * context, width]);
  for (const { norm1, qkv, out, norm2, up, down } of blocks) {
    h = tf.add(h, out(attend(qkv(norm1(h)), count, config)));
    h = tf.add(h, down(gelu(up(norm2(h)))));
  }
  return head(norm(h));
}
