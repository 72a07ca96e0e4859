Feature: Lifting a limit by hand
  Whoever is responsible can lift one budget, by an amount or for a while, with a reason. All windows know at once, it
  ends by itself, and it is on record.

  Background:
    Given it is noon
    And the configuration `budgets: { daily_limit_usd: 10.00 }`
    And the windows "left" and "right"
    And $10.00 was spent

  @D7
  Scenario: Lifted by an amount, work goes on up to that amount
    When the budget "daily_limit_usd" is lifted by $5.00 because "release night"
    Then the budget "daily_limit_usd" has a limit of $15.00
    And the status shows that "daily_limit_usd" was lifted by $5.00 because "release night"
    When a call of $4.00 is asked for in window "left"
    Then it is allowed with a warning
    When a call of $1.01 is asked for in window "right"
    Then it is refused

  @D7 @D11
  Scenario: A lifted limit that is used up, too, is on record once more
    When the budget "daily_limit_usd" is lifted by $5.00 because "release night"
    And $5.00 is spent
    Then the audit trail is
      | what             | budget          | measure | used | limit | amount |
      | budget_exhausted | daily_limit_usd | cost    | 10   | 10    |        |
      | override_set     | daily_limit_usd | cost    |      |       | 5      |
      | budget_exhausted | daily_limit_usd | cost    | 15   | 15    |        |

  @D7
  Scenario: Lifted for a while, the limit comes back by itself
    When the budget "daily_limit_usd" is lifted altogether for 4 seconds because "one last fix"
    Then the budget "daily_limit_usd" has no limit
    When a call of $100.00 is asked for in window "left"
    Then it is allowed with a warning
    And in time the budget "daily_limit_usd" has a limit of $10.00 again
    When a call of $0.10 is asked for in window "left"
    Then it is refused

  @D7 @G6
  Scenario: It is on record who was refused, what was lifted and why, and when it ended
    When a call of $0.10 is asked for by agent "coder"
    And the budget "daily_limit_usd" is lifted altogether for 2 seconds because "one last fix"
    And those seconds are over
    Then the audit trail is
      | what              | budget          | reason       |
      | budget_exhausted  | daily_limit_usd |              |
      | request_refused   | daily_limit_usd |              |
      | override_set      | daily_limit_usd | one last fix |
      | override_expired  | daily_limit_usd |              |
    And the audit trail is whole, and each entry follows from the one before it

  @D7
  Scenario: Nobody lifts a budget without a reason, or one that is not there
    When somebody lifts the budget "daily_limit_usd" without a reason
    And somebody lifts the budget "dayly_limit_usd", which there is not
    Then the budget "daily_limit_usd" has a limit of $10.00
    When a call of $0.10 is asked for
    Then it is refused

  @D7
  Scenario: A lifted limit is still lifted after a restart
    When the budget "daily_limit_usd" is lifted by $5.00 because "release night"
    And the editor is started again
    Then the budget "daily_limit_usd" has a limit of $15.00
