import * as tf from '@tensorflow/tfjs-core';
import { given, position, program, type Engine, type Values } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { gumbels, item } from '../data.ts';
import { openStepped } from '../stepped-sampler.ts';
import { arraysOf } from '../training-work.ts';
import type { BuiltWork, NamedArray, OurSide, Work } from '../work.ts';
import { gptBatch as count } from './gpt.ts';
import {
  gelu,
  gpt,
  gptBlocks,
  gptContext as context,
  gptHeads,
  gptHeadSize as headSize,
  gptLogits,
  gptVocabulary as vocabulary,
  gptWidth,
  unseen,
  type Gpt,
} from './gpt-network.ts';

/** Sequences times heads: as many attentions run side by side. */
const heads = count * gptHeads;

interface Model {
  readonly weights: Parameters;
  readonly network: Gpt;
  /** Gumbel noise [T, N, VOCABULARY]: token t is the largest of its logits + noise. */
  readonly noise: NamedArray;
}

function build(): Model {
  const random = new RandomStream('peers', 'gpt-sample');
  const weights = new Parameters(random.derive('weights'));
  return { weights, network: gpt(weights), noise: gumbels(random.derive('noise'), [context, count, vocabulary]) };
}

/** For each row of logits [rows, VOCABULARY] the place of the largest sum with the noise from `offset` on. */
function choose(logits: Values, noise: Values, offset: number, target: Int32Array): void {
  for (let row = 0; row < target.length; row++) {
    let [best, largest] = [0, Number.NEGATIVE_INFINITY];
    for (let token = 0; token < vocabulary; token++) {
      const at = row * vocabulary + token;
      const sum = Math.fround((logits[at] ?? 0) + (noise[offset + at] ?? 0));
      if (sum > largest) [best, largest] = [token, sum];
    }
    target[row] = best;
  }
}

/** Everything for each token: a unit is one token. Sequences begin with token 0, which is no part of the samples. */
async function openNaive(engine: Engine, { network, noise: { values: noise } }: Model): Promise<OurSide> {
  const tokens = given([count, context], 'int32');
  const one = program('gpt-sample-naive', { tokens, at: position() }, ({ tokens, at }) => {
    const logits = tf.reshape(gptLogits(network, tokens), [count, context, vocabulary]);
    return { logits: tf.gather(logits, at, 1) };
  });
  const all = program('gpt-sample-again', { tokens }, ({ tokens }) => {
    const logits = tf.reshape(gptLogits(network, tokens), [count, context, vocabulary]);
    return { logits: tf.transpose(logits, [1, 0, 2]) };
  });
  const [step, again] = [await engine.compile(one), await engine.compile(all)];
  const state = new Int32Array(count * context);
  const next = new Int32Array(count);
  return {
    async unit(index) {
      const at = index % context;
      const { logits } = await step.run({ tokens: state, at: Int32Array.of(at) });
      choose(logits, noise, at * count * vocabulary, next);
      if (at + 1 < context) for (const [n, token] of next.entries()) state[n * context + at + 1] = token;
      return [];
    },
    async draw(samples) {
      const tokens = new Int32Array(count * context);
      for (let t = 1; t < context; t++)
        for (let n = 0; n < count; n++) tokens[n * context + t] = samples?.[(t - 1) * count + n] ?? 0;
      const drawn = new Int32Array(context * count);
      choose((await again.run({ tokens })).logits, noise, 0, drawn);
      return drawn;
    },
    flops: step.cost?.flops ?? null,
    runs: () => [{ compiled: step, feeds: { tokens: state, at: Int32Array.of(0) } }],
    dispose: async () => {
      await step.dispose();
      await again.dispose();
    },
  };
}

/** Tokens that a step draws, one after another: the caches are written once a step. */
const stride = 8;
const steps = context / stride;
/** Values of the caches that a sequence's head has of a step. */
const run = stride * headSize;

/** What steps pass on, and the products behind a norm with its scale and offset in them, which the reset writes. */
function stateOf(state: Parameters) {
  const product = (name: string, inputs: number, outputs: number): Product => ({
    kernel: state.state(`${name}/kernel`, [inputs, outputs]),
    bias: state.state(`${name}/bias`, [outputs]),
  });
  return {
    token: state.state('token', [count]),
    blocks: Array.from({ length: gptBlocks }, (_, i) => ({
      keys: state.state(`keys-${i}`, [heads * steps, run]),
      values: state.state(`values-${i}`, [heads * steps, run]),
      qkv: product(`qkv-${i}`, gptWidth, 3 * gptWidth), // the factor of queries is in it too
      up: product(`up-${i}`, gptWidth, 4 * gptWidth),
    })),
    head: product('head', gptWidth, vocabulary),
  };
}

interface Product {
  /** [inputs, outputs] */
  readonly kernel: tf.Variable;
  /** [outputs] */
  readonly bias: tf.Variable;
}

type State = ReturnType<typeof stateOf>;
type BlockState = State['blocks'][number];

function resetProgram(weights: Parameters, state: State) {
  const all = weights.all;
  const named = (name: string): tf.Variable => {
    const found = all[name];
    if (!found) throw new Error(`gpt: no variable ${name}.`);
    return found;
  };
  const write = ({ kernel, bias }: Product, layer: string, norm: string, factor: tf.Tensor = tf.ones([1])): void => {
    const product = tf.mul(named(`${layer}/kernel`), factor);
    const offset = tf.reshape(tf.matMul(tf.expandDims(named(`${norm}/offset`), 0), product), [-1]);
    kernel.assign(tf.mul(tf.expandDims(named(`${norm}/scale`), 1), product));
    bias.assign(tf.add(tf.mul(named(`${layer}/bias`), factor), offset));
  };
  return program('gpt-sample-reset', {}, () => {
    const queries = tf.concat([tf.fill([gptWidth], headSize ** -0.5), tf.ones([2 * gptWidth])]);
    state.token.assign(tf.zeros([count]));
    for (const [i, { qkv, up }] of state.blocks.entries()) {
      write(qkv, `block-${i}/attention/qkv`, `block-${i}/norm-1`, queries);
      write(up, `block-${i}/up`, `block-${i}/norm-2`);
    }
    write(state.head, 'head', 'norm');
    return {};
  });
}

/** Rows to mean 0 and variance 1. */
function normalised(x: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, 1, true));
  const variance = tf.mean(tf.mul(centred, centred), 1, true); // [N, 1]
  return tf.div(centred, tf.sqrt(tf.add(variance, 1e-5)));
}

const apply = ({ kernel, bias }: Product, x: tf.Tensor): tf.Tensor => tf.add(tf.matMul(x, kernel), bias);

/** What a block has of the tokens of this step, [N * HEADS, 1, HEAD] each. */
interface Fresh {
  readonly keys: tf.Tensor[];
  readonly values: tf.Tensor[];
}

/** Attention over the caches, where `later` hides what is not of this draw yet, and over the tokens of this step. */
function attend({ qkv, keys, values }: BlockState, fresh: Fresh, later: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const [q, k, v] = tf.split(apply(qkv, x), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor]; // [N, WIDTH]
  fresh.keys.push(tf.reshape(k, [heads, 1, headSize]));
  fresh.values.push(tf.reshape(v, [heads, 1, headSize]));
  const query = tf.reshape(q, [heads, 1, headSize]);
  const old = tf.matMul(query, tf.reshape(keys, [heads, context, headSize]), false, true);
  const recent = tf.matMul(query, tf.concat(fresh.keys, 1), false, true);
  const shares = tf.softmax(tf.concat([tf.add(old, later), recent], 2)); // [N * HEADS, 1, T + tokens]
  const [shareOld, shareRecent] = tf.split(shares, [context, fresh.keys.length], 2) as [tf.Tensor, tf.Tensor];
  const mixed = tf.add(
    tf.matMul(shareOld, tf.reshape(values, [heads, context, headSize])),
    tf.matMul(shareRecent, tf.concat(fresh.values, 1)),
  ); // [N * HEADS, 1, HEAD]
  return tf.reshape(mixed, [count, gptWidth]);
}

/** Puts the keys or values of a step into their cache. */
function keep(cache: tf.Variable, fresh: readonly tf.Tensor[], at: tf.Tensor): void {
  const first = Int32Array.from({ length: heads }, (_, head) => head * steps);
  const places = tf.add(tf.tensor2d(first, [heads, 1], 'int32'), at); // rows of the cache
  const rows = tf.reshape(tf.concat([...fresh], 1), [heads, run]);
  cache.assign(tf.tensorScatterUpdate(cache, places, rows));
}

/** The next tokens of the sequences, `stride` of them. */
function stepProgram({ tokens, positions, blocks }: Gpt, state: State) {
  const noise = given([stride, count, vocabulary]);
  return program('gpt-sample-cached', { at: position(), noise }, ({ at, noise }) => {
    const place = tf.reshape<tf.Rank.R1>(at, [1]);
    const hides = Float32Array.from({ length: steps * context }, (_, i) =>
      i % context < Math.floor(i / context) * stride ? 0 : unseen,
    );
    const later = tf.gather(tf.tensor2d(hides, [steps, context]), place); // [1, T]
    const here = tf.split(
      tf.reshape(tf.gather(tf.reshape(positions, [steps, stride, gptWidth]), place), [stride, gptWidth]),
      stride,
    );
    const lots = tf.add(noise, state.head.bias);
    const lot = tf.split(tf.reshape(lots, [stride * count, vocabulary]), stride);
    const fresh = state.blocks.map((): Fresh => ({ keys: [], values: [] }));
    let token: tf.Tensor = tf.cast(state.token, 'int32');
    const drawn: tf.Tensor[] = [];
    for (let i = 0; i < stride; i++) {
      let h: tf.Tensor = tf.add(tf.gather(tokens, token as tf.Tensor1D), item(here, i)); // [N, WIDTH]
      for (const [b, block] of state.blocks.entries()) {
        const { out, down } = item(blocks, b);
        h = tf.add(h, out(attend(block, item(fresh, b), later, normalised(h))));
        h = tf.add(h, down(gelu(apply(block.up, normalised(h)))));
      }
      const sums = tf.add(tf.matMul(normalised(h), state.head.kernel), item(lot, i)); // [N, VOCABULARY]
      token = tf.argMax(sums, 1);
      drawn.push(token);
    }
    for (const [b, { keys, values }] of state.blocks.entries()) {
      keep(keys, item(fresh, b).keys, at);
      keep(values, item(fresh, b).values, at);
    }
    state.token.assign(tf.cast(token, 'float32'));
    return { drawn: tf.stack(drawn) };
  });
}

async function openCached(engine: Engine, { weights, network, noise: { values: lots } }: Model): Promise<OurSide> {
  const state = stateOf(new Parameters(new RandomStream('peers', 'gpt-sample', 'state')));
  const size = stride * count * vocabulary;
  const noise = Array.from({ length: steps }, (_, i) => (lots as Float32Array).subarray(i * size, (i + 1) * size));
  return openStepped(engine, {
    reset: resetProgram(weights, state),
    step: stepProgram(network, state),
    steps,
    feeds: (i) => ({ at: Int32Array.of(i), noise: item(noise, i) }),
  });
}

function gptSampler(
  work: Omit<Work, 'kind' | 'build'>,
  open: (engine: Engine, model: Model) => Promise<OurSide>,
): Work {
  return {
    ...work,
    kind: 'sample',
    build: (): BuiltWork => {
      const model = build();
      return {
        arrays: { ...arraysOf(model.weights), noise: model.noise },
        open: (engine) => open(engine, model),
      };
    },
  };
}

export const gptSampleCached = gptSampler(
  { name: 'gpt-sample-cached', about: 'GPT: 12 sequences of 64 tokens, keys and values kept' },
  openCached,
);

export const gptSampleNaive = gptSampler(
  {
    name: 'gpt-sample-naive',
    about: 'GPT: 12 sequences of 64 tokens, the whole context for each token',
    units: context,
    sameAs: gptSampleCached,
  },
  openNaive,
);
