/** A configuration with nothing in it, to be filled by a test. */
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import type { Configuration } from '../../../src/protocol/configuration';

/** As the user's file says. */
export function configured(yaml: string): Configuration {
  const resolved = resolveConfiguration({ user: yaml });
  if (resolved.user?.broken === true) throw new Error(JSON.stringify(resolved.user.issues));
  return resolved.configuration;
}
