/** What service tiers multiply prices by, as data. Change anything here and raise `overridesVersion`: events remember it. */
import type { Ratio } from '../../../domain/rating';
import type { Modifier } from '../../../protocol/vocabulary';
import type { Sourced } from './line';

export interface ModifierRule extends Sourced {
  modifiers: readonly Modifier[];
  /** Of the list that the price is from; none: any. */
  providers?: readonly string[];
  /** Of the matched id, in the plain spelling of the maker (`claude-opus-4-8`, `gpt-5.5`). */
  models: RegExp;
  ratio: Ratio;
  /** Sources differ: what it is applied to becomes `estimated`. */
  contested?: true;
}

const anthropicFast = { source: 'https://platform.claude.com/docs/en/build-with-claude/fast-mode', seen: '2026-11-30' };
const anthropicPricing = { source: 'https://platform.claude.com/docs/en/about-claude/pricing', seen: '2026-11-30' };
const openaiPricing = { source: 'https://developers.openai.com/api/docs/pricing', seen: '2026-11-30' };

/**
 * The first rule that fits counts. A modifier that no rule fits has no known price: the event gets the standard price and is
 * `estimated`. Where the package has a `-fast` twin of a model on OpenRouter or Copilot, a test compares.
 */
export const modifierRules: readonly ModifierRule[] = [
  { modifiers: ['fast'], models: /^claude-opus-4-[67]$/, ratio: [6, 1], ...anthropicFast },
  { modifiers: ['fast'], models: /^claude-(?:opus-(?:4-8|5|5-5)|fable-5-2)$/, ratio: [2, 1], ...anthropicFast },
  { modifiers: ['fast', 'priority'], providers: ['openai'], models: /^gpt-5\.5$/, ratio: [5, 2], ...openaiPricing },
  { modifiers: ['fast', 'priority'], providers: ['openai'], models: /^gpt-5\.4$/, ratio: [2, 1], ...openaiPricing },
  {
    modifiers: ['fast', 'priority'],
    providers: ['openai'],
    models: /^gpt-5(?:\.[1-3])?(?:-codex(?:-max)?)?$/,
    ratio: [2, 1],
    ...openaiPricing,
  },
  // Agents do not agree on these: 2 in some, 2.5 in others.
  {
    modifiers: ['fast', 'priority'],
    providers: ['openai'],
    models: /^gpt-(?:5\.6|6)(?:-\w+)?$/,
    ratio: [2, 1],
    contested: true,
    ...openaiPricing,
  },
  {
    modifiers: ['flex'],
    providers: ['openai'],
    models: /^(?:gpt-5(?:\.\d)?(?:-mini|-nano)?|o3|o4-mini)$/,
    ratio: [1, 2],
    ...openaiPricing,
  },
  {
    modifiers: ['batch'],
    providers: ['anthropic', 'openai', 'google', 'vertex', 'bedrock', 'azure', 'mistral', 'groq', 'together'],
    models: /./,
    ratio: [1, 2],
    ...anthropicPricing,
  },
  {
    modifiers: ['us-inference'],
    providers: ['anthropic'],
    models: /^claude-(?:opus-4-[6-9]|sonnet-4-[6-9]|haiku-4-[6-9]|(?:opus|sonnet|haiku|fable)-[5-9])/,
    ratio: [11, 10],
    ...anthropicPricing,
  },
  // Where the surcharge does not exist (older models, other platforms), naming the region costs nothing.
  { modifiers: ['us-inference'], models: /./, ratio: [1, 1], ...anthropicPricing },
];
