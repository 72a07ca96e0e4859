/** The Chromium that the real VS Code tests look through. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findProgram, installSystemPackages } from './systemPackages.mjs';

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/** Finds a Chromium, installs one on Debian or Ubuntu if there is none, and answers its path. */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found !== undefined) return found;
  if (await installSystemPackages(['chromium'])) {
    const installed = findBrowser();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    'No Chromium found. Install Chromium or Google Chrome (Debian: apt-get install chromium, ' +
      'macOS: brew install --cask chromium), or name one in CHROMIUM_PATH.',
  );
}

/** The path of the browser, if there is one. */
export function findBrowser() {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, which does not exist.`);
  }
  return usualPlaces().find((file) => existsSync(file)) ?? programs.map(findProgram).find((file) => file !== undefined);
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    const apps = ['Chromium', 'Google Chrome', 'Microsoft Edge'];
    return apps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
  }
  if (process.platform === 'win32') {
    const products = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
    return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
      .flatMap((name) => process.env[name] ?? [])
      .flatMap((folder) => products.map((product) => path.join(folder, product)));
  }
  return ['/usr/bin/chromium'];
}
