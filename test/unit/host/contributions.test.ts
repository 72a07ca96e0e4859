import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  apiCommandIds,
  commands,
  dashboardPanel,
  displayName,
  documentScheme,
  extensionId,
  overviewView,
  settingDefaults,
  settingsSection,
  statusBarItemId,
  viewContainer,
  walkthrough,
} from '../../../src/contributions';
import { apiCommands } from '../../../src/protocol/api/commandNames';

interface Manifest {
  name: string;
  publisher: string;
  displayName: string;
  activationEvents: string[];
  contributes: {
    commands: { command: string; category: string; title: string }[];
    viewsContainers: Record<string, { id: string }[]>;
    views: Record<string, { id: string; type: string }[]>;
    menus: Record<string, { command: string; when: string }[]>;
    configuration: { properties: Record<string, { type: string; default: unknown }> };
    walkthroughs: { id: string; steps: { media: { svg: string }; completionEvents: string[] }[] }[];
  };
}

const root = path.resolve(import.meta.dirname, '../../..');
const text = readFileSync(path.join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const strings = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const { contributes } = manifest;

describe('package.json and contributions.ts agree', () => {
  it('on who we are', () => {
    expect(`${manifest.publisher}.${manifest.name}`).toBe(extensionId);
    expect(manifest.displayName).toBe(displayName);
    expect(statusBarItemId).toBe('agentMeter.meter');
  });

  it('on the commands, both ways', () => {
    expect(contributes.commands.map(({ command }) => command).sort()).toEqual(Object.values(commands).sort());
    expect(new Set(contributes.commands.map(({ category }) => category))).toEqual(new Set([displayName]));
  });

  it('on the settings, both ways, with their defaults and types', () => {
    const contributed = Object.entries(contributes.configuration.properties).map(([key, { type, default: value }]) => [
      key,
      type,
      value,
    ]);
    const known = Object.entries(settingDefaults).map(([key, value]) => [
      `${settingsSection}.${key}`,
      Array.isArray(value) ? 'array' : typeof value,
      value,
    ]);
    expect(contributed).toEqual(expect.arrayContaining(known));
    expect(contributed).toHaveLength(known.length);
  });

  it('on the API: each command wakes us, and none is in the palette', () => {
    expect(Object.keys(apiCommandIds)).toEqual([...apiCommands]);
    const wakers = Object.values(apiCommandIds).map((id) => `onCommand:${id}`);
    expect(manifest.activationEvents).toEqual(['onStartupFinished', `onWebviewPanel:${dashboardPanel}`, ...wakers]);
    expect(contributes.commands.filter(({ command }) => command.includes('.v1.'))).toEqual([]);
  });

  it('on the view in the side bar', () => {
    expect(contributes.viewsContainers['activitybar']?.map(({ id }) => id)).toEqual([viewContainer]);
    expect(contributes.views[viewContainer]?.map(({ id, type }) => [id, type])).toEqual([[overviewView, 'webview']]);
  });

  it('on menus and the walkthrough, which name only what exists', () => {
    const ids: string[] = Object.values(commands);
    for (const { command, when } of Object.values(contributes.menus).flat()) {
      expect(ids).toContain(command);
      expect([documentScheme, overviewView].some((id) => when.includes(id))).toBe(true);
    }
    expect(contributes.walkthroughs.map(({ id }) => `${extensionId}#${id}`)).toEqual([walkthrough.id]);
    const linked = [...JSON.stringify(strings).matchAll(/command:([\w.]+)/g)].map(([, id]) => id ?? '');
    const completing = contributes.walkthroughs.flatMap(({ steps }) => steps.flatMap((step) => step.completionEvents));
    for (const id of [...linked, ...completing.map((event) => event.replace('onCommand:', ''))]) {
      expect(ids).toContain(id);
    }
  });

  it('on the strings: each key is used and exists', () => {
    const used = [...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '');
    expect([...new Set(used)].sort()).toEqual(Object.keys(strings).sort());
  });

  it('on pictures that follow the theme', () => {
    const folder = path.join(root, 'media/walkthrough');
    const pictures = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.map(({ media }) => path.basename(media.svg)),
    );
    expect(readdirSync(folder).sort()).toEqual([...pictures].sort());
    for (const picture of pictures) {
      expect(readFileSync(path.join(folder, picture), 'utf8')).toContain('var(--vscode-');
    }
  });
});
