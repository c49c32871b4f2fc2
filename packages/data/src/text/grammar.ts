import type { RandomStream } from '@kindred/random';
import { wordAutomaton } from './word-automaton.ts';
import type { Edge, State } from './word-states.ts';

const adjectives = ['small', 'old', 'young', 'quiet', 'happy', 'brown', 'hungry', 'brave'];
const singulars = ['cat', 'dog', 'farmer', 'child', 'bird', 'horse', 'fox', 'queen'];
const plurals = ['cats', 'dogs', 'farmers', 'children', 'birds', 'horses', 'foxes', 'queens'];
const placeNouns = ['house', 'river', 'garden', 'tree', 'barn', 'hill'];
const prepositions = ['near', 'in', 'behind', 'under'];
const adverbs = ['slowly', 'again', 'quietly', 'often'];
/** Verbs as they go with one and with many subjects. */
const verbs = {
  one: {
    alone: ['sleeps', 'runs', 'sings', 'waits'],
    withObject: ['sees', 'likes', 'follows', 'hears', 'finds', 'visits'],
  },
  many: { alone: ['sleep', 'run', 'sing', 'wait'], withObject: ['see', 'like', 'follow', 'hear', 'find', 'visit'] },
};

const edge = (words: readonly string[], weight: number, next: string): Edge => ({ words, weight, next });

/** States from a determiner to its noun: `the` goes with one and many, which the noun then decides. */
function nounPhrase(name: string, after: { readonly one: string; readonly many: string }): Record<string, State> {
  const adjective = (state: string) => edge(adjectives, 1, `${name}, ${state}`);
  return {
    [name]: {
      edges: [
        edge(['the'], 4, `${name}, either`),
        edge(['a', 'every'], 3, `${name}, one`),
        edge(['some', 'two', 'many'], 3, `${name}, many`),
      ],
    },
    [`${name}, either`]: { edges: [adjective('either'), edge(singulars, 2, after.one), edge(plurals, 1, after.many)] },
    [`${name}, one`]: { edges: [adjective('one'), edge(singulars, 3, after.one)] },
    [`${name}, many`]: { edges: [adjective('many'), edge(plurals, 3, after.many)] },
  };
}

/** States of a place, as in `near the river`, after its preposition. */
function place(name: string, after: string): Record<string, State> {
  return {
    [name]: { edges: [edge(['the'], 3, `${name}, noun`), edge(['a'], 1, `${name}, noun`)] },
    [`${name}, noun`]: { edges: [edge(placeNouns, 1, after)] },
  };
}

/** States from a subject's noun to the verb, which agrees with it, also over a place in between. */
function predicate(number: 'one' | 'many'): Record<string, State> {
  const { alone, withObject } = verbs[number];
  const verb = [edge(alone, 2, 'after verb'), edge(withObject, 4, 'object')];
  return {
    [`verb, ${number}`]: { edges: [...verb, edge(prepositions, 1, `place, ${number}`)] },
    ...place(`place, ${number}`, `verb after place, ${number}`),
    [`verb after place, ${number}`]: { edges: verb },
  };
}

/**
 * The grammar of the embedded text: simple English sentences, one a line. A subject and its verb agree in number, over a
 * place that may stand between them; `and` begins another sentence in the same line.
 */
const sentences = wordAutomaton(
  {
    ...nounPhrase('subject', { one: 'verb, one', many: 'verb, many' }),
    ...predicate('one'),
    ...predicate('many'),
    ...nounPhrase('object', { one: 'after object', many: 'after object' }),
    'after verb': {
      end: 3,
      edges: [edge(adverbs, 2, 'last'), edge(prepositions, 2, 'place'), edge(['and'], 1, 'subject')],
    },
    'after object': { end: 6, edges: [edge(prepositions, 1, 'place'), edge(['and'], 1, 'subject')] },
    ...place('place', 'last'),
    last: { end: 1, edges: [] },
  },
  'subject',
);

/** Nats per character of the embedded text, line breaks included; exact, see `wordAutomaton`. */
export const grammarEntropyRate: number = sentences.entropyRate;

/** The characters of the embedded text, by code point. */
export const grammarAlphabet: string = sentences.alphabet;

/** Mean characters of a line of the embedded text, its line break included. */
export const grammarMeanLength: number = sentences.meanLength;

/** A line of the embedded text, line break included. */
export function drawGrammarLine(stream: RandomStream): string {
  return sentences.draw(stream);
}

/**
 * Natural logarithm of the probability that the embedded text has at a line, minus infinity for what is no line of it.
 *
 * @param line without its line break, whose probability is included
 */
export function grammarLogProbability(line: string): number {
  return sentences.logProbability(line);
}

/**
 * Natural logarithm of the probability that a window of the embedded text is this one, wherever in a line it begins: what the
 * best model of windows would say, which sees no text before them.
 */
export function grammarWindowLogProbability(window: string): number {
  return sentences.windowLogProbability(window);
}

/** Whether a line, given without its line break, follows the grammar of the embedded text, from its first word to its last. */
export function grammarAccepts(line: string): boolean {
  return grammarLogProbability(line) > -Infinity;
}
