import { serveHarness } from '@kindred/harness';
import { families } from './models.ts';

/** What each child process runs: one preparation, trial or timing, as its parent asks. */
serveHarness(families);
