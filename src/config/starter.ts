/**
 * The file that *Open Configuration* begins with: what holds anyway, in words, and a choice of what people write first, as
 * comments. Obeying it changes nothing: it resolves to exactly the defaults.
 */
import { usdFromNanos } from '../shared/money';
import { defaultTiers } from '../domain/prices/tier';
import { agentTypeDefaults, defaultBudgets, defaultConfiguration } from './normalise/defaults';
import { schemaFileName } from './schema/jsonSchema';

export function starterConfiguration(): string {
  const { alerts, retention } = defaultConfiguration;
  const limit = (id: string) => usdFromNanos(defaultBudgets.find((budget) => budget.id === id)?.limit ?? 0);
  const types = Object.entries(agentTypeDefaults).map(
    ([type, { strategy, perRequest }]) =>
      `    ${type}: { strategy: ${strategy}, max_cost_per_request: ${perRequest}, hard_stop: false }`,
  );
  const tiers = defaultTiers.map(
    ({ id, price_range_min: min, price_range_max: max }) =>
      `#   ${id}: from $${min}${max === null ? '' : ` to $${max}`}`,
  );
  const thresholds = alerts.thresholds.map(({ percent, level }) => `    - { percent: ${percent}, level: ${level} }`);
  return `# What Agent Meter limits, tells and knows of prices. Every key may be left out; saving is enough.
# Each key, its unit and its default: docs/reference/configuration.md and ${schemaFileName} of the extension.

# Limits only warn here, as they do without this file. Take hard_stop: false away, and what would exceed one is refused.
# null takes a limit away.
limits:
  global:
    max_cost_per_month: ${limit('global.month.cost')} # USD
    # max_cost_per_day: 50
    # max_tokens_per_day: 1000000
    # max_concurrent_agents: 5
    hard_stop: false
  per_project:
    default:
      max_cost_per_month: ${limit('project.month.cost')} # USD, each project by itself
      hard_stop: false
  per_request:
    max_cost: ${limit('request.cost')} # USD
    hard_stop: false
  per_agent_type:
${types.join('\n')}

# projects:
#   my-project: { limits: { max_cost_per_month: 100 } }

# The same in short; these stop.
# budgets:
#   daily_limit_usd: 5
#   monthly_limit_usd: 50
#   per_backend: { claude: 20.00/month }
#   warning_threshold: 0.8
# budget_per_plan: 2
# budget_per_day: 10
# fallback_providers: [anthropic, openai, ollama]

# Subscriptions that you pay for, and what they include.
# subscriptions:
#   - { id: claude-pro, provider: anthropic, plan: claude-pro, cycle_day: 15 }

# Your own prices come before those that Agent Meter knows. USD per million tokens.
# pricing:
#   models:
#     sonnet: { input_per_million: 3, output_per_million: 15 }

# Local models cost hardware and power.
# providers:
#   ollama: { fixed_monthly_cost: 40, electricity: { watts: 350, price_per_kwh: 0.30 } }

# Tiers that ship, in USD per million tokens, three parts input to one part output:
${tiers.join('\n')}
# tiers:
#   - { id: low, color: charts.yellow }
#   - { id: frontier, display_name: Frontier, price_range_min: 40, icon: rocket }

alerts:
  thresholds:
${thresholds.join('\n')}
  # notifications:                # e-mail and webhook are checked, and not sent yet
  #   - { type: email, recipients: [me@example.com] }
  #   - { type: webhook, url: https://hooks.example.com/alerts }

usage:
  retention: { detailed: ${retention.detailedDays ?? 'forever'}, daily: ${retention.dailyDays ?? 'forever'}, monthly: forever } # days
`;
}
