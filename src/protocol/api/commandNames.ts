/** The commands of the API, without what they take and answer: the engine loads that with the first call. */

export const budgetCommands = [
  'authorize',
  'release',
  'startRun',
  'endRun',
  'planStatus',
  'override',
  'alert',
  'queue',
  'audit',
] as const;
export type BudgetCommand = (typeof budgetCommands)[number];

export const apiCommands = ['report', 'status', 'usage', 'reportQuota', ...budgetCommands] as const;
export type ApiCommand = (typeof apiCommands)[number];
