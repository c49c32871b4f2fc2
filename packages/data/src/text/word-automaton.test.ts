import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { wordAutomaton } from './word-automaton.ts';

/** `a` or `bb`, again and again: after each word the line ends with probability 1/2. */
const coin = wordAutomaton(
  {
    start: {
      edges: [
        { words: ['a'], weight: 1, next: 'after' },
        { words: ['bb'], weight: 1, next: 'after' },
      ],
    },
    after: {
      end: 2,
      edges: [
        { words: ['a'], weight: 1, next: 'after' },
        { words: ['bb'], weight: 1, next: 'after' },
      ],
    },
  },
  'start',
);

describe('wordAutomaton', () => {
  it('has the entropy rate of a coin: two words in the mean, each one bit, and one bit for each end or no end', () => {
    expect(coin.meanLength).toBeCloseTo(2 * 2.5, 12);
    expect(coin.entropyRate).toBeCloseTo((4 * Math.LN2) / 5, 12);
  });

  it('gives a line the probability of its words and its end: 2^-2n for n words', () => {
    for (const [line, words] of [
      ['a', 1],
      ['bb a', 2],
      ['a a bb', 3],
    ] as const) {
      expect(coin.logProbability(line)).toBeCloseTo(-2 * words * Math.LN2, 12);
    }
    for (const line of ['', 'b', 'a b', 'a ', ' a', 'a  a', 'a\n', 'aa'])
      expect(coin.logProbability(line)).toBe(-Infinity);
  });

  it('has probabilities that add up to 1, and entropy and length that are sums over all lines', () => {
    let [mass, entropy, length] = [0, 0, 0];
    let lines = ['a', 'bb'];
    for (let words = 1; words <= 14; words++) {
      for (const line of lines) {
        const logProbability = coin.logProbability(line);
        mass += Math.exp(logProbability);
        entropy -= Math.exp(logProbability) * logProbability;
        length += Math.exp(logProbability) * (line.length + 1);
      }
      lines = lines.flatMap((line) => [`${line} a`, `${line} bb`]);
    }
    expect(Math.abs(mass - 1)).toBeLessThan(2 ** -13.9); // longer lines have 2^-14
    expect(Math.abs(length - coin.meanLength)).toBeLessThan(0.01);
    expect(Math.abs(entropy / coin.meanLength - coin.entropyRate)).toBeLessThan(0.001);
  });

  it('makes earlier words likelier: 3 to 2 to 1', () => {
    const { logProbability, entropyRate } = wordAutomaton(
      { start: { edges: [{ words: ['x', 'y', 'z'], weight: 7, next: 'end' }] }, end: { end: 1, edges: [] } },
      'start',
    );
    const shares = ['x', 'y', 'z'].map((word) => Math.exp(logProbability(word)));
    for (const [i, share] of shares.entries()) expect(share).toBeCloseTo((3 - i) / 6, 12);
    expect(entropyRate).toBeCloseTo(shares.reduce((sum, p) => sum - p * Math.log(p), 0) / 2, 12);
  });

  it('lists its characters, by code point', () => {
    expect(coin.alphabet).toBe('\n ab');
  });

  it('draws lines as often as it says, for the same stream the same', () => {
    const draw = () => {
      const stream = new RandomStream(0, 'coin');
      return Array.from({ length: 20_000 }, () => coin.draw(stream));
    };
    const lines = draw();
    expect(draw()).toEqual(lines);
    for (const line of ['a', 'bb', 'a a', 'a bb', 'bb a bb']) {
      const p = Math.exp(coin.logProbability(line));
      const held = lines.filter((drawn) => drawn === `${line}\n`).length;
      expect(Math.abs(held - 20_000 * p)).toBeLessThan(5 * Math.sqrt(20_000 * p * (1 - p))); // 5 standard deviations
    }
  });

  it('refuses two ways to go on with one word, what is no word, missing states, and lines without end', () => {
    const state = (...words: string[][]) => ({
      end: 1,
      edges: words.map((list) => ({ words: list, weight: 1, next: 's' })),
    });
    expect(() => wordAutomaton({ s: state(['a'], ['b', 'a']) }, 's')).toThrow("state s cannot go on with 'a'");
    for (const word of ['', 'a b', 'a\n', 'A']) {
      expect(() => wordAutomaton({ s: state([word]) }, 's')).toThrow(`state s cannot go on with '${word}'`);
    }
    expect(() => wordAutomaton({ s: { edges: [] } }, 's')).toThrow('state s cannot go on and cannot end');
    expect(() => wordAutomaton({ s: { ...state(['a']), end: 0 } }, 's')).toThrow('some lines have no end');
    expect(() => wordAutomaton({ s: state(['a']) }, 's')).toThrow('lines begin in state s, so it cannot end them');
    expect(() => wordAutomaton({ t: state(['a']) }, 't')).toThrow("there is no state 's'");
    expect(() => wordAutomaton({ s: state(['a']) }, 'start')).toThrow("there is no state 'start'");
  });
});
