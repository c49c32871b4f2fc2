import * as tf from '@tensorflow/tfjs-core';
import { dense, layerNorm, scaledNormal, type Layer, type Parameters } from '@kindred/nn';

export const gptWidth = 128;
export const gptHeads = 4;
export const gptHeadSize = gptWidth / gptHeads;
export const gptBlocks = 4;
export const gptContext = 64;
export const gptVocabulary = 65;

/** Large enough that the logits of an untrained network differ and samples depend on them. */
const initialiser = scaledNormal(0.08);
/** Added to the logits of positions that must not be seen. */
export const unseen = -1e9;

/** x / (1 + exp(-2 u)), u = sqrt(2 / pi) (x + 0.044715 x^3): the tanh form of GELU with the cheaper derivative. */
export const gelu: Layer = (x) => {
  const slope = 2 * Math.sqrt(2 / Math.PI);
  return tf.mul(x, tf.sigmoid(tf.mul(x, tf.add(tf.mul(tf.square(x), slope * 0.044715), slope))));
};

/** Layers of a block; `forward` and the cached sampler put them together. */
export interface GptBlock {
  readonly norm1: Layer;
  readonly qkv: Layer;
  readonly out: Layer;
  readonly norm2: Layer;
  readonly up: Layer;
  readonly down: Layer;
}

export interface Gpt {
  /** [VOCABULARY, WIDTH] */
  readonly tokens: tf.Variable;
  /** [CONTEXT, WIDTH] */
  readonly positions: tf.Variable;
  readonly blocks: readonly GptBlock[];
  readonly norm: Layer;
  readonly head: Layer;
}

/** A pre-norm transformer with learned positions and a head of its own. */
export function gpt(weights: Parameters): Gpt {
  const layer = (scope: Parameters, inputs: number, outputs: number): Layer =>
    dense(scope, { inputs, outputs, initialiser });
  const block = (scope: Parameters): GptBlock => ({
    norm1: layerNorm(scope.scope('norm-1'), { channels: gptWidth }),
    qkv: layer(scope.scope('attention').scope('qkv'), gptWidth, 3 * gptWidth),
    out: layer(scope.scope('attention').scope('out'), gptWidth, gptWidth),
    norm2: layerNorm(scope.scope('norm-2'), { channels: gptWidth }),
    up: layer(scope.scope('up'), gptWidth, 4 * gptWidth),
    down: layer(scope.scope('down'), 4 * gptWidth, gptWidth),
  });
  return {
    tokens: weights.scope('tokens').variable('table', [gptVocabulary, gptWidth], initialiser),
    positions: weights.scope('positions').variable('table', [gptContext, gptWidth], initialiser),
    blocks: Array.from({ length: gptBlocks }, (_, i) => block(weights.scope(`block-${i}`))),
    norm: layerNorm(weights.scope('norm'), { channels: gptWidth }),
    head: layer(weights.scope('head'), gptWidth, gptVocabulary),
  };
}

/** Causal attention over rows of queries, keys and values: [N * T, 3 * WIDTH] to [N * T, WIDTH]. */
function attend(qkv: tf.Tensor, count: number): tf.Tensor {
  const heads = tf.transpose(tf.reshape(qkv, [count, gptContext, 3, gptHeads, gptHeadSize]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf
    .split(tf.reshape(heads, [3, count * gptHeads, gptContext, gptHeadSize]), 3)
    .map((part) => tf.reshape(part, [count * gptHeads, gptContext, gptHeadSize])) as [
    tf.Tensor3D,
    tf.Tensor3D,
    tf.Tensor3D,
  ];
  const later = Float32Array.from({ length: gptContext ** 2 }, (_, i) =>
    i % gptContext > Math.floor(i / gptContext) ? unseen : 0,
  );
  const scaled = tf.mul(q, gptHeadSize ** -0.5); // [N * HEADS, T, HEAD]
  const scores = tf.add(tf.matMul(scaled, k, false, true), tf.tensor(later, [gptContext, gptContext]));
  const values = tf.matMul(tf.softmax(scores), v);
  const apart = tf.reshape(values, [count, gptHeads, gptContext, gptHeadSize]);
  return tf.reshape(tf.transpose(apart, [0, 2, 1, 3]), [count * gptContext, gptWidth]);
}

/** Tokens [N, T] as int32 to the logits of each next token [N * T, VOCABULARY]. */
export function gptLogits({ tokens, positions, blocks, norm, head }: Gpt, input: tf.Tensor): tf.Tensor {
  const [count = 1] = input.shape;
  // A product with ones and zeros: its gradient is a product too.
  const rows = tf.oneHot(tf.reshape(input, [-1]), gptVocabulary); // [N * T, VOCABULARY]
  const looked = tf.reshape(tf.matMul(tf.cast(rows, 'float32'), tokens), [count, gptContext, gptWidth]);
  let h = tf.reshape(tf.add(looked, positions), [count * gptContext, gptWidth]);
  for (const { norm1, qkv, out, norm2, up, down } of blocks) {
    h = tf.add(h, out(attend(qkv(norm1(h)), count)));
    h = tf.add(h, down(gelu(up(norm2(h)))));
  }
  return head(norm(h));
}
