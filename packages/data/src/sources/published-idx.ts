import { createHash } from 'node:crypto';
import { DataError } from '../data-error.ts';
import type { IdxFile, IdxKind } from './idx.ts';

/** Which of a dataset's two pairs of files one belongs to. */
export type IdxPart = 'train' | 'test';

/** Examples in the published files. */
const counts: Readonly<Record<IdxPart, number>> = { train: 60_000, test: 10_000 };

/** SHA-256 of the published files' content, decompressed, header included. */
const published: Readonly<Record<string, Readonly<Record<IdxPart, Readonly<Record<IdxKind, string>>>>>> = {
  mnist: {
    train: {
      images: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      labels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    },
    test: {
      images: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      labels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
  },
  'fashion-mnist': {
    train: {
      images: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      labels: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    },
    test: {
      images: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      labels: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    },
  },
};

const partWords: Readonly<Record<IdxPart, string>> = { train: 'training', test: 'test' };

/**
 * Refuses a file of as many examples as the published one that is another: one changed byte, or a file of another dataset or part, for
 * all bear the same names. A file of any other count passes, and so does one of the other part's count that is none of the published
 * ones: these are somebody's own.
 *
 * @param dataset names the published set; a name that there is no published set for refuses the files of those that there are
 * @param remedy ends the message
 * @throws DataError with the file, the hash expected and the one found, or whose file it is, and what to do
 */
export function checkPublished(
  dataset: string,
  part: IdxPart,
  { path, kind, count, content }: IdxFile,
  remedy: string,
): void {
  if (!Object.values(counts).includes(count)) return; // hashing what cannot be a published file tells nothing
  const hash = createHash('sha256').update(content).digest('hex');
  const expected = published[dataset]?.[part][kind];
  if (hash === expected) return;
  const other = ownerOf(hash);
  if (other !== undefined) {
    throw new DataError(
      `${path}: expected the ${partWords[part]} ${kind} of ${dataset}, got the ${other}; name the folder of ${dataset}, or one with a sub-folder ${dataset}, each file under its own name.`,
    );
  }
  if (expected === undefined || count !== counts[part]) return;
  throw new DataError(
    `${path}: expected SHA-256 ${expected}, that of the ${count} published ${partWords[part]} ${kind} of ${dataset}, got ${hash}; it is damaged or was changed: ${remedy}`,
  );
}

/** As in `test labels of mnist`. */
function ownerOf(hash: string): string | undefined {
  for (const [dataset, parts] of Object.entries(published)) {
    for (const part of ['train', 'test'] as const) {
      for (const kind of ['images', 'labels'] as const) {
        if (parts[part][kind] === hash) return `${partWords[part]} ${kind} of ${dataset}`;
      }
    }
  }
  return undefined;
}
