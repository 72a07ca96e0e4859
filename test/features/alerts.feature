Feature: Told once, and in time
  A user is told when a budget is half gone, nearly gone and gone; once for each, in one window, and not again after a
  restart. And what is out of the ordinary or will not last is told before it is too late.

  Background:
    Given it is noon
    And the configuration `budgets: { daily_limit_usd: 10.00 }`
    And the windows "left" and "right"

  @E1
  Scenario Outline: At <percent> % of a budget there is an alert of the level <level>
    When $<below> is spent
    And $0.20 is spent
    Then there is one alert: <level>, at <percent> %

    Examples:
      | below | percent | level    |
      | 4.90  | 50      | info     |
      | 7.90  | 80      | warning  |
      | 9.40  | 95      | critical |
      | 9.90  | 100     | exceeded |

  @E1
  Scenario: Below the first threshold nobody is told anything
    When $4.99 is spent
    Then there is no alert

  @E1
  Scenario: Thresholds, levels and words are the user's
    Given the configuration
      """
      budgets: { daily_limit_usd: 10.00, warning_threshold: 1.0 }
      alerts: { thresholds: [ { percent: 25, level: critical, message: "A quarter is gone" } ] }
      """
    When $2.50 is spent
    Then there is one alert: critical, at 25 %
    And it reads "A quarter is gone"

  @E4
  Scenario: A jump past several thresholds tells of the highest one
    When $9.60 is spent
    Then there is one alert: critical, at 95 %

  @E4
  Scenario: One window shows it, once, and no window after a restart
    When $8.00 is spent in window "left"
    Then there is one alert: warning, at 80 %
    And one of the windows "left" and "right" shows it, and only one
    When $0.10 is spent in window "right"
    Then no window shows it again
    When the editor is started again
    Then no window shows it again

  @E4 @D11
  Scenario: That a budget is used up is told once to every window
    When $10.00 is spent in window "left"
    And $1.00 is spent in window "right"
    Then every window is told once that "daily_limit_usd" is used up

  @E4
  Scenario: What was acknowledged is not shown until the next threshold
    When $8.00 is spent
    And the user acknowledges it
    Then there is no alert
    When $0.10 is spent
    Then there is no alert
    When $1.50 is spent
    Then there is one alert: critical, at 95 %

  @E4
  Scenario: What was snoozed comes back
    When $8.00 is spent
    And the user snoozes it for 3 seconds
    Then there is no alert
    And in time there is one alert again

  @E4
  Scenario: Never again is meant of this threshold alone
    When $8.00 is spent
    And the user never wants to see it again
    And the editor is started again
    And $0.10 is spent
    Then there is no alert
    When $2.00 is spent
    Then there is one alert: exceeded, at 100 %

  @E3
  Scenario: A rate that will not last is told beforehand
    When $4.00 is spent
    Then there is no forecast
    When $3.00 is spent
    Then there is a forecast: "daily_limit_usd" will be used up today

  @E3 @E4
  Scenario: A forecast that has come true is no news any more
    When $7.00 is spent
    Then there is a forecast: "daily_limit_usd" will be used up today
    When $3.00 is spent
    Then there is one alert: exceeded, at 100 %
    And there is no forecast

  @E4
  Scenario: A jump to the limit is told once, and not as a forecast besides
    When $10.00 is spent
    Then there is one alert: exceeded, at 100 %
    And there is no forecast

  @D5 @E1
  Scenario: A plan and a day in short warn at 90 %, not at 80 %
    Given the configuration `budget_per_day: 10.00`
    When $8.50 is spent
    Then there is one alert: info, at 50 %
    When $0.50 is spent
    Then there is one alert: warning, at 90 %

  @C6
  Scenario: That a quota is used up is told, once
    Given the configuration `free_tiers: [ { provider: acme, quotas: [ { meter: requests, period: day, limit: 2 } ] } ]`
    When 2 requests are made
    Then the user is told once that the quota "acme.free.requests.day" is used up
    When 1 requests are made
    And the editor is started again
    Then the user is told once that the quota "acme.free.requests.day" is used up

  @E2
  Scenario: A day that costs more than twice the usual is out of the ordinary
    Given $10.00 was spent 1 day ago for project "shop"
    And $10.00 was spent 2 days ago for project "shop"
    And $10.00 was spent 3 days ago for project "shop"
    And $10.00 was spent 4 days ago for project "shop"
    And $10.00 was spent 5 days ago for project "shop"
    When $19.00 is spent for project "shop"
    And the editor is started again
    And $0.50 is spent for project "shop"
    Then there is no anomaly alert
    When $5.50 is spent for project "shop"
    And the editor is started again
    Then there is an anomaly alert that says "Today's cost of project shop is 250% of its daily average"

  @E2
  Scenario: With too little history nothing is out of the ordinary
    Given $10.00 was spent 1 day ago for project "shop"
    And $10.00 was spent 2 days ago for project "shop"
    When $40.00 is spent for project "shop"
    And the editor is started again
    And $0.50 is spent for project "shop"
    Then there is no anomaly alert

  @E2 @E7
  Scenario: A day that is dear by cents is not worth telling
    Given $1.00 was spent 1 day ago for project "shop"
    And $1.00 was spent 2 days ago for project "shop"
    And $1.00 was spent 3 days ago for project "shop"
    And $1.00 was spent 4 days ago for project "shop"
    And $1.00 was spent 5 days ago for project "shop"
    When $5.00 is spent for project "shop"
    And the editor is started again
    And $0.50 is spent for project "shop"
    Then there is no anomaly alert
