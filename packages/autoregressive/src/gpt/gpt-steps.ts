import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '@kindred/nn';
import { item } from '../list-item.ts';
import { gelu, unseen, widthOf, type Gpt, type GptBlock } from './gpt-network.ts';

export interface GptStepsConfig {
  /** Sequences per draw. */
  readonly count: number;
  /** Tokens that a step draws, one after another: the caches are written once a step. It divides the context. */
  readonly stride: number;
  /** The token that stands before the first. */
  readonly begin: number;
  /** Logits as they are drawn from; default: as the network gives them. */
  readonly tempered?: (logits: tf.Tensor) => tf.Tensor;
}

/** What a step has drawn. */
export interface DrawnTokens {
  readonly drawn: tf.Tensor; // [stride, N], int32
  readonly logits: tf.Tensor; // [stride, N, outputs], tempered
}

/** Draws sequences, some tokens at a time. What attention sees of the tokens so far is kept in variables. */
export interface GptSteps {
  /** Begins new sequences, and takes over the weights as they are. */
  reset(): void;
  /** Draws the tokens of step `at`, scalar int32. @param noise [stride, N, outputs]: a token is the largest of its logits + noise */
  draw(at: tf.Tensor, noise: tf.Tensor): DrawnTokens;
}

/**
 * The key-value cache: only the last token goes through the network, and keys and values of those before it are kept. The scales and offsets of norms
 * are put into the products behind them by the reset.
 *
 * @param parameters the variables of `gpt`
 * @param state for what is kept
 */
export function gptSteps(network: Gpt, parameters: Parameters, state: Parameters, config: GptStepsConfig): GptSteps {
  const { count, stride, begin, tempered = (logits) => logits } = config;
  const { tokens, positions, blocks } = network;
  const { context, outputs } = network.config;
  const layout = layoutOf(network, config);
  const kept = stateOf(network, state, layout);
  return {
    reset() {
      kept.token.assign(tf.fill([count], begin));
      foldNorms(network, parameters, kept);
    },
    draw(at, noise) {
      const place = tf.reshape<tf.Rank.R1>(at, [1]);
      const hides = Float32Array.from({ length: layout.steps * context }, (_, i) =>
        i % context < Math.floor(i / context) * stride ? 0 : unseen,
      );
      const later = tf.gather(tf.tensor2d(hides, [layout.steps, context]), place); // [1, T]
      const table = tf.reshape(positions, [layout.steps, stride, layout.width]);
      const here = tf.split(tf.reshape(tf.gather(table, place), [stride, layout.width]), stride);
      const lot = tf.split(tf.reshape(noise, [stride * count, outputs]), stride);
      const fresh = kept.blocks.map((): Fresh => ({ keys: [], values: [] }));
      const [drawn, logits]: [tf.Tensor[], tf.Tensor[]] = [[], []];
      let token: tf.Tensor = tf.cast(kept.token, 'int32');
      for (let i = 0; i < stride; i++) {
        let h: tf.Tensor = tf.add(tf.gather(tokens, token as tf.Tensor1D), item(here, i)); // [N, width]
        for (const [b, block] of kept.blocks.entries()) {
          h = throughBlock({ layers: item(blocks, b), block, fresh: item(fresh, b), layout }, later, h);
        }
        const values = tempered(apply(kept.head, normalised(h))); // [N, outputs]
        token = tf.argMax(tf.add(values, item(lot, i)), 1);
        drawn.push(token);
        logits.push(values);
      }
      for (const [b, { keys, values }] of kept.blocks.entries()) {
        keep(keys, item(fresh, b).keys, at, layout);
        keep(values, item(fresh, b).values, at, layout);
      }
      kept.token.assign(tf.cast(token, 'float32'));
      return { drawn: tf.stack(drawn), logits: tf.stack(logits) };
    },
  };
}

/** Sizes of the caches. */
interface Layout {
  readonly count: number;
  readonly context: number;
  readonly width: number;
  readonly headSize: number;
  /** Sequences times heads: as many attentions run side by side. */
  readonly heads: number;
  readonly steps: number;
  /** Values of the caches that a sequence's head has of a step. */
  readonly run: number;
}

function layoutOf({ config }: Gpt, { count, stride }: GptStepsConfig): Layout {
  const { context, headSize } = config;
  if (context % stride !== 0) {
    throw new RangeError(`gpt: a stride of ${stride} does not divide the context of ${context}; take one that does.`);
  }
  return {
    count,
    context,
    width: widthOf(config),
    headSize,
    heads: count * config.heads,
    steps: context / stride,
    run: stride * headSize,
  };
}

interface Product {
  /** [inputs, outputs] */
  readonly kernel: tf.Variable;
  /** [outputs] */
  readonly bias: tf.Variable;
}

/** What steps pass on, and the products behind a norm with its scale and offset in them. */
function stateOf({ config }: Gpt, state: Parameters, { count, width, heads, steps, run }: Layout) {
  const product = (name: string, inputs: number, outputs: number): Product => ({
    kernel: state.state(`${name}/kernel`, [inputs, outputs]),
    bias: state.state(`${name}/bias`, [outputs]),
  });
  return {
    token: state.state('token', [count]),
    blocks: Array.from({ length: config.blocks }, (_, i) => ({
      keys: state.state(`keys-${i}`, [heads * steps, run]),
      values: state.state(`values-${i}`, [heads * steps, run]),
      qkv: product(`qkv-${i}`, width, 3 * width), // the factor of queries is in it too
      up: product(`up-${i}`, width, 4 * width),
    })),
    head: product('head', width, config.outputs),
  };
}

type State = ReturnType<typeof stateOf>;
type BlockState = State['blocks'][number];

function foldNorms({ config }: Gpt, parameters: Parameters, state: State): void {
  const all = parameters.all;
  const width = widthOf(config);
  const named = (name: string): tf.Variable => {
    const found = all[name];
    if (!found) throw new Error(`gpt: no variable ${name}; pass the parameters that the network was made in.`);
    return found;
  };
  const write = ({ kernel, bias }: Product, layer: string, norm: string, factor: tf.Tensor = tf.ones([1])): void => {
    const product = tf.mul(named(`${layer}/kernel`), factor);
    const offset = tf.reshape(tf.matMul(tf.expandDims(named(`${norm}/offset`), 0), product), [-1]);
    kernel.assign(tf.mul(tf.expandDims(named(`${norm}/scale`), 1), product));
    bias.assign(tf.add(tf.mul(named(`${layer}/bias`), factor), offset));
  };
  const queries = tf.concat([tf.fill([width], config.headSize ** -0.5), tf.ones([2 * width])]);
  for (const [i, { qkv, up }] of state.blocks.entries()) {
    write(qkv, `block-${i}/attention/qkv`, `block-${i}/norm-1`, queries);
    write(up, `block-${i}/up`, `block-${i}/norm-2`);
  }
  write(state.head, 'head', 'norm');
}

/** Rows to mean 0 and variance 1. */
function normalised(x: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, 1, true));
  const variance = tf.mean(tf.mul(centred, centred), 1, true); // [N, 1]
  return tf.div(centred, tf.sqrt(tf.add(variance, 1e-5)));
}

const apply = ({ kernel, bias }: Product, x: tf.Tensor): tf.Tensor => tf.add(tf.matMul(x, kernel), bias);

/** What a block has of the tokens of this step, [N * heads, 1, headSize] each. */
interface Fresh {
  readonly keys: tf.Tensor[];
  readonly values: tf.Tensor[];
}

interface Place {
  readonly layers: GptBlock;
  readonly block: BlockState;
  readonly fresh: Fresh;
  readonly layout: Layout;
}

/** One token of each sequence, h [N, width], through a block. */
function throughBlock(place: Place, later: tf.Tensor, h: tf.Tensor): tf.Tensor {
  const { layers, block } = place;
  const attended = tf.add(h, layers.out(attend(place, later, normalised(h))));
  return tf.add(attended, layers.down(gelu(apply(block.up, normalised(attended)))));
}

/** Attention over the caches, where `later` hides what is not of this draw yet, and over the tokens of this step. */
function attend({ block, fresh, layout }: Place, later: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const { count, context, width, heads, headSize } = layout;
  const [q, k, v] = tf.split(apply(block.qkv, x), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor]; // [N, width]
  fresh.keys.push(tf.reshape(k, [heads, 1, headSize]));
  fresh.values.push(tf.reshape(v, [heads, 1, headSize]));
  const query = tf.reshape(q, [heads, 1, headSize]);
  const old = tf.matMul(query, tf.reshape(block.keys, [heads, context, headSize]), false, true);
  const recent = tf.matMul(query, tf.concat(fresh.keys, 1), false, true);
  const shares = tf.softmax(tf.concat([tf.add(old, later), recent], 2)); // [N * heads, 1, T + tokens]
  const [shareOld, shareRecent] = tf.split(shares, [context, fresh.keys.length], 2) as [tf.Tensor, tf.Tensor];
  const mixed = tf.add(
    tf.matMul(shareOld, tf.reshape(block.values, [heads, context, headSize])),
    tf.matMul(shareRecent, tf.concat(fresh.values, 1)),
  ); // [N * heads, 1, headSize]
  return tf.reshape(mixed, [count, width]);
}

/** Puts the keys or values of a step into their cache. */
function keep(cache: tf.Variable, fresh: readonly tf.Tensor[], at: tf.Tensor, { heads, steps, run }: Layout): void {
  const first = Int32Array.from({ length: heads }, (_, head) => head * steps);
  const places = tf.add(tf.tensor2d(first, [heads, 1], 'int32'), at); // rows of the cache
  const rows = tf.reshape(tf.concat([...fresh], 1), [heads, run]);
  cache.assign(tf.tensorScatterUpdate(cache, places, rows));
}
