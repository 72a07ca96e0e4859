Feature: Limits that hold
  What a user writes into the configuration is what the agents may spend: before a call is made it is known whether it may
  be, and whoever is refused learns by which limit, how much of it is used, and when it begins anew.

  @D1 @D2 @D3 @D5
  Scenario Outline: `<written>` refuses the next call when it is used up
    Given the configuration `<written>`
    When $5.00 is spent <whom>
    And a call of $0.01 is asked for <whom>
    Then it is <decision>
    And it is because
      | budget   | why     | whose   | used  | limit | resets   |
      | <budget> | used_up | <whose> | $5.00 | $5.00 | <resets> |

    Examples:
      | written                                                              | whom                              | decision | budget                    | whose          | resets        |
      | limits: { global: { max_cost_per_day: 5 } } | for anyone | refused | global.day.cost | global | next midnight |
      | limits: { global: { max_cost_per_month: 5 } } | for anyone | refused | global.month.cost | global | next month |
      | limits: { per_project: { default: { max_cost_per_day: 5 } } } | for project "shop" | refused | project.day.cost | project shop | next midnight |
      | limits: { per_project: { shop: { max_cost_per_month: 5 } } } | for project "shop" | refused | project:shop.month.cost | project shop | next month |
      | projects: { shop: { limits: { max_cost_per_day: 5 } } } | for project "shop" | refused | project:shop.day.cost | project shop | next midnight |
      | limits: { per_agent: { default: { max_cost_per_run: 5 } } } | by agent "coder" and run "r" | refused | agent.run.cost | agent coder | never |
      | limits: { per_agent_type: { review: { max_cost_per_day: 5 } } } | by agent type "review" | refused | agent_type:review.day.cost | agent_type review | next midnight |
      | budgets: { daily_limit_usd: 5 } | for anyone | refused | daily_limit_usd | global | next midnight |
      | budgets: { monthly_limit_usd: 5 } | for anyone | refused | monthly_limit_usd | global | next month |
      | budget_per_plan: 5 | for plan "p" | refused | budget_per_plan | plan p | never |
      | budget_per_day: 5 | for anyone | refused | budget_per_day | global | next midnight |

  @D1 @D2
  Scenario: A limit of tokens counts tokens
    Given the configuration `limits: { global: { max_tokens_per_day: 1000 } }`
    When 900 tokens are used
    And a call of 101 tokens is asked for
    Then it is refused
    And it says why: "The estimated 101 tokens would cross the daily token budget: 900 tokens of 1,000 tokens used"
    When a call of 100 tokens is asked for
    Then it is allowed with a warning

  @D3
  Scenario: A provider's own budget is its own, by whichever name it is called
    Given the configuration
      """
      budgets: { per_backend: { claude: 20.00/month, gpt: 10.00/month } }
      fallback_providers: []
      """
    When $20.00 is spent on provider "anthropic"
    And a call of $0.10 is asked for on provider "claude"
    Then it is refused
    And it is because
      | budget                        | why     | whose              | used   | limit  | resets     |
      | provider:anthropic.month.cost | used_up | provider anthropic | $20.00 | $20.00 | next month |
    When a call of $0.10 is asked for on provider "openai"
    Then it is allowed without a word

  @D3
  Scenario: The environment has its say
    Given the environment variable AGENT_METER_BUDGET_PER_DAY is "2.00"
    And the environment variable AGENT_METER_BUDGET_PER_PLAN is "1.00"
    When $1.00 is spent for plan "p"
    And a call of $0.10 is asked for on plan "p"
    Then it is refused
    When $1.00 is spent
    And a call of $0.10 is asked for
    Then it is refused
    And it is because
      | budget         | used  | limit |
      | budget_per_day | $2.00 | $2.00 |

  @D5 @time
  Scenario: The refusal is a sentence that a person understands
    Given the configuration `limits: { per_project: { shop: { max_cost_per_day: 20.00 } } }`
    When $19.50 is spent for project "shop"
    And a call of $0.75 is asked for on project "shop"
    Then it is refused
    And the reason reads
      """
      The estimated $0.75 would cross the daily cost budget of project shop: $19.50 of $20.00 used; it resets {tomorrow} (project:shop.day.cost).
      """
    And it may be asked again at the next midnight

  @D4
  Scenario: Without a configuration the usual budgets warn, and stop nobody
    Given no configuration
    When $501.00 is spent for project "shop"
    And a call of $2.00 is asked for on project "shop"
    Then it is allowed with a warning
    And it is because
      | budget             | why         | used    | limit   |
      | global.month.cost  | used_up     | $501.00 | $500.00 |
      | project.month.cost | used_up     | $501.00 | $50.00  |
      | request.cost       | would_cross | $0.00   | $1.00   |

  @D4
  Scenario: What the user takes away is gone, and the rest stays
    Given the configuration `limits: { global: { max_cost_per_month: null } }`
    When $501.00 is spent
    And a call of $0.10 is asked for
    Then it is allowed without a word
    And there is no budget "global.month.cost"

  @D4 @D5
  Scenario: A limit that says so only warns
    Given the configuration `budgets: { daily_limit_usd: 5.00, hard_stop: false }`
    When $6.00 is spent
    And a call of $0.10 is asked for
    Then it is allowed with a warning
    And it says why: "the limit is soft, work goes on"

  @D5
  Scenario Outline: `<written>` warns from <percent> % on, and not before
    Given the configuration `<written>`
    When $<below> is spent <whom>
    And a call of $0.05 is asked for <whom>
    Then it is allowed without a word
    When the granted call is reported at $0.05
    And $<more> is spent <whom>
    And a call of $0.05 is asked for <whom>
    Then it is allowed with a warning
    And it is because
      | budget   | why      |
      | <budget> | approach |

    Examples:
      | written                                                   | percent | below | more | whom         | budget          |
      | budgets: { daily_limit_usd: 10 } | 80 | 7.90 | 0.01 | for anyone | daily_limit_usd |
      | budget_per_day: 10 | 90 | 8.90 | 0.01 | for anyone | budget_per_day |
      | budget_per_plan: 10 | 90 | 8.90 | 0.01 | for plan "p" | budget_per_plan |
      | budgets: { daily_limit_usd: 10, warning_threshold: 0.5 } | 50 | 4.90 | 0.01 | for anyone | daily_limit_usd |

  @D2
  Scenario: A single request has a ceiling of its own
    Given the configuration `limits: { per_request: { max_cost: 1.00 } }`
    When a call of $1.00 is asked for
    Then it is allowed without a word
    When a call of $1.01 is asked for
    Then it is refused
    And it says why: "The estimated $1.01 is more than the per-request cost budget of $1.00"

  @D2 @D10
  Scenario: A type of agent has a ceiling of its own
    Given the configuration `limits: { per_agent_type: { testing: { max_cost_per_request: 0.10 } } }`
    When a call of $0.11 is asked for by agent type "testing"
    Then it is refused
    And it is because
      | budget                     | whose              | limit |
      | agent_type:testing.request.cost | agent_type testing | $0.10 |
    When a call of $0.11 is asked for by agent type "coding"
    Then it is allowed without a word

  @D6
  Scenario: What is asked for is held until it is known what it cost
    Given the configuration `budgets: { daily_limit_usd: 1.00 }`
    When a call of $0.60 is asked for
    Then it is allowed without a word
    And of the budget "daily_limit_usd" $0 is used and $0.60 reserved
    When the granted call is reported at $0.25
    Then the report settles its reservation
    And of the budget "daily_limit_usd" $0.25 is used and $0 reserved
    When a call of $0.75 is asked for
    Then it is allowed with a warning
    When a call of $0.01 is asked for
    Then it is refused
    And it says why: "$0.25 of $1.00 used, $0.75 reserved"

  @D6
  Scenario: What is given back is there for the next
    Given the configuration `budgets: { daily_limit_usd: 1.00 }`
    When a call of $1.00 is asked for
    And the granted call is given back
    Then of the budget "daily_limit_usd" $0 is used and $0 reserved
    When a call of $1.00 is asked for
    Then it is allowed with a warning

  @D6
  Scenario: An agent that never comes back holds nothing for ever
    Given it is noon
    And the configuration `budgets: { daily_limit_usd: 1.00 }`
    When a call of $1.00 that holds for 1 second is asked for
    Then in time nothing is reserved of the budget "daily_limit_usd"
    When the granted call is reported at $0.30
    Then the report is told that its reservation was late
    And of the budget "daily_limit_usd" $0.30 is used and $0 reserved

  @D6
  Scenario: A call that nobody can put a price on goes on with a warning
    Given the configuration `budgets: { daily_limit_usd: 1.00 }`
    When a call whose cost nobody knows is asked for
    Then it is allowed with a warning
    And it says why: "The cost of this call can not be estimated"

  @D6
  Scenario: Unless the user wants such calls blocked
    Given the configuration
      """
      budgets: { daily_limit_usd: 1.00 }
      unestimated: block
      """
    When a call whose cost nobody knows is asked for
    Then it is refused

  @D6
  Scenario: A model's own history tells what a call will cost
    Given the configuration `budgets: { daily_limit_usd: 10.00 }`
    When $0.20 is spent
    And $0.40 is spent
    And a call whose cost nobody knows is asked for
    Then it is allowed without a word
    And the estimate is $0.30, by history

  @D8
  Scenario: Every decision lists all its reasons
    Given the configuration
      """
      limits:
        global: { max_cost_per_day: 5.00 }
        per_project: { shop: { max_cost_per_month: 5.00 } }
      budget_per_plan: 5.00
      """
    When $5.00 is spent for project "shop" and plan "p"
    And a call of $0.10 is asked for on project "shop" and plan "p"
    Then it is refused
    And it is because
      | budget                  | why     |
      | global.day.cost         | used_up |
      | project:shop.month.cost | used_up |
      | budget_per_plan         | used_up |

  @D8
  Scenario: A model on the user's own machine is never stopped for money
    Given the configuration
      """
      budgets: { daily_limit_usd: 1.00 }
      providers: { ollama: { billing: local } }
      """
    When $2.00 is spent
    And a call whose cost nobody knows is asked for on provider "ollama"
    Then it is allowed without a word

  @D5
  Scenario: A question that makes no sense is answered with where it makes none
    Given no configuration
    Then the request is answered with the error "invalid_request" at "model"
