/** Whether an error says this of itself. Its class does not tell: each bundle has its own. */
export function hasReason(error: unknown, reason: string): boolean {
  return error instanceof Error && 'reason' in error && error.reason === reason;
}
