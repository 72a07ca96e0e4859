Feature: What a plan cost, and what is on record
  A plan knows what it has cost, with which providers, and what it has left; that it ran out is never forgotten, and nobody
  can change the record without it being seen.

  Background:
    Given the configuration
      """
      budget_per_plan: 2.00
      """

  @A8
  Scenario: A plan's figures, as data and as people read them
    When $0.50 is spent for plan "p"
    And $0.25 is spent for plan "p" and provider "other"
    And $9.00 is spent for plan "q"
    Then plan "p" cost $0.75 for 60 tokens, and has $1.25 left
    And plan "p" was never exhausted
    And plan "p" shows
      | Plan              | p                        |
      | Total cost        | $0.75                    |
      | Total tokens      | 60 tokens                |
      | Requests          | 2 requests               |
      | Cost by provider  | acme $0.50, other $0.25  |
      | Budget remaining  | $1.25                    |
      | Exhaustion events | none                     |

  @A8 @D11
  Scenario: That a plan ran out is kept, with who did it, and outlives a restart
    When $1.50 is spent for plan "p" and agent "planner"
    And $1.00 is spent for plan "p" and agent "coder"
    And $1.00 is spent for plan "p" and agent "coder"
    And the editor is started again
    Then plan "p" was exhausted once:
      | budget          | agent | used  | limit |
      | budget_per_plan | coder | $2.50 | $2.00 |

  @D11 @G6
  Scenario: A caller in a loop does not fill the record
    When $2.00 is spent for plan "p" and agent "coder"
    And a call of $0.10 is asked for on plan "p"
    And a call of $0.10 is asked for on plan "p"
    And a call of $0.10 is asked for on plan "p"
    Then the audit trail is
      | what             | budget          | plan | measure | used       |
      | budget_exhausted | budget_per_plan | p    | cost    | 2          |
      | request_refused  | budget_per_plan | p    | cost    | 2          |

  @D11 @G6
  Scenario: A run that was stopped is on record
    Given the configuration `limits: { per_agent: { default: { max_cost_per_run: 1.00 } } }`
    When run "r" begins
    And $1.00 is spent by agent "coder" and run "r"
    Then the audit trail is
      | what             | run | budget         | measure |
      | budget_exhausted | r   | agent.run.cost | cost    |
      | run_terminated   | r   | agent.run.cost | cost    |
    And the audit trail is whole, and each entry follows from the one before it
