import type { SampleText } from '../texts.ts';
import { blocks, escaped, fenced } from './markdown.ts';

/** The first samples of a dataset of text as they are, a window in each line; '' without any. */
export function textBlock(texts: readonly SampleText[]): string {
  if (texts.length === 0) return '';
  const parts = texts.flatMap(({ label, note, windows }) => [
    `**${escaped(label)}**${note === '' ? '' : `, ${escaped(note)}`}`,
    fenced(windows.map(visible).join('\n'), 'text'),
  ]);
  return blocks(
    'The first samples, one a line. They begin anywhere in a line of the text: ↵ is a line break, · a space at one end of a sample.',
    ...parts,
  );
}

/**
 * A sample in one line, with a mark for each character that would break the line or not be seen: ↵ for a line feed, · for a space at
 * an end, the pictures of Unicode for other control characters, the code point for the rest, as in ⟨U+200B⟩.
 */
export function visible(text: string): string {
  const characters = Array.from(text);
  return characters.map((character, place) => markOf(character, place, characters.length) ?? character).join('');
}

/** Null for what can be seen as it is. */
function markOf(character: string, place: number, length: number): string | null {
  if (character === '\n') return '↵';
  if (character === ' ') return place === 0 || place === length - 1 ? '·' : null;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  // Controls, formats, surrogates, unassigned; separators of lines and paragraphs; spaces of other widths.
  return /[\p{C}\p{Z}]/u.test(character) ? `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩` : null;
}
