import { describe, expect, it } from 'vitest';
import { textBlock, visible } from './text-block.ts';

describe('visible', () => {
  it('leaves letters and spaces between them alone', () => {
    for (const text of ['a b', 'a  b', 'Größe', '日本', '🙂', '`*|<b>', 'a']) expect(visible(text)).toBe(text);
  });

  it('marks spaces at both ends and line breaks', () => {
    expect(visible(' a b ')).toBe('·a b·');
    expect(visible('a\n b\n')).toBe('a↵ b↵');
    expect(visible('')).toBe('');
  });

  it('marks what would break the line, hide or turn it around', () => {
    expect(visible('a\tb\r\0\u007f')).toBe('a␉b␍␀␡');
    const hidden = ['\u0085', '\u00a0', '\u200b', '\u202e', '\u2028', '\ud800', '\ufeff', '\u{e0001}'];
    for (const character of hidden) {
      const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      expect(visible(`a${character}b`)).toBe(`a⟨U+${code}⟩b`);
    }
  });

  it('gives one line, whatever the text', () => {
    const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code)).join('');
    const breaks = ['\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029'];
    expect(breaks.filter((character) => visible(all).includes(character))).toEqual([]);
  });
});

describe('textBlock', () => {
  it('has a fence per model with a sample in each line, and nothing without samples', () => {
    const block = textBlock([{ dataset: 'text', label: 'a*b', note: '', windows: ['one', 'two'] }]);
    expect(block.split('\n\n').slice(1)).toEqual(['**a\\*b**', '```text\none\ntwo\n```']);
    expect(textBlock([])).toBe('');
  });
});
