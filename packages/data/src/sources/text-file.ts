import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../data-error.ts';
import type { Places } from '../places.ts';
import { readBytes } from './read-bytes.ts';
import { alphabetOf, alphabetSize, encodeText, largestAlphabet } from '../text/alphabet.ts';

/** A text as tokens. */
export interface TokenisedText {
  /** One token for each character. */
  readonly tokens: Uint8Array;
  /** The character of each token, by code point. */
  readonly alphabet: string;
  /** Where the file was, as in `shakespeare.txt in the data folder`. */
  readonly origin: string;
}

/**
 * Looks a text up and reads it: `<name>` or `<name>.txt` in the data folder, then in the folder `text` of the data folder, of
 * the cache folder and of the system's folders of datasets. A byte order mark is left out; everything else is part of the
 * text.
 *
 * @throws DataError where no such file is found, or the first one found is empty, cannot be read, is not UTF-8, or has more
 * than 256 different characters; it says which and what to do
 */
export async function readTextFile(name: string, places: Places): Promise<TokenisedText> {
  const { found, tried } = await findTextFile(name, places);
  if (found)
    return {
      ...tokenise(await readBytes(found.path, 'make it a readable UTF-8 text.'), found.path),
      origin: found.origin,
    };
  throw new DataError(
    `text: there is no file ${tried.join(', nor ')}; put a UTF-8 text there, or name its folder as the data folder.`,
  );
}

/** A text file that was found. */
export interface FoundText {
  readonly path: string;
  /** As in `shakespeare.txt in the data folder`. */
  readonly origin: string;
  readonly bytes: number;
}

/**
 * The first file that `readTextFile` would read, and the paths that were tried before.
 *
 * @throws DataError where the name is no name of a file
 */
export async function findTextFile(
  name: string,
  places: Places,
): Promise<{ readonly found: FoundText | null; readonly tried: readonly string[] }> {
  if (!/^[\w-][\w.-]*$/.test(name)) {
    throw new DataError(
      `text: '${name}' is no name of a file; write text:<name> with letters, digits, dots and dashes, the file being in a folder that is searched.`,
    );
  }
  const tried: string[] = [];
  for (const { folder, meaning } of foldersOf(places)) {
    for (const file of [name, `${name}.txt`]) {
      const path = join(folder, file);
      const found = await stat(path).catch(() => null);
      if (found?.isFile()) {
        return { found: { path, origin: `${file} in the ${meaning}`, bytes: found.size }, tried };
      }
      tried.push(path);
    }
  }
  return { found: null, tried };
}

function foldersOf({ dataFolder, cacheFolder, systemFolders }: Places) {
  return [
    ...(dataFolder === undefined
      ? []
      : [dataFolder, join(dataFolder, 'text')].map((folder) => ({ folder, meaning: 'data folder' }))),
    { folder: join(cacheFolder, 'text'), meaning: 'cache folder' },
    ...systemFolders.map((folder) => ({ folder: join(folder, 'text'), meaning: 'system folder' })),
  ];
}

function tokenise(bytes: Uint8Array, path: string): Pick<TokenisedText, 'tokens' | 'alphabet'> {
  const text = decode(bytes, path);
  const alphabet = alphabetOf(text);
  const count = alphabetSize(alphabet);
  if (count > largestAlphabet) {
    throw new DataError(
      `text: ${path} has ${count} different characters, expected at most ${largestAlphabet}; replace the rare ones, or transliterate it.`,
    );
  }
  return { tokens: encodeText(alphabet, text), alphabet };
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError(
      `text: ${path} is not UTF-8; convert it, as with \`iconv -f latin1 -t utf-8\`, or choose a text file.`,
      { cause },
    );
  }
}
