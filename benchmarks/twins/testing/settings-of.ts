import { defaultPlaces } from '@kindred/data';
import type { Suite } from '@kindred/harness';
import type { TwinSettings } from '../settings.ts';

/** Settings of a test: everything lies in `folder`, nothing is downloaded. */
export const settingsOf = (suite: Suite, folder: string, changes: Partial<TwinSettings> = {}): TwinSettings => ({
  suites: [suite],
  engine: { kind: 'onnx', device: 'cpu', threads: 1 },
  places: { ...defaultPlaces(), download: false },
  out: folder,
  reports: folder,
  python: undefined,
  torchDevice: 'cpu',
  threads: 1,
  exportTo: null,
  trained: null,
  command: 'pnpm bench twins tiny',
  ...changes,
});
