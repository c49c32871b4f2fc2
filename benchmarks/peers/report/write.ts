import { writeFiles } from '@kindred/report';
import type { PeerRun } from '../peer-run.ts';
import { peersCsv } from './csv.ts';
import { peersReadme } from './readme.ts';

/** Writes README.md and peers.csv into a folder; other files in it stay. */
export async function writePeers(run: PeerRun, folder: string): Promise<void> {
  await writeFiles(folder, [
    { path: 'peers.csv', content: peersCsv(run) },
    { path: 'README.md', content: peersReadme(run) },
  ]);
}
