import { hasReason } from './hasReason';

/** Thrown where the lead ends before it has answered: the call may have had its effect or not, and is asked again. */
export class LeadGone extends Error {
  readonly reason = 'lead_gone';

  constructor() {
    super('the window that led has gone');
  }

  static is(error: unknown): error is LeadGone {
    return hasReason(error, 'lead_gone');
  }
}
