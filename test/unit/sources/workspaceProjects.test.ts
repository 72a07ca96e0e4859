/** The names that workspaces give to their projects, as the log reader finds them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parsed } from '../../../src/config/resolve/resolve';
import { WorkspaceProjects } from '../../../src/engine/ingest/workspaceProjects';
import { assistant } from '../../support/claudeLines';
import { OneTranscript } from './reading';

const projectIn = (text: string): string | undefined => parsed(text).entries.project;

function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'agent-meter-projects-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const file = '.vscode/agent-meter.yaml';

describe('a workspace’s project', () => {
  it('is that of its folder and of those below; the deepest that has a name wins', () => {
    const root = tree({
      [`mono/${file}`]: 'project: Mono\n',
      [`mono/apps/shop/${file}`]: 'project: Shop\nlimits: { global: { max_cost_per_day: 2 } }\n',
      [`mono/apps/plain/${file}`]: 'limits: { global: { max_cost_per_day: 2 } }\n',
    });
    const projects = new WorkspaceProjects(projectIn);
    const of = (cwd: string): string | null => projects.of(join(root, cwd));
    expect(of('mono')).toBe('Mono');
    expect(of('mono/src/deep/below')).toBe('Mono');
    expect(of('mono/apps/shop/src')).toBe('Shop');
    expect(of('mono/apps/plain')).toBe('Mono');
    expect(of('mono/.claude/worktrees/fix-1/src')).toBe('Mono');
    expect(of('other')).toBeNull();
    expect(of('monolith')).toBeNull();
  });

  it('is that of a worktree’s repository, in the same folder of it, unless the worktree has its own', () => {
    const root = tree({
      [`main/${file}`]: 'project: Main\n',
      [`main/part/${file}`]: 'project: Part\n',
      'own/.git': '',
      [`own/${file}`]: 'project: Own\n',
    });
    for (const name of ['elsewhere', 'own', 'near']) {
      mkdirSync(join(root, name), { recursive: true });
      const repository = name === 'near' ? relative(join(root, name), join(root, 'main')) : join(root, 'main');
      writeFileSync(join(root, name, '.git'), `gitdir: ${join(repository, '.git', 'worktrees', name)}\n`);
    }
    const projects = new WorkspaceProjects(projectIn);
    expect(projects.of(join(root, 'elsewhere'))).toBe('Main');
    expect(projects.of(join(root, 'elsewhere', 'part', 'src'))).toBe('Part');
    expect(projects.of(join(root, 'near', 'src'))).toBe('Main');
    expect(projects.of(join(root, 'own', 'src'))).toBe('Own');
  });

  it('follows its file after a while, and a broken one changes nothing', () => {
    const root = tree({ [`a/${file}`]: 'project: One\n' });
    let nowMs = 0;
    let reads = 0;
    const projects = new WorkspaceProjects(
      (text) => {
        reads += 1;
        if (text.includes('broken')) throw new Error('broken');
        return projectIn(text);
      },
      () => nowMs,
    );
    const later = (): string | null => {
      nowMs += 10_000;
      return projects.of(join(root, 'a', 'b'));
    };
    expect([projects.of(join(root, 'a')), later(), later(), reads]).toEqual(['One', 'One', 'One', 1]);
    writeFileSync(join(root, 'a', file), 'project: Another\n');
    expect(projects.of(join(root, 'a')), 'not at each line').toBe('One');
    expect(later()).toBe('Another');
    writeFileSync(join(root, 'a', file), 'broken: ever so much\n');
    expect(later()).toBe('Another');
    rmSync(join(root, 'a', file));
    expect(later()).toBeNull();
  });

  it('is no address, and nothing that is not read', () => {
    const root = tree({
      [`mail/${file}`]: 'project: ana@example.com\n',
      [`long/${file}`]: `project: Long\n${'#'.repeat(200_000)}`,
      [`number/${file}`]: 'project: 7\n',
      [`folder/${file}/x`]: '',
    });
    const projects = new WorkspaceProjects(projectIn);
    for (const name of ['mail', 'long', 'folder']) expect(projects.of(join(root, name)), name).toBeNull();
    for (const cwd of ['relative/a', '', '//server/share/a', '\\\\server\\share', `/${'a/'.repeat(100_000)}`]) {
      expect(projects.of(cwd)).toBeNull();
    }
  });

  it('is in the events of transcripts, and else the folder’s name is', () => {
    const root = tree({ [`work/${file}`]: 'project: Named\n' });
    const transcript = new OneTranscript({ place: ['-x', 's.jsonl'], projects: new WorkspaceProjects(projectIn) });
    const folders = [join(root, 'work', 'src'), join(root, 'plain')];
    transcript.feed(folders.map((cwd, index) => assistant({ id: `msg_${index}`, line: { cwd } })));
    const events = transcript.events();
    expect(events.map(({ attribution }) => attribution.project)).toEqual(['Named', 'plain']);
    expect(JSON.stringify(events)).not.toContain(root);
  });
});
