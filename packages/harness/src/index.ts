export { buildModel, familyOf, openPlannedDataset } from './contender.ts';
/** For reports: the text behind samples, by the alphabet of the dataset's card. */
export { decodeTokens } from '@kindred/data';
export { openEvaluator, type Evaluator } from './evaluation/evaluator.ts';
export { defaultSpaces, hashFeatureFiles, tryFeatureFiles, type MeasuredDataset } from './evaluation/feature-space.ts';
export { fileNameOf } from './file-names.ts';
export { codeVersion } from './fingerprint.ts';
export { describeMachine } from './machine.ts';
export { metricTable, type MetricEntry, type MetricName } from './evaluation/metric-table.ts';
export { planTrials, stepsOf, type Families, type PlanContext, type PlannedDataset, type TrialPlan } from './plan.ts';
export { describeEnd, runPool, type ChildEnd } from './pool.ts';
export { planPreparations, type PreparationPlan } from './prepare.ts';
export { ProblemsError, unknownName } from './problems.ts';
export { bestValues } from './record.ts';
export type {
  Better,
  Checkpoint,
  CurvePoint,
  Failure,
  MetricRow,
  Phase,
  Spent,
  TrialKey,
  TrialRecord,
} from './record.ts';
export { keepsOnResume, runSuite, type RunSuiteOptions, type SuiteEvent } from './run-suite.ts';
export { defineSuite, type Budget, type PerData, type Suite, type SuiteDefinition, type SuiteModel } from './suite.ts';
export type {
  CalibrationRecord,
  DatasetCard,
  FeatureSpaceCard,
  Machine,
  SampleFile,
  SuiteRun,
  ThroughputRecord,
} from './suite-run.ts';
export { serveHarness } from './tasks.ts';
export { trainedLikelihood, type TrainedLikelihood } from './trained-likelihood.ts';
export type { TrialMessage } from './trial-progress.ts';
export { serveTask } from './worker.ts';
