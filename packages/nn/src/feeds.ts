import type { FeedsOf, Inputs, InputSpec, Values } from '@kindred/engine';
import type { RandomStream } from '@kindred/random';

/** What the inputs of a Program are filled from. A source that the program asks for and that is missing is an error. */
export interface FeedSources {
  /** Draws `normal` and `uniform` inputs, in the order in which the program declares them. */
  readonly noise: RandomStream;
  /** For `schedule` inputs; the first step is 0. */
  readonly step?: number;
  readonly batch?: Float32Array;
  readonly labels?: Int32Array;
  readonly position?: number;
  /** For `given` inputs, by name. */
  readonly given?: Readonly<Record<string, Values>>;
}

/** One array for each input of a program, by the input's source. Arrays of `batch`, `labels` and `given` are passed on, the others are fresh. */
export function feedsFor<I extends Inputs>(inputs: I, sources: FeedSources): FeedsOf<I> {
  const feeds: Record<string, Values> = {};
  for (const [name, input] of Object.entries(inputs)) feeds[name] = valuesOf(name, input, sources);
  return feeds as FeedsOf<I>;
}

function valuesOf(name: string, { shape, source }: InputSpec, sources: FeedSources): Values {
  const size = shape.reduce((product, length) => product * length, 1);
  switch (source.kind) {
    case 'normal':
      return sources.noise.fillNormal(new Float32Array(size));
    case 'uniform':
      return sources.noise.fillUniform(new Float32Array(size));
    case 'schedule':
      return Float32Array.of(source.at(present(name, 'step', sources.step)));
    case 'position':
      return Int32Array.of(present(name, 'position', sources.position));
    case 'batch':
      return present(name, 'batch', sources.batch);
    case 'labels':
      return present(name, 'labels', sources.labels);
  }
  return present(name, `given.${name}`, sources.given?.[name]);
}

function present<T>(input: string, what: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`feedsFor: the input ${input} needs \`${what}\`, which was not passed.`);
  return value;
}
