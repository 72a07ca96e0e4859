Feature: Runs that end in time
  A run that has used up what it may is over: its agent learns it from the next report, and from an event if it does not
  report. What a run came to is there when it has ended.

  @D2
  Scenario Outline: A run is over when it has used up its <what>
    Given the configuration `limits: { per_agent: { default: { <written> } } }`
    And run "r" begins
    When <little> by agent "coder" and run "r"
    Then the report tells to stop no run
    When <much> by agent "coder" and run "r"
    Then the report tells to stop run "r"
    And every window is told once that run "r" was stopped
    And a further call of run "r" is refused, and told to stop

    Examples:
      | what   | written                  | little                | much                    |
      | money  | max_cost_per_run: 1.00   | $0.40 is spent        | $0.70 is spent          |
      | tokens | max_tokens_per_run: 1000 | 999 tokens are used   | 1 token is used       |

  @D2
  Scenario: A call that is too dear for what is left is refused, but the run goes on
    Given the configuration `limits: { per_agent: { default: { max_cost_per_run: 1.00 } } }`
    When run "r" begins
    And $0.60 is spent by agent "coder" and run "r"
    And a call of $0.50 is asked for by agent "coder" and run "r"
    Then it is refused
    When a call of $0.10 is asked for by agent "coder" and run "r"
    Then it is allowed without a word

  @D2
  Scenario: One agent's run is not another's
    Given the configuration `limits: { per_agent: { default: { max_cost_per_run: 1.00 } } }`
    When $1.00 is spent by agent "coder" and run "r"
    And a call of $0.10 is asked for by agent "coder" and run "s"
    Then it is allowed without a word

  @D2
  Scenario Outline: `<written>` keeps new runs out when it is used up
    Given the configuration `<written>`
    When run "r" begins for project "shop"
    Then it may begin
    When <used> for project "shop"
    And run "s" begins for project "shop"
    Then it may not begin, because of "<budget>"

    Examples:
      | written                                                           | used                   | budget               |
      | limits: { global: { max_cost_per_day: 5 } }                       | $5.00 is spent         | global.day.cost      |
      | limits: { global: { max_cost_per_month: 5 } }                     | $5.00 is spent         | global.month.cost    |
      | limits: { global: { max_tokens_per_day: 100 } }                   | 100 tokens are used    | global.day.tokens    |
      | limits: { per_project: { default: { max_cost_per_day: 5 } } }     | $5.00 is spent         | project.day.cost     |
      | limits: { per_project: { default: { max_tokens_per_day: 100 } } } | 100 tokens are used    | project.day.tokens   |

  @A6 @D2
  Scenario: What a run came to is told when it ends
    Given no configuration
    When run "r" begins
    And $0.30 is spent by agent "coder" and run "r"
    And $0.20 is spent by run "r", and the call had to be tried again
    Then run "r" came to $0.50 in 2 calls, 50 % of them tried again, and was ended
