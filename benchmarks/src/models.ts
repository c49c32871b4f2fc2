import { autoregressive } from '@kindred/autoregressive';
import { baselines } from '@kindred/baselines';
import { gan } from '@kindred/gan';
import type { Families } from '@kindred/harness';
import { hybrid } from '@kindred/hybrid';
import type { ModelFamily } from '@kindred/model';
import { vae } from '@kindred/vae';

/** The one list that names the families: a new one is a folder under packages/ and a place here. */
const list: readonly ModelFamily[] = [gan, vae, hybrid, autoregressive, baselines];

export const families: Families = Object.fromEntries(list.map((family) => [family.name, family]));
