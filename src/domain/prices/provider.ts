/**
 * Providers: one id for each, whatever a source or a configuration calls it, and the provider that a model id points to.
 * Ids are those of the price package where it has one. Pure: no time, no money.
 */

export const unknownProvider = 'unknown';

/** Nobody charges per token for what runs on one's own machine. */
export const localProviders: ReadonlySet<string> = new Set(['ollama', 'lmstudio', 'llamacpp']);

const aliases: Readonly<Record<string, string>> = {
  claude: 'anthropic',
  gpt: 'openai',
  chatgpt: 'openai',
  codex: 'openai',
  gemini: 'google',
  'google-ai': 'google',
  'google-genai': 'google',
  kimi: 'moonshotai',
  moonshot: 'moonshotai',
  grok: 'x-ai',
  xai: 'x-ai',
  glm: 'zhipuai',
  zhipu: 'zhipuai',
  bigmodel: 'zhipuai',
  'z-ai': 'zai',
  'z.ai': 'zai',
  qwen: 'alibaba',
  dashscope: 'alibaba',
  mistralai: 'mistral',
  'together-ai': 'together',
  together_ai: 'together',
  togetherai: 'together',
  'fireworks-ai': 'fireworks',
  fireworks_ai: 'fireworks',
  aws: 'bedrock',
  'amazon-bedrock': 'bedrock',
  'aws-bedrock': 'bedrock',
  'vertex-ai': 'vertex',
  vertex_ai: 'vertex',
  'google-vertex': 'vertex',
  'azure-openai': 'azure',
  copilot: 'github-copilot',
  github_copilot: 'github-copilot',
  'lm-studio': 'lmstudio',
  lm_studio: 'lmstudio',
  'llama.cpp': 'llamacpp',
  'llama-cpp': 'llamacpp',
  llama_cpp: 'llamacpp',
};

/** A name nobody has told us about stays as it is, in lower case. */
export function canonicalProvider(name: string): string {
  const id = name.trim().toLowerCase();
  return (Object.hasOwn(aliases, id) ? aliases[id] : undefined) ?? (id || unknownProvider);
}

/** First match wins. Platforms go before makers: `us.anthropic.claude-…` is Bedrock's name for Anthropic's model. */
const modelPatterns: readonly (readonly [RegExp, string])[] = [
  [/^arn:aws[\w-]*:bedrock:/, 'bedrock'],
  [
    /^(?:(?:us|eu|ap|apac|global|jp|au|ca|us-gov)\.)?(?:anthropic|amazon|meta|mistral|cohere|deepseek|openai)\./,
    'bedrock',
  ],
  [/^claude[\w.-]*@\d{8}$/, 'vertex'],
  [/^accounts\/fireworks\//, 'fireworks'],
  [/^mock(?:-|$)/, 'mock'],
  [/^claude/, 'anthropic'],
  [/^(?:gpt-oss)/, unknownProvider],
  [/^(?:gpt-|chatgpt|codex|o[1-9](?:-|$)|ft:gpt-|text-embedding-)/, 'openai'],
  [/^gemini/, 'google'],
  [/^(?:kimi|moonshot)/, 'moonshotai'],
  [/^deepseek/, 'deepseek'],
  [/^grok/, 'x-ai'],
  [/^glm-/, 'zhipuai'],
  [/^(?:qwen|qwq)/, 'alibaba'],
  [/^(?:(?:labs-)?(?:mi|code|dev|magi|mini)stral|mixtral|pixtral|voxtral|open-mi)/, 'mistral'],
  [/^(?:command(?:-|$)|c4ai-)/, 'cohere'],
  [/^minimax/, 'minimax'],
  [/^composer-/, 'cursor'],
];

/** Path segments before a model id that name its provider, beyond provider ids and aliases. */
const vendorSegments: ReadonlySet<string> = new Set([
  'anthropic',
  'openai',
  'google',
  'groq',
  'together',
  'cohere',
  'mistral',
  'moonshotai',
  'deepseek',
  'x-ai',
  'zhipuai',
  'zai',
  'alibaba',
  'minimax',
  'fireworks',
  'cerebras',
  'perplexity',
  'bedrock',
  'vertex',
  'azure',
  'openrouter',
  'github-copilot',
  'cursor',
  'ollama',
  'lmstudio',
  'llamacpp',
  'mock',
]);

/**
 * Who serves a model, going by its id alone; `unknown` when the id does not tell. Of `vendor/model` the outermost vendor that
 * we know counts: `openrouter/anthropic/claude-…` is OpenRouter's.
 */
export function inferProvider(model: string): string {
  const id = model.trim().toLowerCase();
  const byPattern = modelPatterns.find(([pattern]) => pattern.test(id));
  if (byPattern !== undefined) {
    return byPattern[1];
  }
  const segments = id.split('/');
  for (const segment of segments.slice(0, -1)) {
    const provider = canonicalProvider(segment);
    if (vendorSegments.has(provider)) {
      return provider;
    }
  }
  const last = id.slice(id.lastIndexOf('/') + 1);
  return segments.length > 1 && last !== '' ? inferProvider(last) : unknownProvider;
}

/** The provider of an event: what its source said, or what the model id tells. */
export function providerOf(provider: string | null, model: string): string {
  return provider === null ? inferProvider(model) : canonicalProvider(provider);
}
