/**
 * The kinds of value that keys of the configuration file have, each with its bounds and its unit. No key has a zod default:
 * what a file leaves out stays out, so that layers can be told apart; `default` in the meta data is for people.
 */
import * as z from 'zod';
import { maxUsd } from '../../protocol/configuration';
import type { ValueKind } from '../../protocol/language';

/** What documentation, completion and hover say of a key, beside its type. */
export interface KeyMeta {
  description: string;
  unit?: string;
  /** In force where no file says otherwise. */
  default?: unknown;
  examples?: unknown[];
  refersTo?: ValueKind;
  /** It gives the id its meaning, rather than using it. */
  defines?: ValueKind;
}

export const maxCount = 1_000_000_000_000_000;
/** Beyond it a price is not exact in every card (`domain/rateCard`). */
export const maxPricePerMillion = 9_000;

/** A limit that `null` removes. */
export const usdLimit = (description: string, meta: Partial<KeyMeta> = {}) =>
  z
    .number()
    .min(0)
    .max(maxUsd)
    .nullable()
    .optional()
    .meta({ description, unit: 'USD', ...meta });

export const countLimit = (description: string, unit: string, meta: Partial<KeyMeta> = {}) =>
  z
    .int()
    .min(0)
    .max(maxCount)
    .nullable()
    .optional()
    .meta({ description, unit, ...meta });

export const usd = (description: string, meta: Partial<KeyMeta> = {}) =>
  z
    .number()
    .min(0)
    .max(maxUsd)
    .optional()
    .meta({ description, unit: 'USD', ...meta });

export const perMillion = (description: string) =>
  z.number().min(0).max(maxPricePerMillion).optional().meta({ description, unit: 'USD per million tokens' });

export const ratio = (description: string, meta: Partial<KeyMeta> = {}) =>
  z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ description, unit: 'part of 1', ...meta });

export const flag = (description: string, meta: Partial<KeyMeta> = {}) =>
  z
    .boolean()
    .optional()
    .meta({ description, ...meta });

export const text = (description: string, meta: Partial<KeyMeta> = {}) =>
  z
    .string()
    .trim()
    .min(1)
    .max(512)
    .optional()
    .meta({ description, ...meta });

/** A name that other places, the API and reports refer to. */
export const identifier = (description: string, meta: Partial<KeyMeta> = {}) =>
  z
    .string()
    .trim()
    .min(1)
    .max(256)
    .meta({ description, ...meta });

export const oneOf = <const T extends readonly [string, ...string[]]>(
  values: T,
  description: string,
  meta: Partial<KeyMeta> = {},
) =>
  z
    .enum(values)
    .optional()
    .meta({ description, ...meta });

/** `2026-02-01`; whether the calendar has that day is a check of its own. */
export const date = (description: string, meta: Partial<KeyMeta> = {}) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date written as 2026-02-01')
    .optional()
    .meta({ description, examples: ['2026-02-01'], ...meta });
