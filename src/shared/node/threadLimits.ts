/**
 * For the engine's threads. An import makes many short-lived objects: with V8's small default young generation a fifth of its
 * time goes into collecting them.
 */
export const threadLimits = { maxYoungGenerationSizeMb: 32 } as const;
