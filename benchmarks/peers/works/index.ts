import type { Work } from '../work.ts';
import { dcganSample, dcganTrain } from './dcgan.ts';
import { gptTrain } from './gpt.ts';
import { pixelCnnTrain } from './pixelcnn.ts';
import { sgemm } from './sgemm.ts';

/** All works, in the order of the report. */
export const works: readonly Work[] = [sgemm, dcganTrain, pixelCnnTrain, gptTrain, dcganSample];
