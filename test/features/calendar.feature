@time
Feature: By the user's own calendar
  A day ends at midnight where the user is, and a month with its last day: also when the clocks change that night.

  @D1 @D5 @D12
  Scenario: A day's budget holds until midnight, and not a moment longer
    Given the configuration `budgets: { daily_limit_usd: 5.00 }`
    When $5.00 is spent
    And the last minute of the day has come
    And a call of $0.01 is asked for
    Then it is refused
    And it may be asked again at the next midnight
    When the next day has begun
    Then the spend of today is $0.00
    And the spend of yesterday is $5.00
    When a call of $0.01 is asked for
    Then it is allowed without a word

  @D1 @D5 @D12
  Scenario: A month's budget holds until its last midnight, and not a moment longer
    Given the configuration `budgets: { monthly_limit_usd: 5.00 }`
    When $5.00 is spent
    And the last minute of the month has come
    And a call of $0.01 is asked for
    Then it is refused
    And it is because
      | budget            | used  | resets     |
      | monthly_limit_usd | $5.00 | next month |
    When the next month has begun
    Then the spend of month is $0.00
    When a call of $0.01 is asked for
    Then it is allowed without a word

  @C6
  Scenario: A quota of a day is there again at midnight
    Given the configuration
      """
      free_tiers: [ { provider: acme, quotas: [ { meter: requests, period: day, limit: 2 } ] } ]
      when_quota_exhausted: block
      """
    When 2 requests are made
    And the last minute of the day has come
    And a call of $0.01 is asked for
    Then it is refused
    When the next day has begun
    And a call of $0.01 is asked for
    Then it is allowed without a word
