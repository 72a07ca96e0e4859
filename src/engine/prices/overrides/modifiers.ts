/** What service tiers multiply prices by, as data. Change anything here and raise `overridesVersion`: events remember it. */
import type { Ratio } from '../../../domain/prices/rating';
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

const anthropicFast = { source: 'https://platform.claude.com/docs/en/build-with-claude/fast-mode', seen: '2026-11-09' };
const anthropicPricing = { source: 'https://platform.claude.com/docs/en/about-claude/pricing', seen: '2026-10-24' };
const openaiPricing = { source: 'https://developers.openai.com/api/docs/pricing', seen: '2026-11-18' };
const geminiPricing = { source: 'https://ai.google.dev/gemini-api/docs/pricing', seen: '2026-11-19' };

/**
 * The first rule that fits counts. A modifier that no rule fits has no known price: the event gets the standard price and is
 * `estimated`. Where the package has a `-fast` twin of a model on OpenRouter or Copilot, a test compares.
 */
export const modifierRules: readonly ModifierRule[] = [
  { modifiers: ['fast'], models: /^claude-opus-4-[67]$/, ratio: [6, 1], ...anthropicFast },
  { modifiers: ['fast'], models: /^claude-opus-(?:4-8|5|5-5)$/, ratio: [2, 1], ...anthropicFast },
  // The page names the models, not their factor; that of all others today is 2.
  { modifiers: ['fast'], models: /^claude-(?:fable|mythos)-5-2$/, ratio: [2, 1], contested: true, ...anthropicFast },
  { modifiers: ['fast', 'priority'], providers: ['openai'], models: /^gpt-5\.5$/, ratio: [5, 2], ...openaiPricing },
  {
    modifiers: ['fast', 'priority'],
    providers: ['openai'],
    models: /^gpt-(?:5(?:\.[1-4])?(?:-codex(?:-max)?)?|5\.6-(?:sol|terra|luna)|6(?:\.\d)?-(?:astra|sol|terra|luna))$/,
    ratio: [2, 1],
    ...openaiPricing,
  },
  {
    modifiers: ['flex'],
    providers: ['openai'],
    models: /^(?:gpt-5(?:\.\d)?(?:-mini|-nano)?|gpt-6\.1-terra|o3|o4-mini)$/,
    ratio: [1, 2],
    ...openaiPricing,
  },
  {
    modifiers: ['flex'],
    providers: ['google'],
    models: /^gemini-4-(?:neon|hydrogen)$/,
    ratio: [1, 2],
    ...geminiPricing,
  },
  {
    modifiers: ['fast', 'priority'],
    providers: ['google'],
    models: /^gemini-4-(?:neon|hydrogen)$/,
    ratio: [9, 5],
    ...geminiPricing,
  },
  {
    modifiers: ['batch'],
    providers: ['x-ai'],
    models: /^grok-4\.20/,
    ratio: [4, 5],
    source: 'https://docs.x.ai/developers/models/grok-4.20-0309',
    seen: '2026-09-23',
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
    models: /^claude-(?:opus-4-[6-9]|sonnet-4-[6-9]|haiku-4-[6-9]|(?:opus|sonnet|haiku|fable|mythos)-[5-9])/,
    ratio: [11, 10],
    ...anthropicPricing,
  },
  // Where the surcharge does not exist (older models, other platforms), naming the region costs nothing.
  { modifiers: ['us-inference'], models: /./, ratio: [1, 1], ...anthropicPricing },
];
