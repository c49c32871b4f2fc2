import { describeModelContract } from '@kindred/model/contract-tests';
import { otherVariants } from './testing/small-variants.ts';
import { vae } from './vae.ts';

describeModelContract({ ...vae, variants: otherVariants });
