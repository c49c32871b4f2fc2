import * as tf from '@tensorflow/tfjs-core';
import { given, position, program, type Engine, type Values } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { gumbels } from '../data.ts';
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
    dispose: async () => {
      await step.dispose();
      await again.dispose();
    },
  };
}

/** The caches of a block: keys lie [N * HEADS, HEAD, T], as the product of a query with them wants it; values [..., T, HEAD]. */
const cacheInputs = Object.fromEntries(
  Array.from({ length: gptBlocks }, (_, i) => [
    [`keys${i}`, given([heads, headSize, context])],
    [`values${i}`, given([heads, context, headSize])],
  ]).flat(),
) as Record<string, ReturnType<typeof given<'float32'>>>;

/** One token: attention of its query over the caches and over its own key and value, which the caches do not hold yet. */
function stepProgram({ tokens, positions, blocks, norm, head }: Gpt) {
  const inputs = { token: given([count], 'int32'), at: given([1], 'int32'), later: given([context]), ...cacheInputs };
  return program('gpt-sample-cached', inputs, ({ token, at, later, ...caches }) => {
    const found: { keys: tf.Tensor[]; values: tf.Tensor[] } = { keys: [], values: [] };
    let h: tf.Tensor = tf.add(tf.gather(tokens, token as tf.Tensor1D), tf.gather(positions, at as tf.Tensor1D)); // [N, WIDTH]
    for (const [i, { norm1, qkv, out, norm2, up, down }] of blocks.entries()) {
      const parts = tf.transpose(tf.reshape(qkv(norm1(h)), [count, 3, gptHeads, headSize]), [1, 0, 2, 3]);
      const [q, k, v] = tf.unstack(tf.reshape(parts, [3, heads, 1, headSize])) as [tf.Tensor, tf.Tensor, tf.Tensor];
      found.keys.push(k);
      found.values.push(v);
      const query = tf.mul(q, headSize ** -0.5); // [N * HEADS, 1, HEAD]
      const before = tf.add(tf.matMul(query, cacheOf(caches, `keys${i}`)), later); // [N * HEADS, 1, T]
      const own = tf.sum(tf.mul(query, k), 2, true); // [N * HEADS, 1, 1]
      const shares = tf.softmax(tf.concat([before, own], 2));
      const [shareBefore, shareOwn] = tf.split(shares, [context, 1], 2) as [tf.Tensor, tf.Tensor];
      const mixed = tf.add(tf.matMul(shareBefore, cacheOf(caches, `values${i}`)), tf.mul(shareOwn, v));
      h = tf.add(h, out(tf.reshape(mixed, [count, gptWidth])));
      h = tf.add(h, down(gelu(up(norm2(h)))));
    }
    return { logits: head(norm(h)), keys: tf.stack(found.keys), values: tf.stack(found.values) };
  });
}

function cacheOf<T>(caches: Readonly<Record<string, T>>, name: string): T {
  const cache = caches[name];
  if (cache === undefined) throw new Error(`gpt: no cache ${name}.`);
  return cache;
}

async function openCached(engine: Engine, { network, noise: { values: noise } }: Model): Promise<OurSide> {
  const step = await engine.compile(stepProgram(network));
  const caches = Object.fromEntries(
    Object.keys(cacheInputs).map((name) => [name, new Float32Array(heads * headSize * context)]),
  );
  const later = new Float32Array(context);
  const drawn = new Int32Array(context * count);
  const draw = async (): Promise<Int32Array> => {
    later.fill(unseen);
    let token = new Int32Array(count);
    for (let t = 0; t < context; t++) {
      const { logits, keys, values } = await step.run({ token, at: Int32Array.of(t), later, ...caches });
      token = drawn.subarray(t * count, (t + 1) * count);
      choose(logits, noise, t * count * vocabulary, token);
      for (let i = 0; i < gptBlocks; i++) {
        keep(keys, i, cacheOf(caches, `keys${i}`), (head, d) => (head * headSize + d) * context + t);
        keep(values, i, cacheOf(caches, `values${i}`), (head, d) => (head * context + t) * headSize + d);
      }
      later[t] = 0;
    }
    return drawn;
  };
  return {
    unit: async () => {
      await draw();
      return [];
    },
    draw: async () => (await draw()).slice(),
    flops: step.cost === undefined ? null : step.cost.flops * context,
    dispose: () => step.dispose(),
  };
}

/** Puts a block's part of new keys or values [BLOCKS, N * HEADS, 1, HEAD] into its cache. */
function keep(found: Values, block: number, cache: Float32Array, place: (head: number, d: number) => number): void {
  for (let head = 0; head < heads; head++)
    for (let d = 0; d < headSize; d++) cache[place(head, d)] = found[(block * heads + head) * headSize + d] ?? 0;
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
