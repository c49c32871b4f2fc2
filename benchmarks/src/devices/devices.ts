import { columns } from '../list.ts';
import { askDevice, type AskOptions } from './ask-device.ts';
import { candidates, deviceTable, type Candidate, type Looked } from './device-table.ts';
import { machineFacts } from './machine-facts.ts';

/** Behind `pnpm bench devices`: looks at each engine on each device, one after the other, and says what came of it. */
export async function describeDevices(options: AskOptions, list: readonly Candidate[] = candidates): Promise<string> {
  const looked: Looked[] = [];
  for (const candidate of list) {
    const finding = await askDevice({ engine: { ...candidate, threads: 1 }, product: true }, options);
    looked.push({ ...candidate, finding });
  }
  return `Machine\n${columns(await machineFacts())}\n${deviceTable(looked)}`;
}
