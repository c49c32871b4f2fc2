import type { Engine, Program, Values } from '@kindred/engine';
import { feedsFor } from '@kindred/nn';
import type { RandomStream } from '@kindred/random';
import type { GenerativeModel, Sampler } from './contract.ts';
import { checkLabels, labelsFrom } from './labels.ts';
import { disposeVariables } from './variables.ts';

/** A compiled sampler. */
export interface OpenSampler {
  /** Examples per draw. */
  readonly count: number;
  /** `count` fresh samples, [count, ...shape]. @param labels the class of each, [count]; conditional models need them, others leave them unread */
  draw(random: RandomStream, labels?: Int32Array): Promise<Float32Array>;
  /** Frees the programs and the sampler's state. */
  dispose(): Promise<void>;
}

/** Compiles the model's sampler for `count` examples at a time. */
export async function openSampler(engine: Engine, model: GenerativeModel, count: number): Promise<OpenSampler> {
  const sampler = model.sampler(count);
  const open =
    sampler.kind === 'direct'
      ? await openDirect(engine, sampler.program, count)
      : await openSequential(engine, sampler, count);
  if (!model.conditional) return open;
  return {
    ...open,
    async draw(random, labels) {
      checkLabels('draw', labels, count);
      return open.draw(random, labels);
    },
  };
}

async function openDirect(engine: Engine, program: Program, count: number): Promise<OpenSampler> {
  const compiled = await engine.compile(program);
  return {
    count,
    async draw(random, labels) {
      const { samples } = await compiled.run(feedsFor(program.inputs, { noise: random, ...(labels && { labels }) }));
      if (!(samples instanceof Float32Array))
        throw new Error(`program ${program.name} has no float32 output \`samples\`.`);
      return samples;
    },
    dispose: () => compiled.dispose(),
  };
}

async function openSequential(
  engine: Engine,
  sampler: Extract<Sampler, { kind: 'sequential' }>,
  count: number,
): Promise<OpenSampler> {
  const reset = await engine.compile(sampler.reset);
  const step = await engine.compile(sampler.step);
  const finish = sampler.finish && (await engine.compile(sampler.finish));
  return {
    count,
    async draw(random, labels) {
      const sources = { noise: random, ...(labels && { labels }) };
      await reset.run(feedsFor(sampler.reset.inputs, sources));
      const values = await step.runAll(sampler.steps, (position) =>
        feedsFor(sampler.step.inputs, { ...sources, position }),
      );
      if (!finish || !sampler.finish) return sideBySide(sampler, values, count);
      const { samples } = await finish.run(feedsFor(sampler.finish.inputs, sources));
      if (samples instanceof Float32Array) return samples;
      throw new Error(`program ${sampler.finish.name} has no float32 output \`samples\`.`);
    },
    async dispose() {
      await reset.dispose();
      await step.dispose();
      await finish?.dispose();
      disposeVariables(sampler.state);
    },
  };
}

/** The values [count, width] of all steps as samples [count, steps * width]. */
function sideBySide(
  { step, steps }: Extract<Sampler, { kind: 'sequential' }>,
  values: readonly Readonly<Record<string, Values>>[],
  count: number,
): Float32Array {
  let samples = new Float32Array(0);
  values.forEach(({ value }, position) => {
    if (value === undefined) throw new Error(`program ${step.name} has no output \`value\`.`);
    const width = value.length / count;
    const size = width * steps;
    if (position === 0) samples = new Float32Array(count * size);
    for (let i = 0; i < count; i++) {
      samples.set(value.subarray(i * width, (i + 1) * width), i * size + position * width);
    }
  });
  return samples;
}

export interface DrawOptions {
  /** Number of samples. */
  readonly count: number;
  /** Samples per run of the sampler. A last, partial batch is drawn whole and cut. */
  readonly batchSize: number;
  readonly random: RandomStream;
  /** The class of each sample, [count]: needed by conditional models, unread by others. */
  readonly labels?: Int32Array;
}

/** Draws `count` samples: [count, ...shape] in the range of the model's data. */
export async function drawSamples(engine: Engine, model: GenerativeModel, options: DrawOptions): Promise<Float32Array> {
  const { batchSize, ...rest } = options;
  if (model.conditional) checkLabels('drawSamples', rest.labels, rest.count);
  const sampler = await openSampler(engine, model, batchSize);
  try {
    return await drawFrom(sampler, rest);
  } finally {
    await sampler.dispose();
  }
}

/** Draws `count` samples as `drawSamples` does, from a sampler that is open already and stays so. */
export async function drawFrom(
  sampler: OpenSampler,
  { count, random, labels }: Omit<DrawOptions, 'batchSize'>,
): Promise<Float32Array> {
  const { count: batchSize } = sampler;
  let samples: Float32Array | undefined;
  for (let drawn = 0; drawn < count; drawn += batchSize) {
    const values = await sampler.draw(random, labels && labelsFrom(labels, drawn, batchSize));
    const size = values.length / batchSize;
    samples ??= new Float32Array(count * size);
    samples.set(values.subarray(0, Math.min(batchSize, count - drawn) * size), drawn * size);
  }
  return samples ?? new Float32Array(0);
}
