/** Secrets, which belong into the editor's secret storage: this file is read by people, copied, and kept in repositories. */
import type { Finding } from '../issue';
import { scalars } from '../read/located';
import { finding, type CheckedFile } from './check';

/** Forms that providers give their keys, so that they can be found by machines. */
const knownForms: readonly (readonly [what: string, form: RegExp])[] = [
  ['an API key', /\bsk-(?:ant-|proj-|or-|svcacct-)?[\w-]{16,}/],
  ['a GitHub token', /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,})/],
  ['a GitLab token', /\bglpat-[\w-]{16,}/],
  ['an AWS key', /\b(?:AKIA|ASIA)[A-Z\d]{16}\b/],
  ['a Google API key', /\bAIza[\w-]{30,}/],
  ['a Slack token', /\bxox[abeprs]-[\w-]{10,}/],
  ['an npm token', /\bnpm_\w{30,}/],
  ['a Hugging Face token', /\bhf_\w{20,}/],
  ['a Groq key', /\bgsk_\w{20,}/],
  ['a JSON web token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{8,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a password in an address', /\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s/:@]{0,200}:[^\s/@]{1,200}@/i],
];
const secretKey =
  /(?:^|[_-])(?:password|passwd|passphrase|secret|token|api[_-]?key|apikey|private[_-]?key|credentials?|auth|bearer)$/i;
const mostScanned = 4_000;

export function secrets({ root }: CheckedFile): Finding[] {
  if (root === null) return [];
  const findings: Finding[] = [];
  for (const { path, scalar } of scalars(root)) {
    if (typeof scalar.value !== 'string') continue;
    const value = scalar.value.slice(0, mostScanned);
    const key = path.findLast((part) => typeof part === 'string') ?? '';
    const known = knownForms.find(([, form]) => form.test(value))?.[0];
    const what = known ?? (secretKey.test(key) && looksRandom(value) ? 'a secret' : undefined);
    if (what === undefined) continue;
    const message = `this looks like ${what}: keep it out of this file, and change it where it has been shared`;
    findings.push(finding('warning', 'secret', message, path));
  }
  return findings;
}

/** A password rather than its name: long enough, without spaces, and of many different letters. */
function looksRandom(value: string): boolean {
  return value.length >= 8 && !/\s/.test(value) && !/^[$%{<]/.test(value) && new Set(value).size >= 6;
}
