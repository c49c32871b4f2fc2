import type { Suite } from '@kindred/harness';
import { anomalies } from '../suites/anomalies.ts';
import { autoregressive } from '../suites/autoregressive.ts';
import { ganFashion } from '../suites/gan-fashion.ts';
import { gan } from '../suites/gan.ts';
import { hybrid } from '../suites/hybrid.ts';
import { quick } from '../suites/quick.ts';
import { smoke } from '../suites/smoke.ts';
import { text } from '../suites/text.ts';
import { vae } from '../suites/vae.ts';

/** Every suite there is; the first one is the default. A new one is a file under suites/ and a place here. */
export const suites: readonly Suite[] = [quick, gan, ganFashion, autoregressive, vae, hybrid, text, anomalies, smoke];
