export type {
  Better,
  CurvePoint,
  Failure,
  MetricRow,
  Phase,
  Spent,
  TrialKey,
  TrialRecord,
} from './record.ts';
export type {
  CalibrationRecord,
  DatasetCard,
  FeatureSpaceCard,
  Machine,
  SampleFile,
  SuiteRun,
  ThroughputRecord,
} from './suite-run.ts';
