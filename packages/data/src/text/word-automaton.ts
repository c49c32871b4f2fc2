import type { RandomStream } from '@kindred/random';

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
interface Choice {
  readonly word: string;
  readonly probability: number;
  readonly next: CompiledState;
}

interface CompiledState {
  readonly name: string;
  readonly choices: Map<string, Choice>;
  endProbability: number;
}

/**
 * A probabilistic finite automaton over words. A line is the words along a path, with a space between them and a line break
 * after the last. No two words that leave a state are equal, so a line has one path at the most: the automaton is
 * deterministic, and the probability of a line is the product of the probabilities along its path.
 */
export interface WordAutomaton {
  /** Nats per character of the text that lines drawn one after the other make, line breaks included. */
  readonly entropyRate: number;
  /** Mean characters of a line, its line break included. */
  readonly meanLength: number;
  /** All characters that lines can have, by code point: the line break and the space come first. */
  readonly alphabet: string;
  /** A line, line break included. */
  readonly draw: (stream: RandomStream) => string;
  /** Natural logarithm of the probability of a line, given without its line break; minus infinity for what is no line. */
  readonly logProbability: (line: string) => number;
}

/**
 * Compiles an automaton whose lines begin in the state `start`.
 *
 * Its entropy rate is exact. With v_s the expected visits to state s in a line, h_s = -sum p ln p over what can come next
 * there (words and the end), and l_s = sum p (letters + 1) the characters that come with it (each word brings the space or
 * line break after it), the chain rule gives a line's entropy H = sum_s v_s h_s, and its mean length is L = sum_s v_s l_s.
 * Text and lines determine each other, since only the last character of a line is a line break, and lines are independent, so
 * by the renewal theorem text has H / L nats per character. The visits are v = sum_n d_n, with d_n the distribution over
 * states after n words.
 *
 * @throws RangeError where a state has two ways to go on with the same word or none to go on or end, a word is not of letters,
 * a state does not exist, or lines have no end
 * @see Soule 1974, "Entropies of probabilistic grammars", Information and Control 25
 */
export function wordAutomaton(states: Readonly<Record<string, State>>, start: string): WordAutomaton {
  const compiled = compile(states);
  const first = found(compiled, start);
  const letters = [...compiled.values()].flatMap(({ choices }) =>
    [...choices.keys()].flatMap((word) => Array.from(word)),
  );
  return {
    ...rates(first),
    alphabet: [...new Set(['\n', ' ', ...letters])].sort().join(''),
    draw(stream) {
      const words: string[] = [];
      for (let state: CompiledState | null = first; state;) {
        const choice = drawChoice(state, stream);
        if (choice) words.push(choice.word);
        state = choice?.next ?? null;
      }
      return `${words.join(' ')}\n`;
    },
    logProbability(line) {
      let state = first;
      let sum = 0;
      for (const word of line.split(' ')) {
        const choice = state.choices.get(word);
        if (!choice) return -Infinity;
        sum += Math.log(choice.probability);
        state = choice.next;
      }
      return sum + Math.log(state.endProbability);
    },
  };
}

function compile(states: Readonly<Record<string, State>>): Map<string, CompiledState> {
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
  return compiled;
}

function found(states: Map<string, CompiledState>, name: string): CompiledState {
  const state = states.get(name);
  if (!state) throw new RangeError(`word automaton: there is no state '${name}'; define it.`);
  return state;
}

/** What comes next; null for the end of the line. */
function drawChoice({ choices, endProbability }: CompiledState, stream: RandomStream): Choice | null {
  let left = stream.uniform() - endProbability;
  if (left < 0) return null;
  let last: Choice | null = null;
  for (const choice of choices.values()) {
    last = choice;
    left -= choice.probability;
    if (left < 0) break;
  }
  return last; // rounding of the sum may leave a trace of `left` after the last
}

/** Lines go on with less than this probability when the sum over their words stops. */
const remainder = 1e-18;

/** Lines that are likely to be longer than this are a mistake. */
const mostWords = 100_000;

function rates(first: CompiledState): Pick<WordAutomaton, 'entropyRate' | 'meanLength'> {
  let [entropy, length] = [0, 0];
  let distribution = new Map([[first, 1]]);
  for (let [going, words] = [1, 0]; going > remainder; words++) {
    if (words > mostWords) throw new RangeError('word automaton: some lines have no end; give their states one.');
    const after = new Map<CompiledState, number>();
    for (const [state, visits] of distribution) {
      entropy += visits * surprise(state.endProbability);
      for (const { word, probability, next } of state.choices.values()) {
        entropy += visits * surprise(probability);
        length += visits * probability * (word.length + 1);
        after.set(next, (after.get(next) ?? 0) + visits * probability);
      }
    }
    distribution = after;
    going = [...after.values()].reduce((sum, visits) => sum + visits, 0);
  }
  return { entropyRate: entropy / length, meanLength: length };
}

/** -p ln p, which is 0 where p is. */
function surprise(probability: number): number {
  return probability === 0 ? 0 : -probability * Math.log(probability);
}
