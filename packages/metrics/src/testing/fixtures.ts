import { readFileSync } from 'node:fs';
import type { Features, Images } from '../index.ts';

/** What an oracle has answered: numbers in any nesting. */
export type Answer = number | boolean | null | readonly Answer[] | { readonly [key: string]: Answer };

/** One call and its answer. */
export interface Case<Inputs, Options = object, Expected extends Answer = Answer> {
  readonly name: string;
  readonly inputs: Inputs;
  readonly options: Options;
  readonly expected: Expected;
  /** Size of the terms that cancel where the answer is near 0. */
  readonly scale?: number;
}

/** One call whose answer depends on its seed. */
export interface Draw<Inputs, Options = object> {
  readonly name: string;
  readonly inputs: Inputs;
  readonly options: Options;
  /** Mean of the answer over seeds. */
  readonly mean: number;
  /** Standard error of `mean` itself; 0 where it is exact. */
  readonly error: number;
}

/** A fixture, but for its header. */
export interface Fixture<Inputs, Options = object, Expected extends Answer = Answer> {
  readonly cases: readonly Case<Inputs, Options, Expected>[];
}

/** The greatest relative error that an answer may have. */
const relative = 1e-5;

/** The fixture of this name, that fixtures/make_fixtures.py has made: a Fixture, and what it has besides. */
export function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8'));
}

type Values<Set> = Omit<Set, 'data'> & { readonly data: readonly number[] };
interface Sets<Set> {
  readonly sets: Readonly<Record<string, Values<Set>>>;
}

/** A set of features by its name in features.json. */
export const featureSet = reader<Features>('features');

/** A set of images by its name in images.json. */
export const imageSet = reader<Images>('images');

function reader<Set>(file: string): (name: string) => Omit<Set, 'data'> & { data: Float32Array } {
  let content: Sets<Set> | undefined;
  return (name) => {
    content ??= readFixture(file) as Sets<Set>;
    const found = content.sets[name];
    if (found === undefined) throw new Error(`${file}.json has no set ${name}`);
    return { ...found, data: Float32Array.from(found.data) };
  };
}

/**
 * Where `got` is not as the oracle says: numbers that are further off than 1e-5 of the expected one, plus `absolute`. Empty
 * where all is well. What the oracle is silent on is not looked at.
 */
export function differences(got: unknown, expected: Answer, absolute = 0, place = 'answer'): string[] {
  if (typeof expected === 'number') {
    const close = typeof got === 'number' && Math.abs(got - expected) <= relative * Math.abs(expected) + absolute;
    return close ? [] : [`${place}: got ${String(got)}, expected ${expected}`];
  }
  if (typeof expected !== 'object' || expected === null) {
    return got === expected ? [] : [`${place}: got ${String(got)}, expected ${String(expected)}`];
  }
  const parts = Object(got) as Readonly<Record<string, unknown>>;
  const found = Array.isArray(expected) ? differences(parts['length'], expected.length, 0, `${place}.length`) : [];
  for (const [key, value] of Object.entries(expected) as [string, Answer][]) {
    found.push(...differences(parts[key], value, absolute, `${place}.${key}`));
  }
  return found;
}

/** Mean over seeds 0 ... count - 1, and the standard error of it. */
export async function overSeeds(count: number, answer: (seed: number) => number | Promise<number>) {
  const found: number[] = [];
  for (let seed = 0; seed < count; seed++) found.push(await answer(seed));
  const mean = found.reduce((sum, value) => sum + value, 0) / count;
  const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, error: Math.sqrt(variance / count) };
}
