/**
 * A dataset's name as part of a file's name, on every system and in links: `mnist@1000`, `mnist@10pct`, `image-folder+faces+64`.
 * Different names give different file names, for neither + nor @ can be in the parts of a name.
 */
export function fileNameOf(datasetName: string): string {
  return datasetName
    .replaceAll(/[:,]/g, '+')
    .replaceAll('%', 'pct')
    .replaceAll(/[^\w.@+-]/g, '-');
}
