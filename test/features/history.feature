Feature: What it cost
  What was spent can be asked for by period and by whatever it was spent on, and the parts add up to the whole.

  Background:
    Given no configuration

  @D12 @time
  Scenario: Yesterday is not today
    When $2.00 was spent 1 day ago
    And $3.00 is spent
    Then the spend of yesterday is $2.00
    And the spend of today is $3.00

  @D12
  Scenario: By project, by agent, by model
    When $1.00 is spent for project "shop" and agent "coder"
    And $2.00 is spent for project "blog" and agent "coder"
    And $0.50 is spent for project "shop" and agent "planner" and model "acme-2"
    Then the spend of today by project is
      | project | cost  |
      | blog    | $2.00 |
      | shop    | $1.50 |
    And the spend of today by agent is
      | agent   | cost  |
      | coder   | $3.00 |
      | planner | $0.50 |
    And the spend of today by model is
      | model  | cost  |
      | acme-1 | $3.00 |
      | acme-2 | $0.50 |
    And the spend of today of project "shop" is $1.50
