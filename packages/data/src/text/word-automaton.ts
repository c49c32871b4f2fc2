import type { RandomStream } from '@kindred/random';
import { characterAutomaton, type CharacterAutomaton } from './character-automaton.ts';
import { compileStates, type Choice, type CompiledState, type State } from './word-states.ts';

/**
 * A probabilistic finite automaton over words. A line is the words along a path, with a space between them and a line break
 * after the last. No two words that leave a state are equal, so a line has one path at the most: the automaton is
 * deterministic, and the probability of a line is the product of the probabilities along its path.
 */
export interface WordAutomaton extends CharacterAutomaton {
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
 * @throws RangeError as `compileStates` does, and where lines have no end
 * @see Soule 1974, "Entropies of probabilistic grammars", Information and Control 25
 */
export function wordAutomaton(states: Readonly<Record<string, State>>, start: string): WordAutomaton {
  const first = compileStates(states, start);
  const letters = Object.values(states).flatMap(({ edges }) =>
    edges.flatMap(({ words }) => words.flatMap((word) => Array.from(word))),
  );
  const visits = expectedVisits(first);
  const { entropyRate, meanLength } = rates(visits);
  return {
    ...characterAutomaton(first, visits, meanLength),
    entropyRate,
    meanLength,
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

/** Expected visits of each state in a line, which begins in the first. */
function expectedVisits(first: CompiledState): Map<CompiledState, number> {
  const visits = new Map<CompiledState, number>();
  let distribution = new Map([[first, 1]]);
  for (let [going, words] = [1, 0]; going > remainder; words++) {
    if (words > mostWords) throw new RangeError('word automaton: some lines have no end; give their states one.');
    const after = new Map<CompiledState, number>();
    for (const [state, share] of distribution) {
      visits.set(state, (visits.get(state) ?? 0) + share);
      for (const { probability, next } of state.choices.values()) {
        after.set(next, (after.get(next) ?? 0) + share * probability);
      }
    }
    distribution = after;
    going = [...after.values()].reduce((sum, share) => sum + share, 0);
  }
  return visits;
}

function rates(visits: ReadonlyMap<CompiledState, number>): Pick<WordAutomaton, 'entropyRate' | 'meanLength'> {
  let [entropy, length] = [0, 0];
  for (const [state, expected] of visits) {
    entropy += expected * surprise(state.endProbability);
    for (const { word, probability } of state.choices.values()) {
      entropy += expected * surprise(probability);
      length += expected * probability * (word.length + 1);
    }
  }
  return { entropyRate: entropy / length, meanLength: length };
}

/** -p ln p, which is 0 where p is. */
function surprise(probability: number): number {
  return probability === 0 ? 0 : -probability * Math.log(probability);
}
