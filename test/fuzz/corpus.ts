/** Files that are right, or nearly so, in many forms: what the fuzzer hurts. */
import { readdirSync, readFileSync } from 'node:fs';
import { starterConfiguration } from '../../src/config/starter';

/** `folder`: that of the configuration's unit tests. */
export function corpus(folder: URL): string[] {
  const golden = readdirSync(new URL('golden/', folder)).map((name) =>
    readFileSync(new URL(`golden/${name}`, folder), 'utf8'),
  );
  const everyForm = readFileSync(new URL('everyForm.yaml', folder), 'utf8');
  const everySection = everyForm.split(/^(?=[a-z])/m);
  return [
    everyForm,
    everyForm,
    everyForm,
    starterConfiguration(),
    ...everySection,
    ...everySection,
    ...golden.slice(0, 8),
  ];
}
