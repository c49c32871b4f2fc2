export { resultsCsv } from './csv/results-csv.ts';
export { summaryCsv } from './csv/summary-csv.ts';
export { throughputCsv } from './csv/throughput-csv.ts';
export { summarise, type SummaryRow } from './summary.ts';
export { writeReport, type ReportFolders } from './write-report.ts';
