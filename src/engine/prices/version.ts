/** The version of the built-in prices, known without loading them. Every event that is rated from them keeps it. */
import { overridesVersion, packageVersion } from './overrides';

export const priceVersion = `genai-prices ${packageVersion} + overrides ${overridesVersion}`;
