import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@kindred/engine';
import type { RandomStream } from '@kindred/random';
import type { Initialiser } from './initialisers.ts';

export type VariableRecord = Readonly<Record<string, tf.Variable>>;

interface Entry {
  readonly variable: tf.Variable;
  readonly trainable: boolean;
}

/**
 * The variables of a network under names of our own, such as `generator/dense-1/kernel`. TF.js gets to choose its globally
 * unique names itself, so two models can live side by side. Each variable draws its initial values from a stream named
 * after it: a layer more or less does not change the others.
 */
export class Parameters {
  readonly #random: RandomStream;
  readonly #entries: Map<string, Entry>;
  readonly #prefix: string;

  /** @param random draws the initial values */
  constructor(random: RandomStream, entries: Map<string, Entry> = new Map(), prefix = '') {
    this.#random = random;
    this.#entries = entries;
    this.#prefix = prefix;
  }

  /** A trainable variable, float32. A name that is taken is an error. */
  variable(name: string, shape: Shape, initialiser: Initialiser): tf.Variable {
    const values = initialiser(shape, this.#random.derive(this.#prefix + name));
    return this.#add(name, shape, values, true);
  }

  /** A variable that no gradient trains: moving averages, counters, caches. `values` is one number for all or an array of the shape's size. */
  state(name: string, shape: Shape, values: number | Float32Array = 0): tf.Variable {
    const size = shape.reduce((product, length) => product * length, 1);
    return this.#add(name, shape, typeof values === 'number' ? new Float32Array(size).fill(values) : values, false);
  }

  /** The part of these parameters whose names start with `prefix/`. It shares the variables; names inside it leave the prefix out. */
  scope(prefix: string): Parameters {
    return new Parameters(this.#random, this.#entries, `${this.#prefix}${prefix}/`);
  }

  /** The trainable variables of this scope at the time of the call, by name within the scope. */
  get trainable(): Record<string, tf.Variable> {
    return this.#select((entry) => entry.trainable);
  }

  /** All variables of this scope at the time of the call, by name within the scope. */
  get all(): Record<string, tf.Variable> {
    return this.#select(() => true);
  }

  /** Frees the variables of this scope and forgets their names. */
  dispose(): void {
    for (const [name, { variable }] of this.#entries) {
      if (!name.startsWith(this.#prefix)) continue;
      variable.dispose();
      this.#entries.delete(name);
    }
  }

  #add(name: string, shape: Shape, values: Float32Array, trainable: boolean): tf.Variable {
    const full = this.#prefix + name;
    if (this.#entries.has(full))
      throw new Error(`Parameters: the name ${full} is taken; give each layer a scope of its own.`);
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, [...shape], 'float32'), trainable));
    this.#entries.set(full, { variable, trainable });
    return variable;
  }

  #select(wanted: (entry: Entry) => boolean): Record<string, tf.Variable> {
    const selected: Record<string, tf.Variable> = {};
    for (const [name, entry] of this.#entries) {
      if (name.startsWith(this.#prefix) && wanted(entry)) selected[name.slice(this.#prefix.length)] = entry.variable;
    }
    return selected;
  }
}
