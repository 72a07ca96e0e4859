/** Every export format there is: one file and one line each. */
import type { ExportFormat } from '../../protocol/dashboard/dashboard';
import { csvExport } from './csvExport';
import type { ExportFormatter } from './exportRow';
import { focusExport } from './focusExport';
import { jsonExport } from './jsonExport';

export const exportFormatters: Readonly<Record<ExportFormat, ExportFormatter>> = {
  csv: csvExport,
  json: jsonExport,
  focus: focusExport,
};
