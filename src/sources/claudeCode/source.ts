/** Claude Code: the CLI, its editor extension, the SDK and the desktop app all write the same transcripts. */
import type { Source } from '../source';
import { claudeRoots } from './roots';
import { Transcript } from './transcript';

export const claudeCode: Source = {
  id: 'claude-code',
  label: 'Claude Code',
  roots: claudeRoots,
  includes: (place) => place.at(-1)?.endsWith('.jsonl') === true,
  open: (file) => new Transcript(file),
};
