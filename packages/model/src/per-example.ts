import type { Engine, Program } from '@kindred/engine';
import { feedsFor } from '@kindred/nn';
import type { RandomStream } from '@kindred/random';
import { checkLabels, labelsFrom } from './labels.ts';

export interface ExampleOptions {
  /** Number of examples. */
  readonly count: number;
  /** Examples per run. A last, partial batch is padded with its first example. */
  readonly batchSize: number;
  /** Noise of programs that draw. */
  readonly random: RandomStream;
  /** The class of each example, [count]: needed by conditional models, unread by others. */
  readonly labels?: Int32Array;
}

/** A compiled program that says something of each example. */
export interface PerExample {
  /** What it says of `examples` [count, ...], row after row: [count, ...]. */
  of(examples: Float32Array, options: Omit<ExampleOptions, 'batchSize'>): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** How a program that says something of each example is asked. */
export interface Question {
  /** Who asks, for errors. */
  readonly asker: string;
  /** The input that takes the examples. */
  readonly input: string;
  /** Its output, whose first axis is that of the examples. */
  readonly output: string;
  /** The examples that it takes at a time. */
  readonly batchSize: number;
  /** Whether it needs the class of each example. */
  readonly conditional: boolean;
}

/** Compiles a program that takes `batchSize` examples at a time, to be asked of any number of them. */
export async function openPerExample(engine: Engine, program: Program, question: Question): Promise<PerExample> {
  const { asker, input, output, batchSize, conditional } = question;
  const compiled = await engine.compile(program);
  const run = async (x: Float32Array, random: RandomStream, labels: Int32Array | undefined): Promise<Float32Array> => {
    const sources = { noise: random, batch: x, given: { [input]: x }, ...(labels && { labels }) };
    const values = (await compiled.run(feedsFor(program.inputs, sources)))[output];
    if (values instanceof Float32Array && values.length > 0 && values.length % batchSize === 0) return values;
    throw new Error(`program ${program.name} must give float32 \`${output}\` of shape [${batchSize}, ...].`);
  };
  return {
    async of(examples, { count, random, labels }) {
      const size = examples.length / count;
      if (!Number.isInteger(size)) {
        throw new RangeError(`${asker}: ${examples.length} values are not ${count} examples of one size.`);
      }
      if (conditional) checkLabels(asker, labels, count);
      let said: Float32Array | undefined;
      const x = new Float32Array(batchSize * size);
      for (let from = 0; from < count; from += batchSize) {
        const real = Math.min(batchSize, count - from);
        x.set(examples.subarray(from * size, (from + real) * size));
        for (let i = real; i < batchSize; i++) x.copyWithin(i * size, 0, size);
        const values = await run(x, random, labels && labelsFrom(labels, from, batchSize));
        const width = values.length / batchSize;
        said ??= new Float32Array(count * width);
        said.set(values.subarray(0, real * width), from * width);
      }
      return said ?? new Float32Array(0);
    },
    dispose: () => compiled.dispose(),
  };
}
