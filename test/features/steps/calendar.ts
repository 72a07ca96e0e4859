/** Time passes: by the calendar of the user's zone. */
import { Given, When } from '@cucumber/cucumber';
import type { Machine } from '../support/world';

type Unit = 'day' | 'week' | 'month';

/** Half a day is gone, and half of one is left. */
Given('it is noon', function (this: Machine) {
  this.clock.set(this.today.set({ hour: 12 }).startOf('hour').toMillis());
});

When('those seconds are over', function (this: Machine) {
  this.clock.set(this.overMs);
});

When(/^the last minute of the (day|week|month) has come$/, function (this: Machine, unit: Unit) {
  this.clock.set(this.today.endOf(unit).startOf('minute').toMillis());
});

When(/^the next (day|week|month) has begun$/, function (this: Machine, unit: Unit) {
  this.clock.set(this.today.endOf(unit).toMillis() + 1);
});
