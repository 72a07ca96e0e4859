/** Reads our settings: each value is checked, since a settings file may hold anything. */
import { workspace, type ConfigurationChangeEvent } from 'vscode';
import { meterParts, settingDefaults, settingsSection, type SettingKey, type SettingValue } from '../contributions';
import { priceUpdateModes, type SourceSwitches } from '../protocol/vocabulary';
import type { WorkspaceLayer } from '../protocol/layers';
import type { EngineSettings } from '../protocol/rpc';
import { isChosenFile, userConfigurationFile } from './language/languageFiles';
import type { MeterSettings } from './meter/meterText';

export function readSetting<K extends SettingKey>(key: K): SettingValue<K> {
  const fallback = settingDefaults[key];
  const value = workspace.getConfiguration(settingsSection).get<unknown>(key);
  return (isLike(value, fallback) ? value : fallback) as SettingValue<K>;
}

function isLike(value: unknown, fallback: unknown): boolean {
  if (Array.isArray(fallback)) return Array.isArray(value) && value.every((item) => typeof item === 'string');
  return typeof value === typeof fallback && value !== null && !Array.isArray(value);
}

/** What is neither on nor off is left out. */
function readSources(): SourceSwitches {
  const switches = Object.entries({
    'claude-code': readSetting('claudeCode.enabled'),
    ...readSetting('sources'),
  } as Record<string, unknown>);
  return Object.fromEntries(switches.filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'));
}

export function readEngineSettings(workspaces: readonly WorkspaceLayer[]): EngineSettings {
  return {
    timezone: readSetting('timezone').trim(),
    sources: readSources(),
    configFile: userConfigurationFile(readSetting('configFile')),
    configFileChosen: isChosenFile(readSetting('configFile')),
    prices: {
      update: priceUpdateModes.find((mode) => mode === readSetting('prices.update')) ?? 'off',
      url: readSetting('prices.url').trim(),
    },
    workspaces: [...workspaces],
  };
}

export function readMeterSettings(): MeterSettings {
  const show = readSetting('meter.show');
  return {
    show: meterParts.filter((part) => show.includes(part)).toSorted((a, b) => show.indexOf(a) - show.indexOf(b)),
    limit: readSetting('meter.limit'),
  };
}

export function changed(event: ConfigurationChangeEvent, ...keys: SettingKey[]): boolean {
  return keys.some((key) => event.affectsConfiguration(`${settingsSection}.${key}`));
}
