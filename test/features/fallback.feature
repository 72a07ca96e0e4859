Feature: Work goes on elsewhere
  When one provider is out of budget or quota, the next one that can do the work takes over, in the user's own order; and
  when all clouds are out, the machine's own models do.

  @D9
  Scenario: The configured order decides, and each provider that is skipped is told why
    Given the configuration
      """
      budgets: { per_backend: { claude: 1.00/month, gpt: 1.00/month } }
      fallback_providers: [openai, groq, google, ollama]
      """
    When $1.00 is spent on provider "anthropic"
    And $1.00 is spent on provider "openai"
    And a call of $0.10 that needs vision and may go elsewhere is asked for
    Then it goes to provider "google"
    And these were skipped
      | provider | why        |
      | anthropic | budget |
      | openai   | budget     |
      | groq     | capability |

  @D9
  Scenario: Nobody is sent elsewhere who does not want to
    Given the configuration
      """
      budgets: { per_backend: { claude: 1.00/month } }
      fallback_providers: [openai]
      """
    When $1.00 is spent on provider "anthropic"
    And a call of $0.10 that must stay where it is, is asked for
    Then it is refused

  @D9
  Scenario: The user knows better what a model can do
    Given the configuration
      """
      budgets: { per_backend: { claude: 1.00/month } }
      fallback_providers: [openai, google]
      providers: { openai: { capabilities: [tool_calls, streaming] } }
      """
    When $1.00 is spent on provider "anthropic"
    And a call of $0.10 that needs vision and may go elsewhere is asked for
    Then it goes to provider "google"
    And these were skipped
      | provider | why        |
      | anthropic | budget |
      | openai   | capability |

  @C6 @C2 @D9
  Scenario: A provider at its rate limit is passed over
    Given the configuration
      """
      budgets: { per_backend: { claude: 1.00/month } }
      fallback_providers: [openai, google]
      providers: { openai: { requests_per_minute: 3 } }
      when_quota_exhausted: block
      """
    When 3 requests are made on provider "openai"
    And $1.00 is spent on provider "anthropic"
    And a call of $0.10 that may go elsewhere is asked for
    Then it goes to provider "google"
    And these were skipped
      | provider | why   |
      | anthropic | budget |
      | openai   | quota |

  @C6
  Scenario Outline: An exhausted quota does what the user wants: <wanted>
    Given the configuration
      """
      free_tiers: [ { provider: acme, quotas: [ { meter: requests, period: day, limit: 2 } ] } ]
      fallback_providers: [google]
      when_quota_exhausted: <wanted>
      """
    When 2 requests are made
    And a call of $0.10 is asked for
    Then it is <decision>

    Examples:
      | wanted   | decision               |
      | warn     | allowed with a warning |
      | block    | refused                |
      | queue    | queued                 |
      | fallback | given another model    |

  @C2 @C6 @D4
  Scenario Outline: A limit of a provider holds without another word: `<written>`
    Given the configuration `providers: { acme: { <written> } }`
    When <used>
    And a call of 60 tokens is asked for
    Then it is refused
    And it may be asked again in at most <seconds> seconds

    Examples:
      | written                | used                | seconds |
      | requests_per_minute: 2 | 2 requests are made | 60      |
      | tokens_per_day: 100    | 50 tokens are used  | 90,000  |

  @D9 @time
  Scenario: When each cloud provider has used up its own money, it is local only, too
    Given the configuration
      """
      budgets: { per_backend: { claude: 1.00/day, gpt: 1.00/day } }
      fallback_providers: [openai, ollama]
      """
    When $1.00 is spent on provider "anthropic"
    And a call of $0.10 that must stay where it is, is asked for
    Then there is no notice
    When $1.00 is spent on provider "openai"
    And a call of $0.10 that must stay where it is, is asked for
    Then it is refused
    And the notice is that only local models work until the next midnight

  @D8 @D9
  Scenario: When the money for all clouds is gone, the machine's own models go on
    Given the configuration
      """
      budgets: { daily_limit_usd: 1.00 }
      fallback_providers: [openai, ollama]
      """
    When a call of $0.10 that may go elsewhere is asked for
    Then there is no notice
    When $1.00 is spent on provider "anthropic"
    And a call of $0.10 that may go elsewhere is asked for
    Then it goes to provider "ollama"
    And these were skipped
      | provider | why    |
      | anthropic | budget |
      | openai   | budget |
    And the notice is that only local models work until the next midnight
    When the budget "daily_limit_usd" is lifted by $5.00 because "release night"
    Then there is no notice

  @D10
  Scenario: Near its limit a saving strategy takes a lesser model where a task begins, never inside a run
    Given the configuration
      """
      budgets: { daily_limit_usd: 10.00 }
      strategy: balanced
      """
    When $8.50 is spent
    And run "r" begins
    And a call of $0.10 that may go elsewhere is asked for in run "r"
    Then it goes to model "claude-sonnet-4-5" of provider "anthropic"
    When a call of $0.10 that may go elsewhere is asked for in run "r"
    Then it is allowed with a warning

  @D10
  Scenario: Planning and review keep their quality
    Given the configuration
      """
      budgets: { daily_limit_usd: 10.00 }
      strategy: balanced
      """
    When $8.50 is spent
    And a call of $0.10 that may go elsewhere is asked for by agent type "planning"
    Then it is allowed with a warning
    When a call of $0.04 that may go elsewhere is asked for by agent type "documentation"
    Then it is given another model
