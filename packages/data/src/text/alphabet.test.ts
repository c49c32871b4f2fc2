import { describe, expect, it } from 'vitest';
import { alphabetOf, decodeTokens, encodeText } from './alphabet.ts';

const text = 'naïve 🦊 fox\n';

describe('alphabets', () => {
  it('hold each character once, by code point, also beyond 16 bits', () => {
    expect(alphabetOf(text)).toBe('\n aefnovxï🦊');
    expect(alphabetOf('')).toBe('');
  });

  it('give back the text from its tokens', () => {
    const alphabet = alphabetOf(text);
    const tokens = encodeText(alphabet, text);
    expect([...tokens]).toEqual([5, 2, 9, 7, 3, 1, 10, 1, 4, 6, 8, 0]);
    expect(decodeTokens(alphabet, tokens)).toBe(text);
    expect(decodeTokens(alphabet, Float32Array.from(tokens))).toBe(text);
  });

  it('refuse tokens that are none, and characters that they have not', () => {
    for (const token of [-1, 2, 0.5, Number.NaN]) {
      expect(() => decodeTokens('ab', [0, token])).toThrow(`token ${token} at place 1 is no integer in 0 ... 1`);
    }
    expect(() => encodeText('ab', 'abc')).toThrow('character "c" at place 2 is not in the alphabet');
  });
});
