import { RandomStream } from '@kindred/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { wordAutomaton } from './word-automaton.ts';

/**
 * Lines of `a`, `ab` and `b` with all that the real grammar has: a word that begins another, states that differ in their words,
 * a way back to the first state within a line, and ends that are certain, likely and impossible.
 */
const tiny = wordAutomaton(
  {
    start: {
      edges: [
        { words: ['a', 'ab'], weight: 3, next: 'middle' },
        { words: ['b'], weight: 1, next: 'last' },
      ],
    },
    middle: {
      end: 2,
      edges: [
        { words: ['b', 'ab'], weight: 2, next: 'start' },
        { words: ['a'], weight: 3, next: 'last' },
      ],
    },
    last: { end: 1, edges: [] },
  },
  'start',
);
const characters = Array.from(tiny.alphabet);

const probability = (window: string): number => Math.exp(tiny.windowLogProbability(window));

/** All texts of so many characters of the alphabet. */
function windowsOf(length: number): string[] {
  if (length === 0) return [''];
  return windowsOf(length - 1).flatMap((window) => characters.map((character) => window + character));
}

/** So many characters of lines drawn one after the other. */
function drawText(length: number, stream: RandomStream): string {
  let text = '';
  while (text.length < length) text += tiny.draw(stream);
  return text.slice(0, length);
}

describe('the probability of a window', () => {
  it('is 1 in sum over all windows of a length, and for the empty one', () => {
    expect(tiny.windowLogProbability('')).toBe(0);
    for (const length of [1, 3, 7]) {
      expect(windowsOf(length).reduce((sum, window) => sum + probability(window), 0)).toBeCloseTo(1, 12);
    }
  });

  it('is the sum over what may come after it, and over what may come before it', () => {
    const windows = windowsOf(4);
    const possible = windows.filter((window) => probability(window) > 0);
    expect(possible.length).toBeGreaterThan(20);
    expect(possible.length).toBeLessThan(windows.length);
    for (const window of windows) {
      const sum = (near: (character: string) => string) =>
        characters.reduce((total, character) => total + probability(near(character)), 0);
      expect(sum((character) => window + character)).toBeCloseTo(probability(window), 13);
      expect(sum((character) => character + window)).toBeCloseTo(probability(window), 13);
    }
  });

  it('of a line break is one over the mean length of a line; of a line between two, that times its own', () => {
    expect(probability('\n')).toBeCloseTo(1 / tiny.meanLength, 13);
    for (const line of ['b', 'a a', 'ab', 'ab ab b', 'a b ab b a']) {
      expect(tiny.windowLogProbability(`\n${line}\n`)).toBeCloseTo(
        tiny.logProbability(line) - Math.log(tiny.meanLength),
        10,
      );
    }
  });

  it('is 0 for what the text has nowhere', () => {
    for (const window of ['\n\n', ' \n', '  ', 'ba', 'b ab a\nb b', 'c'])
      expect(tiny.windowLogProbability(window)).toBe(-Infinity);
  });

  it('does not depend on the windows that were asked for before', () => {
    const before = tiny.windowLogProbability('a b');
    tiny.windowLogProbability('ab\nc');
    expect(tiny.windowLogProbability('a b')).toBe(before);
  });

  describe('in a long text', () => {
    const stride = 40;
    let text: string;
    beforeAll(() => {
      text = drawText(800_000, new RandomStream(0, 'windows'));
    });

    it('is the share of places where it stands', () => {
      const starts = Array.from({ length: 20_000 - 1 }, (_, i) => stride * (i + 1)); // so far apart as good as independent
      for (const window of windowsOf(3)) {
        const p = probability(window);
        const held = starts.filter((start) => text.startsWith(window, start)).length;
        expect(Math.abs(held - starts.length * p)).toBeLessThanOrEqual(5 * Math.sqrt(starts.length * p * (1 - p))); // 5 deviations
      }
    });

    it('costs the entropy rate per character as windows grow, and more in short ones', () => {
      const rates = [4, 64, 100_000].map((length) => {
        const windows = Array.from({ length: Math.floor(text.length / length) }, (_, i) =>
          text.slice(i * length, (i + 1) * length),
        );
        return -windows.reduce((sum, window) => sum + tiny.windowLogProbability(window), 0) / (windows.length * length);
      });
      const [short, middle, long] = rates as [number, number, number];
      expect(Math.abs(long / tiny.entropyRate - 1)).toBeLessThan(0.005); // of 800 000 characters: about 5 standard errors
      expect(middle).toBeGreaterThan(1.003 * long);
      expect(short).toBeGreaterThan(1.1 * long);
    });
  });
});
