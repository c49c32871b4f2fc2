/** Words that lead from one state to the next. */
export interface Edge {
  /** Lower-case letters only; earlier words are likelier: the k-th of n has weight n + 1 - k. */
  readonly words: readonly string[];
  /** Of the whole edge, beside the state's other edges and its end. */
  readonly weight: number;
  readonly next: string;
}

export interface State {
  readonly edges: readonly Edge[];
  /** Weight of ending the line here; 0 unless given. */
  readonly end?: number;
}

/** What can come next in a state: a word with its probability and the state that it leads to. */
export interface Choice {
  readonly word: string;
  readonly probability: number;
  readonly next: CompiledState;
}

/** A state with the probabilities of what comes next: they add up to 1 with that of the line's end. */
export interface CompiledState {
  readonly name: string;
  readonly choices: Map<string, Choice>;
  endProbability: number;
}

/**
 * Turns weights into probabilities and names into states.
 *
 * @returns the state that lines begin in
 * @throws RangeError where a state has two ways to go on with the same word or none to go on or end, a word is not of letters,
 * a state does not exist, or a line could end before its first word
 */
export function compileStates(states: Readonly<Record<string, State>>, start: string): CompiledState {
  const compiled = new Map<string, CompiledState>();
  for (const name of Object.keys(states)) compiled.set(name, { name, choices: new Map(), endProbability: 0 });
  for (const [name, { edges, end = 0 }] of Object.entries(states)) {
    const state = found(compiled, name);
    const total = edges.reduce((sum, { weight }) => sum + weight, end);
    if (total <= 0) throw new RangeError(`word automaton: state ${name} cannot go on and cannot end; give it either.`);
    state.endProbability = end / total;
    for (const { words, weight, next } of edges) {
      const shares = (words.length * (words.length + 1)) / 2;
      for (const [place, word] of words.entries()) {
        if (!/^[a-z]+$/.test(word) || state.choices.has(word)) {
          throw new RangeError(
            `word automaton: state ${name} cannot go on with '${word}'; use letters, and each word once.`,
          );
        }
        const probability = (weight / total) * ((words.length - place) / shares);
        state.choices.set(word, { word, probability, next: found(compiled, next) });
      }
    }
  }
  const first = found(compiled, start);
  if (first.endProbability > 0) {
    throw new RangeError(`word automaton: lines begin in state ${start}, so it cannot end them; give it no end.`);
  }
  return first;
}

function found(states: Map<string, CompiledState>, name: string): CompiledState {
  const state = states.get(name);
  if (!state) throw new RangeError(`word automaton: there is no state '${name}'; define it.`);
  return state;
}
