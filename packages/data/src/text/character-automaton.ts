import type { CompiledState } from './word-states.ts';

/**
 * The chain of characters behind the text that lines make, drawn one after the other without end. Its state is that of the words
 * with the letters of the word so far: what it gives off next, a letter, or after a whole word a space or a line break, decides
 * where it goes, so from a known state a text has one path at the most.
 */
export interface CharacterAutomaton {
  /**
   * Natural logarithm of the probability that a window of the endless text is this one, where the window begins at any
   * character alike; minus infinity for what the text has nowhere.
   *
   * By the forward algorithm over the place of the window in the text, which its characters tell more and more of:
   *
   *     ln p(c_1 ... c_L) = sum_t ln sum_s p(s after c_1 ... c_t-1) p(c_t | s)
   *
   * with the stationary distribution before c_1. The distribution is scaled to 1 after each character, so it never vanishes.
   *
   * @see Rabiner 1989, "A tutorial on hidden Markov models", section III
   */
  readonly windowLogProbability: (text: string) => number;
}

/**
 * The character automaton of the states that lines go through.
 *
 * A line goes on from state s with a word that begins with a given prefix v_s P(prefix | s) times in the mean, v_s the expected
 * visits; each time one character comes after it. Divided by the mean length of a line, that is the share of all places in the
 * text that are such a one: the stationary distribution.
 *
 * @param first the state that lines begin in
 * @param visits expected visits of each state in a line
 * @param meanLength mean characters of a line, its line break included
 */
export function characterAutomaton(
  first: CompiledState,
  visits: ReadonlyMap<CompiledState, number>,
  meanLength: number,
): CharacterAutomaton {
  const places = placesOf(visits);
  const stationary = Float64Array.from(places.all, ({ state, mass }) => ((visits.get(state) ?? 0) * mass) / meanLength);
  const moves = movesOf(places, first);
  let [now, after] = [new Float64Array(stationary.length), new Float64Array(stationary.length)];
  return {
    windowLogProbability(text) {
      now.set(stationary);
      let sum = 0;
      for (const character of text) {
        const likelihood = advance(moves.get(character) ?? [], now, after);
        if (likelihood === 0) return -Infinity;
        sum += Math.log(likelihood);
        [now, after] = [after, now];
      }
      return sum;
    },
  };
}

/** A place in the text: after these letters of a word that state s goes on with. */
interface Place {
  readonly state: CompiledState;
  readonly prefix: string;
  /** Probability that the state goes on with a word that begins so. */
  mass: number;
}

interface Places {
  readonly all: readonly Place[];
  /** Position in `all`. */
  readonly at: (state: CompiledState, prefix: string) => number | undefined;
}

function placesOf(visits: ReadonlyMap<CompiledState, number>): Places {
  const all: Place[] = [];
  const positions = new Map<CompiledState, Map<string, number>>();
  for (const state of visits.keys()) {
    const own = new Map<string, number>();
    positions.set(state, own);
    for (const { word, probability } of state.choices.values()) {
      if (probability === 0) continue;
      for (let letters = 0; letters <= word.length; letters++) {
        const prefix = word.slice(0, letters);
        const position = own.get(prefix) ?? all.length;
        own.set(prefix, position);
        (all[position] ??= { state, prefix, mass: 0 }).mass += probability;
      }
    }
  }
  return { all, at: (state, prefix) => positions.get(state)?.get(prefix) };
}

/** With a probability from one place to another, both by their positions. */
interface Move {
  readonly from: number;
  readonly to: number;
  readonly probability: number;
}

/** The moves that give off each character. */
function movesOf({ all, at }: Places, first: CompiledState): Map<string, Move[]> {
  const moves = new Map<string, Move[]>();
  const add = (character: string, from: number, to: number | undefined, probability: number): void => {
    if (to === undefined || probability === 0) return;
    const own = moves.get(character) ?? [];
    moves.set(character, own);
    own.push({ from, to, probability });
  };
  for (const [from, { state, prefix, mass }] of all.entries()) {
    const parent = prefix === '' ? undefined : at(state, prefix.slice(0, -1));
    if (parent !== undefined) add(prefix.slice(-1), parent, from, mass / (all[parent]?.mass ?? 1));
    const word = state.choices.get(prefix);
    if (!word) continue;
    const { probability, next } = word;
    add('\n', from, at(first, ''), (probability / mass) * next.endProbability);
    add(' ', from, at(next, ''), (probability / mass) * (1 - next.endProbability));
  }
  return moves;
}

/** Writes the distribution over places after a character to `after`, scaled to 1; returns the character's probability. */
function advance(moves: readonly Move[], now: Float64Array, after: Float64Array): number {
  after.fill(0);
  let sum = 0;
  for (const { from, to, probability } of moves) {
    const share = (now[from] ?? 0) * probability;
    after[to] = (after[to] ?? 0) + share;
    sum += share;
  }
  if (sum > 0) for (let place = 0; place < after.length; place++) after[place] = (after[place] ?? 0) / sum;
  return sum;
}
