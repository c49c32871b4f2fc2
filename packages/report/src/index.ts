export { writeFiles, type ReportFile } from './atomic-files.ts';
export { resultsCsv } from './csv/results-csv.ts';
export { summaryCsv } from './csv/summary-csv.ts';
export { throughputCsv } from './csv/throughput-csv.ts';
export { bytes, counted, duration, exact, percent, significant } from './numbers.ts';
export { blocks, bullets, code, escaped, listed, section, table, withoutFolders } from './readme/markdown.ts';
export { summarise, type SummaryRow } from './summary.ts';
export { writeReport, type ReportFolders } from './write-report.ts';
