/** Tokens are bytes. */
export const largestAlphabet = 256;

/**
 * The text behind tokens.
 *
 * @param alphabet the character of each token in order, as in `Dataset.alphabet`, by code point
 * @param tokens integers below the number of characters, as in a batch or a sample
 * @throws RangeError on anything else
 */
export function decodeTokens(alphabet: string, tokens: ArrayLike<number>): string {
  const characters = Array.from(alphabet);
  return Array.from(tokens, (token, place) => {
    const character = characters[token];
    if (character !== undefined) return character;
    throw new RangeError(
      `decodeTokens: token ${token} at place ${place} is no integer in 0 ... ${characters.length - 1}; round samples first.`,
    );
  }).join('');
}

/**
 * The tokens of a text, one for each character (code point).
 *
 * @param alphabet the character of each token in order
 * @returns [characters of the text], each below the size of the alphabet, which is at most 256
 * @throws RangeError on a character that the alphabet has not
 */
export function encodeText(alphabet: string, text: string): Uint8Array {
  const tokenOf = new Map(Array.from(alphabet, (character, token) => [character, token]));
  let count = 0;
  const tokens = new Uint8Array(text.length); // as long as the text in UTF-16, which is at least one per character
  for (const character of text) {
    const token = tokenOf.get(character);
    if (token === undefined) {
      throw new RangeError(
        `encodeText: character ${JSON.stringify(character)} at place ${count} is not in the alphabet; leave it out or take the alphabet of this text.`,
      );
    }
    tokens[count++] = token;
  }
  return tokens.slice(0, count);
}

/** Number of characters of an alphabet, those beyond 16 bits counted once. */
export function alphabetSize(alphabet: string): number {
  return Array.from(alphabet).length;
}

/** The different characters of a text, by code point. */
export function alphabetOf(text: string): string {
  const codePoints = Array.from(new Set(text), (character) => character.codePointAt(0) ?? 0);
  return String.fromCodePoint(...codePoints.sort((a, b) => a - b));
}
