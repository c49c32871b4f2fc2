import type { Places } from '@kindred/data';
import { join } from 'node:path';
import type { Families, TrialPlan } from './plan.ts';
import { prepareDataset, type PreparationPlan } from './prepare.ts';
import { readJson, writeAtomically } from './record-store.ts';
import { runTrial } from './run-trial.ts';
import { measureThroughput, type ThroughputPlan, type ThroughputResult } from './throughput.ts';
import { serveTask } from './worker.ts';

interface Folders {
  readonly recordsFolder: string;
  readonly cacheFolder: string;
  /** Where datasets are looked for; the machine's own places unless given. */
  readonly places?: Places;
}

/** What the parent asks of a child. */
export type TaskMessage =
  | (Folders & { readonly kind: 'prepare'; readonly plan: PreparationPlan })
  | (Folders & { readonly kind: 'trial'; readonly plan: TrialPlan })
  | (Folders & { readonly kind: 'throughput'; readonly plan: ThroughputPlan });

/**
 * The whole of a worker's entry file: does the one task that the parent asks for, with these families.
 *
 *     serveHarness(families);
 */
export function serveHarness(families: Families): void {
  serveTask(async (received, tell) => {
    // The parent is this package too: what it sends has this type.
    const message = received as TaskMessage;
    switch (message.kind) {
      case 'prepare':
        return prepareDataset(message.plan, message);
      case 'trial':
        return runTrial(message.plan, { ...message, families, tell });
      case 'throughput': {
        const result = await measureThroughput(message.plan, families, message.places);
        return writeAtomically(throughputFile(message.recordsFolder), `${JSON.stringify(result, undefined, 2)}\n`);
      }
    }
  });
}

/** What the throughput task measured, once it has run. */
export async function readThroughput(recordsFolder: string): Promise<ThroughputResult | undefined> {
  return (await readJson(throughputFile(recordsFolder))) as ThroughputResult | undefined;
}

export function throughputFile(recordsFolder: string): string {
  return join(recordsFolder, 'throughput.json');
}
