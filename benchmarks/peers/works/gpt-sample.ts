import * as tf from '@tensorflow/tfjs-core';
import { gptLogits, gptSteps, type Gpt } from '@kindred/autoregressive';
import { given, position, program, type Engine, type Values } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { gumbels, item } from '../data.ts';
import { openStepped } from '../stepped-sampler.ts';
import { arraysOf } from '../training-work.ts';
import type { BuiltWork, NamedArray, OurSide, Work } from '../work.ts';
import { gptBatch as count } from './gpt.ts';
import { gptContext as context, gptVocabulary as vocabulary, peersGpt } from './gpt-network.ts';

interface Model {
  readonly weights: Parameters;
  readonly network: Gpt;
  /** Gumbel noise [T, N, VOCABULARY]: token t is the largest of its logits + noise. */
  readonly noise: NamedArray;
}

function build(): Model {
  const random = new RandomStream('peers', 'gpt-sample');
  const weights = new Parameters(random.derive('weights'));
  return { weights, network: peersGpt(weights), noise: gumbels(random.derive('noise'), [context, count, vocabulary]) };
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

/** Tokens that a step draws, one after another. */
const stride = 8;
const steps = context / stride;

async function openCached(engine: Engine, { weights, network, noise: { values: lots } }: Model): Promise<OurSide> {
  const state = new Parameters(new RandomStream('peers', 'gpt-sample', 'state'));
  const cached = gptSteps(network, weights, state, { count, stride, begin: 0 });
  const size = stride * count * vocabulary;
  const noise = Array.from({ length: steps }, (_, i) => (lots as Float32Array).subarray(i * size, (i + 1) * size));
  const inputs = { at: position(), noise: given([stride, count, vocabulary]) };
  return openStepped(engine, {
    reset: program('gpt-sample-reset', {}, () => {
      cached.reset();
      return {};
    }),
    step: program('gpt-sample-cached', inputs, ({ at, noise }) => ({ drawn: cached.draw(at, noise).drawn })),
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
