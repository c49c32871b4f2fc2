import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import {
  drawGrammarLine,
  grammarAccepts,
  grammarAlphabet,
  grammarEntropyRate,
  grammarLogProbability,
  grammarMeanLength,
} from './grammar.ts';

const count = 50_000;
const stream = new RandomStream(0, 'grammar test');
const lines = Array.from({ length: count }, () => drawGrammarLine(stream));

describe('the grammar of the embedded text', () => {
  it.each([
    'the cat sleeps',
    'a small cat near the river sees two birds',
    'the cats near the river see a bird in a garden',
    'every old brown dog sings and many foxes wait quietly',
  ])('accepts: %s', (line) => {
    expect(grammarAccepts(line)).toBe(true);
    expect(grammarLogProbability(line)).toBeLessThan(0);
  });

  it.each([
    '',
    'the cat',
    'the cat sleep',
    'the cats sleeps',
    'a cats sleep',
    'many cat sleeps',
    'the cats near the river sees a bird',
    'cat sleeps',
    'the cat sleeps a dog',
    'the cat sees',
    'the cat sleeps and',
    'the  cat sleeps',
    ' the cat sleeps',
    'the cat sleeps ',
    'the cat sleeps\n',
    'The cat sleeps',
    'the cat slee',
  ])('does not accept: %j', (line) => {
    expect(grammarAccepts(line)).toBe(false);
    expect(grammarLogProbability(line)).toBe(-Infinity);
  });

  it('accepts every line that it draws, of its own characters and with one line break, at the end', () => {
    const characters = new Set(grammarAlphabet);
    for (const line of lines) {
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(grammarAccepts(line.slice(0, -1))).toBe(true);
    }
    expect(new Set(lines.join(''))).toEqual(characters);
  });

  it('draws each line with its probability: a line has one derivation, whose probability is that of the line', () => {
    const held = new Map<string, number>();
    for (const line of lines) held.set(line, (held.get(line) ?? 0) + 1);
    const frequent = [...held].filter(([line]) => count * Math.exp(grammarLogProbability(line.slice(0, -1))) > 20);
    expect(frequent.length).toBeGreaterThan(50);
    let chiSquare = 0;
    for (const [line, times] of frequent) {
      const mean = count * Math.exp(grammarLogProbability(line.slice(0, -1)));
      chiSquare += (times - mean) ** 2 / mean;
    }
    // Lines as likely as this are all drawn at some time; five standard deviations of chi-square.
    expect(Math.abs(chiSquare - frequent.length)).toBeLessThan(5 * Math.sqrt(2 * frequent.length));
  });

  it('has the entropy rate that -ln p of what it draws has, and the mean length', () => {
    let [nats, characters, squares] = [0, 0, 0];
    for (const line of lines) {
      const surprise = -grammarLogProbability(line.slice(0, -1));
      nats += surprise;
      characters += line.length;
      squares += (surprise - grammarEntropyRate * line.length) ** 2;
    }
    // Five standard errors of a ratio of sums over independent lines.
    expect(Math.abs(nats / characters - grammarEntropyRate)).toBeLessThan((5 * Math.sqrt(squares)) / characters);
    expect((5 * Math.sqrt(squares)) / characters).toBeLessThan(0.02 * grammarEntropyRate);
    expect(Math.abs(characters / count / grammarMeanLength - 1)).toBeLessThan(0.02);
    expect(grammarEntropyRate).toBeCloseTo(0.43693613, 8); // a change of the grammar changes the data
  });
});
