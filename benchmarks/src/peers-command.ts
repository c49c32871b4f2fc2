import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { writePeers } from '../peers/report/write.ts';
import { runPeers } from '../peers/run-peers.ts';
import { understandPeers, type RawPeerOptions } from '../peers/settings.ts';
import { works } from '../peers/works/index.ts';
import type { Output } from './progress.ts';
import { sourceVersion, versionsOf } from './versions.ts';

/** Adds `pnpm bench peers`. */
export function addPeersCommand(program: Command, action: (raw: RawPeerOptions) => Promise<void>): void {
  program
    .command('peers')
    .description('do the same work in our engine and in PyTorch on the processor, in turns, and write the report')
    .option('--works <names>', `what to do, with commas between: ${works.map(({ name }) => name).join(', ')}`)
    .option('--rounds <count>', 'blocks of about a second of each side, in turns (default: 7; metrics take 3)')
    .option('--python <path>', 'an interpreter with torch (default: KINDRED_PYTHON, python3, /usr/bin/python3)')
    .option('--out <folder>', 'folder of the report (default: reports/peers)')
    .action(action);
}

/** Runs the comparison and writes its report. @param root of the workspace */
export async function comparePeers(
  raw: RawPeerOptions,
  root: string,
  io: { output: Output; signal: AbortSignal },
): Promise<void> {
  const settings = understandPeers(raw, works, root);
  const run = await runPeers(settings, {
    write: (line) => io.output.write(`${line}\n`),
    signal: io.signal,
    script: join(root, 'benchmarks', 'peers', 'torch', 'serve.py'),
  });
  await writePeers({ ...run, versions: await versionsOf(root, await sourceVersion(root)) }, settings.out);
  io.output.write(`Report: ${relative(process.cwd(), join(settings.out, 'README.md'))}\n`);
}
