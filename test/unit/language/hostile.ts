/** Configurations that are damaged at random, the same at each run, and some that were built to do harm. */

export const sample = `# A configuration with a bit of everything.
timezone: Europe/Berlin
currency: { display: EUR, per_usd: 0.92 }
tiers:
  - &tier { id: low, display_name: Low, price_range_min: 0, price_range_max: 1, color: charts.green, icon: arrow-small-down }
  - id: lab # mine
    display_name: 'Lab'
    color: "#3fb950"
pricing:
  models:
    haiku: { input_per_million: 0.25, output_per_million: 1.25 }
    opus:
      - from: 2026-02-01
        input_per_million: 15.00
        output_per_million: 75.00
        tier: lab
providers:
  anthropic: { billing: metered, capabilities: [tool_calls, streaming], requests_per_minute: 50 }
subscriptions:
  - { id: claude-pro, provider: anthropic, monthly_fee: 20, cycle_day: 15, quotas: [ { meter: tokens, period: day, limit: 1000000 } ] }
limits:
  global: { max_tokens_per_day: 1000000, max_cost_per_day: 50.00 }
  per_project: { default: { max_cost_per_day: 20.00 } }
projects:
  my-arpg: { limits: { max_cost_per_day: 30.00 } }
budgets:
  per_backend: { claude: 20.00/month, kimi: 15.00/month }
  rules:
    - { scope: tier, scope_id: lab, period: day, limit: 3 }
fallback_providers: [anthropic, openai, ollama]
strategy: balanced
alerts:
  notifications: [ { type: in_app }, { type: webhook, url: https://hooks.example.com/alerts } ]
`;

export const hostileTexts = [
  { name: 'nothing', text: '' },
  { name: 'one scalar', text: 'x' },
  { name: 'a byte order mark and carriage returns', text: `\ufeff${sample.replaceAll('\n', '\r\n')}` },
  { name: 'ten thousand brackets', text: '['.repeat(10_000) },
  { name: 'ten thousand braces', text: '{a: '.repeat(10_000) },
  { name: 'ten thousand levels of lists', text: '- '.repeat(10_000) },
  { name: 'a long line', text: `timezone: ${'a'.repeat(200_000)}` },
  { name: 'a long line of quotes', text: `timezone: ${'"\\"'.repeat(50_000)}` },
  { name: 'many comments', text: '#  \t \n'.repeat(20_000) },
  { name: 'many empty lines below a mapping', text: `limits:\n  global: {}\n${'   \n'.repeat(20_000)}x` },
  { name: 'aliases that multiply', text: laughs(12) },
  { name: 'an alias that holds itself', text: 'limits: &a { global: *a }' },
  { name: 'keys that are lists', text: '? [a, b]\n: c\n? { d: e }\n: f\n' },
  { name: 'names of objects', text: '__proto__: { a: 1 }\nconstructor: x\ntoString: { hasOwnProperty: 1 }\n' },
  { name: 'documents without end', text: '---\na: 1\n...\n---\nb: 2\n%YAML 9.9\n---\n' },
  { name: 'tags', text: 'timezone: !!binary aGk=\ntiers: !!set { a, b }\nlimits: !mine { global: !!js/function x }\n' },
  { name: 'null bytes and lone surrogates', text: 'time\u0000zone: \ud800\ntiers: "\\ud800"\n' },
  { name: 'a merge of what is no mapping', text: '<<: 3\nlimits: { <<: [1, 2] }\n' },
  { name: 'a file too large', text: `# ${'x'.repeat(78)}\n`.repeat(13_000) },
];

/** A billion laughs. */
function laughs(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < levels; level++) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
  }
  return lines.join('\n');
}

export type Random = (below: number) => number;

/** mulberry32 */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

const fragments = [
  ':', ': ', '- ', '\n', '\n  ', '\t', '{', '}', '[', ']', ',', '"', "'", '#', ' # ', '&a ', '*a', '<<: *a', '|', '>', '!',
  '!!str ', '%', '@', '`', '? ', '---\n', '...\n', 'null', '~', 'true', '1e999', '-0', '0x1f', '.nan', '9'.repeat(40),
  '\u0000', '\ufeff', '\u2028', '😀', 'é', '\r\n', '  ', 'limits', 'tiers:', 'id: low', 'default', '__proto__', '{}', '[]',
]; // prettier-ignore

export function* mutations(count: number, seed: number): Generator<{ text: string; random: Random }> {
  const random = randomFrom(seed);
  for (let made = 0; made < count; made++) {
    let text = sample;
    for (let change = 0; change <= random(4); change++) text = mutate(text, random);
    yield { text, random };
  }
}

function mutate(text: string, random: Random): string {
  const [at, length] = [random(text.length + 1), random(30)];
  switch (random(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + (fragments[random(fragments.length)] ?? '') + text.slice(at);
    case 2:
      return text.slice(0, at);
    case 3: {
      const from = random(text.length);
      return text.slice(0, at) + text.slice(from, from + length) + text.slice(at);
    }
    case 4: {
      const lines = text.split('\n');
      const line = random(lines.length);
      lines[line] = ' '.repeat(random(6)) + (lines[line] ?? '').trimStart();
      return lines.join('\n');
    }
    default: {
      const lines = text.split('\n');
      const [one, other] = [random(lines.length), random(lines.length)];
      [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
      return lines.join('\n');
    }
  }
}
