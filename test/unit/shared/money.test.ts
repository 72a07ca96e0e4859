import { describe, expect, it } from 'vitest';
import { amountText, limitText, moneyText } from '../../../src/shared/money';

const usd = 1_000_000_000;

describe('amounts in English sentences', () => {
  it('rounds money to the cent, or to two digits of less, never to nothing', () => {
    const amounts = [0, 4.126, 0.0042, 0.000_000_12, 1_234_567.8, -3, -0.0042].map((amount) => moneyText(amount * usd));
    expect(amounts).toEqual(['$0.00', '$4.13', '$0.0042', '$0.00000012', '$1,234,567.80', '-$3.00', '-$0.0042']);
  });

  it('says of what a count is', () => {
    expect(amountText(Number.POSITIVE_INFINITY, 'cost')).toBe('no limit');
    expect(amountText(1_000_000, 'tokens')).toBe('1,000,000 tokens');
    expect([
      amountText(2, 'requests'),
      amountText(1, 'concurrent_agents'),
      amountText(3, 'concurrent_agents'),
      amountText(5, 'vram_gb'),
    ]).toEqual(['2 requests', '1 agent', '3 agents', '5']);
  });

  it('says a limit as it was written', () => {
    expect([limitText(12.5 * usd, 'cost'), limitText(0.004_25 * usd, 'cost'), limitText(1, 'requests')]).toEqual([
      '$12.50',
      '$0.00425',
      '1 request',
    ]);
  });
});
