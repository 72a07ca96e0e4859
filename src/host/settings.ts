/** Reads our settings: each value is checked, since a settings file may hold anything. */
import { workspace, type ConfigurationChangeEvent } from 'vscode';
import { settingDefaults, settingsSection, type SettingKey, type SettingValue } from '../contributions';
import type { EngineSettings } from '../protocol/rpc';

export function readSetting<K extends SettingKey>(key: K): SettingValue<K> {
  const fallback = settingDefaults[key];
  const value = workspace.getConfiguration(settingsSection).get<unknown>(key);
  return (typeof value === typeof fallback ? value : fallback) as SettingValue<K>;
}

export function readEngineSettings(): EngineSettings {
  return { timezone: readSetting('timezone').trim(), claudeCode: readSetting('claudeCode.enabled') };
}

export function changed(event: ConfigurationChangeEvent, ...keys: SettingKey[]): boolean {
  return keys.some((key) => event.affectsConfiguration(`${settingsSection}.${key}`));
}
