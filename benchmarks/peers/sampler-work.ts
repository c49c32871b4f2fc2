import type { Program } from '@kindred/engine';
import type { Parameters } from '@kindred/nn';
import { arraysOf } from './training-work.ts';
import type { Arrays, Work } from './work.ts';

export interface SamplerSetup {
  readonly weights: Parameters;
  /** Returns `samples`. */
  readonly program: Program<Program['inputs'], 'samples'>;
  /** By the name of an input. */
  readonly data: Arrays;
}

/** A sampler that is one run of one program. */
export function samplerWork(name: string, about: string, setup: () => SamplerSetup): Work {
  return {
    name,
    kind: 'sample',
    about,
    build: () => {
      const { weights, program, data } = setup();
      const feeds = Object.fromEntries(Object.entries(data).map(([input, { values }]) => [input, values]));
      return {
        arrays: { ...arraysOf(weights), ...data },
        open: async (engine) => {
          const compiled = await engine.compile(program);
          return {
            unit: async () => {
              await compiled.run(feeds);
              return [];
            },
            draw: async () => (await compiled.run(feeds)).samples,
            flops: compiled.cost?.flops ?? null,
            runs: () => [{ compiled, feeds }],
            dispose: () => compiled.dispose(),
          };
        },
      };
    },
  };
}
