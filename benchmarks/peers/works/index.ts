import type { Work } from '../work.ts';
import { dcganSample, dcganTrain } from './dcgan.ts';
import { gptTrain } from './gpt.ts';
import { gptSampleCached, gptSampleNaive } from './gpt-sample.ts';
import { madeTrain } from './made.ts';
import { madeSampleCached, madeSampleNaive } from './made-sample.ts';
import { pixelCnnTrain } from './pixelcnn.ts';
import { pixelCnnSampleCached, pixelCnnSampleNaive } from './pixelcnn-sample.ts';
import { sgemm } from './sgemm.ts';
import { vaeSample, vaeTrain } from './vae.ts';
import { wganGpTrain } from './wgan-gp.ts';

/** All works, in the order of the report. */
export const works: readonly Work[] = [
  sgemm,
  dcganTrain,
  wganGpTrain,
  vaeTrain,
  madeTrain,
  pixelCnnTrain,
  gptTrain,
  dcganSample,
  vaeSample,
  madeSampleNaive,
  madeSampleCached,
  pixelCnnSampleNaive,
  pixelCnnSampleCached,
  gptSampleNaive,
  gptSampleCached,
];
