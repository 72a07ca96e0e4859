import { describe, expect, it } from 'vitest';
import { canonicalProvider, inferProvider, providerOf } from '../../../src/domain/prices/provider';

describe('providers', () => {
  it.each([
    ['claude', 'anthropic'],
    [' Anthropic ', 'anthropic'],
    ['gpt', 'openai'],
    ['gemini', 'google'],
    ['kimi', 'moonshotai'],
    ['xai', 'x-ai'],
    ['aws', 'bedrock'],
    ['llama.cpp', 'llamacpp'],
    ['My-Gateway', 'my-gateway'],
    ['constructor', 'constructor'],
    ['', 'unknown'],
  ])('%j is called %s', (name, id) => {
    expect(canonicalProvider(name)).toBe(id);
  });

  it.each([
    ['claude-opus-4-8', 'anthropic'],
    ['claude-opus-4-8[1m]', 'anthropic'],
    ['claude-opus-4-8@20260601', 'vertex'],
    ['us.anthropic.claude-opus-4-8-v1:0', 'bedrock'],
    ['anthropic.claude-opus-4-8-v1:0', 'bedrock'],
    ['arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-8-v1:0', 'bedrock'],
    ['anthropic/claude-opus-4.8', 'anthropic'],
    ['openrouter/anthropic/claude-opus-4.8', 'openrouter'],
    ['gpt-5.6', 'openai'],
    ['o3', 'openai'],
    ['o4-mini', 'openai'],
    ['codex-auto-review', 'openai'],
    ['gpt-oss-120b', 'unknown'],
    ['gemini-2.5-pro', 'google'],
    ['models/gemini-2.5-pro', 'google'],
    ['glm-4.7', 'zhipuai'],
    ['kimi-k2.5', 'moonshotai'],
    ['deepseek-chat', 'deepseek'],
    ['grok-4.5', 'x-ai'],
    ['Qwen3-Coder-Plus', 'alibaba'],
    ['devstral-2512', 'mistral'],
    ['command-a', 'cohere'],
    ['minimax-m2', 'minimax'],
    ['mock-small', 'mock'],
    ['accounts/fireworks/models/kimi-k2p6', 'fireworks'],
    ['ollama/llama3', 'ollama'],
    ['invented', 'unknown'],
    ['<synthetic>', 'unknown'],
    ['invented/', 'unknown'],
    ['', 'unknown'],
  ])('%s is served by %s', (model, provider) => {
    expect(inferProvider(model)).toBe(provider);
  });

  it('believes the source before the name', () => {
    expect(providerOf('copilot', 'claude-opus-4-8')).toBe('github-copilot');
    expect(providerOf(null, 'claude-opus-4-8')).toBe('anthropic');
  });
});
