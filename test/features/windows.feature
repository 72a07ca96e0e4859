Feature: One budget for all windows
  However many windows ask, and whichever of them dies, a hard limit is overshot by no more than the error of the estimates.

  Background:
    Given the configuration `budgets: { daily_limit_usd: 10.00 }`
    And the windows "left" and "right"

  @D6
  Scenario: Two windows that ask at once are granted exactly what the limit affords
    When 200 calls of $0.25 are asked for at once, in turn from "left" and "right"
    Then exactly 40 of them are granted
    And 160 are refused
    And of the budget "daily_limit_usd" $0 is used and $10.00 reserved

  @D6
  Scenario: What one window spends, the other can't spend again
    When $9.90 is spent in window "left"
    And a call of $0.20 is asked for in window "right"
    Then it is refused

  @D6
  Scenario: The window that leads dies with grants under way
    When 10 calls of $0.50 are asked for at once, in turn from "left" and "right"
    And 20 calls of $0.50 are asked for in "right" while "left" dies
    Then exactly 20 of them are granted
    When one of the granted calls is reported at $0.10 in "right"
    Then the report settles its reservation
