/**
 * Secrets, which belong into the editor's secret storage: this file is read by people, copied, and kept in repositories. What
 * has a form that only secrets have is refused; what merely looks like one is told.
 */
import type { Finding } from '../issue';
import { scalars } from '../read/located';
import { finding, type CheckedFile } from './check';

/** Forms that providers give their keys, so that they can be found by machines. */
const knownForms: readonly (readonly [what: string, form: RegExp])[] = [
  // Names of projects and people's tags may begin so, too: a key has digits, and capitals, a provider's own part or hex alone.
  ['an API key', /\bsk-(?:(?:ant|or|proj|svcacct|admin)-|(?=[\w-]*[A-Z]))(?=(?:[\w-]*\d){2})[\w-]{12,}/],
  ['an API key', /\bsk-[\da-f]{32,}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,})/],
  ['a GitLab token', /\bglpat-[\w-]{16,}/],
  ['an AWS key', /\b(?:AKIA|ASIA)[A-Z\d]{16}\b/],
  ['a Google API key', /\bAIza[\w-]{30,}/],
  ['a Slack token', /\bxox[abeprs]-[\w-]{10,}/],
  ['an npm token', /\bnpm_(?=[a-z\d]*[A-Z])(?=[A-Z\d]*[a-z])[A-Za-z\d]{30,}/],
  ['a Hugging Face token', /\bhf_(?=[a-z\d]*[A-Z])(?=[A-Z\d]*[a-z])[A-Za-z\d]{20,}/],
  ['a Groq key', /\bgsk_(?=[a-z\d]*[A-Z])(?=[A-Z\d]*[a-z])[A-Za-z\d]{20,}/],
  ['a JSON web token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{8,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a password in an address', /\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s/:@]{0,200}:[^\s/@]{1,200}@/i],
];
/** Addresses that whoever knows them may post to; there is no other place for them. */
const secretAddresses: readonly RegExp[] = [
  /^https:\/\/hooks\.slack\.com\/(?:services|workflows)\/\S{20,}/i,
  /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/\d+\/\S{20,}/i,
  /^https?:\/\/\S{1,500}[?&](?:[\w-]*token|[\w-]*key|sig|signature|secret)=[^&\s]{8,}/i,
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
    if (known !== undefined) {
      const message = `this looks like ${known}: keep it out of this file, and change it where it has been shared`;
      findings.push(finding('error', 'secret', message, path));
    } else if (secretAddresses.some((form) => form.test(value))) {
      const message = 'whoever knows this address can post to it: share this file with nobody';
      findings.push(finding('warning', 'secret', message, path));
    } else if (secretKey.test(key) && looksRandom(value)) {
      const message = 'this looks like a secret: keep it out of this file, and change it where it has been shared';
      findings.push(finding('warning', 'secret', message, path));
    }
  }
  return findings;
}

/** A password rather than its name: long enough, without spaces, and of many different letters. */
function looksRandom(value: string): boolean {
  return value.length >= 8 && !/\s/.test(value) && !/^[$%{<]/.test(value) && new Set(value).size >= 6;
}
