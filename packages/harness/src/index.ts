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
