import { splitNames, type Located, type Places } from '@kindred/data';
import { inBytes } from './download-lines.ts';
import { columns } from './list.ts';

export interface Listed {
  readonly name: string;
  readonly located: Located;
}

/** One line for each dataset, then how to get what is missing and more of what is there, what is wrong, and what was passed over. */
export function dataTable(listed: readonly Listed[], places: Places): string {
  const rows = listed.map(({ name, located: { state, where, bytes, counts } }) => [
    name,
    state,
    bytes === null ? '-' : inBytes(bytes),
    ...splitNames.map((split) => (counts ? String(counts[split]) : '-')),
    where,
  ]);
  const notes = listed.filter(({ located }) => located.remedy !== '');
  return [
    'Datasets\n',
    columns([['name', '', 'size', ...splitNames, 'where'], ...rows]),
    '\nLooked for in this order\n',
    columns(placeRows(places)),
    ...(notes.length > 0 ? ['\nHow to get them, and what is wrong\n'] : []),
    ...notes.map(({ name, located }) => `  ${name}\n    ${located.remedy.replaceAll('\n', '\n    ')}\n`),
  ].join('');
}

function placeRows({ dataFolder, cacheFolder, systemFolders }: Places): string[][] {
  return [
    ['data folder', dataFolder ?? 'none; name one with --data-dir'],
    ['cache folder', cacheFolder],
    ...systemFolders.map((folder) => ['system folder', folder]),
  ];
}
