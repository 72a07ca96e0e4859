/**
 * A real VS Code: a server with its own throw-away home, profile and extensions, seen through a real browser.
 * Each window is a Playwright page with an extension host process of its own; workbench.ts tells what to do with one.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import * as codeServer from './codeServer.mjs';
import { ensureBrowser } from './ensureBrowser.mjs';
import { ensureVsCode } from './ensureVsCode.mjs';
import { assertIsolated, isolatedEnvironment } from './isolation.mjs';
import { inRepository } from './paths.mjs';
import { descendants, isAlive } from './processes.mjs';
import { reporterOf, type Reporter } from './reporter.ts';
import { until } from './until.ts';

/** The built-in themes, one of each kind. */
export const themes = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
} as const;

export interface RealVsCodeOptions {
  /** Packaged extensions to install, usually `[packageFile]`. */
  vsix?: readonly string[];
  /** Unpacked extensions, copied beside them. Default: the reporter. */
  extensions?: readonly string[];
  /** A throw-away folder to use instead of a new one, which is left alone at the end: for restarts on the same data. */
  folder?: string;
  /** Environment variables for the server and its extensions, over the isolated ones, and as strictly isolated. */
  env?: Record<string, string>;
  /** User settings over the quiet ones. */
  settings?: Record<string, unknown>;
  /** Ask whether to trust each folder; a new one then opens in Restricted Mode. Default: everything is trusted. */
  workspaceTrust?: boolean;
  /** Default: any free port. */
  port?: number;
  /** How long a window that vanished without a farewell keeps its extension host. Default: VS Code's own three hours. */
  reconnectionGraceSeconds?: number;
  /** Runs after the home exists and before VS Code starts: the place to write agent logs. */
  prepare?: (home: Home) => void | Promise<void>;
}

export interface Home {
  /** The throw-away folder that holds everything. */
  folder: string;
  /** The environment of the server; `HOME`, `CLAUDE_CONFIG_DIR` and so on all lie in `folder`. */
  env: Record<string, string>;
}

export interface WindowOptions {
  /** VS Code's display language as extensions see it; its own words stay English. Default: English. */
  language?: string;
  viewport?: { width: number; height: number };
  /** Default: wait until the extension host runs. False where it is meant not to. */
  waitForExtensionHost?: boolean;
}

const mostAttempts = 5;

export const reporterExtension = inRepository('test', 'fixtures', 'reporter-extension');

export class RealVsCode {
  static readonly #open = new Set<RealVsCode>();
  /** Everything that windows wrote to their consoles as an error, and the errors that nobody caught. */
  public readonly consoleErrors: string[] = [];
  readonly #hosts = new Map<Page, number>();
  #opening: Promise<unknown> = Promise.resolve();

  /** Where everything lies. */
  public readonly home: Home;
  readonly #server: codeServer.CodeServer;
  readonly #browser: Browser;
  readonly #folderIsOurs: boolean;

  private constructor(home: Home, server: codeServer.CodeServer, browser: Browser, options: RealVsCodeOptions) {
    this.home = home;
    this.#server = server;
    this.#browser = browser;
    this.#folderIsOurs = options.folder === undefined;
  }

  /** Installs the extensions into a fresh profile, starts VS Code on 127.0.0.1 and a browser, and waits for both. */
  public static async start(options: RealVsCodeOptions = {}): Promise<RealVsCode> {
    const [installation, executablePath] = [await ensureVsCode(), await ensureBrowser()];
    const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'code-'));
    const home: Home = { folder, env: isolatedEnvironment(folder) };
    home.env['AGENT_METER_TEST_REPORTERS'] = reportersFolder(home);
    Object.assign(home.env, options.env);
    assertIsolated(home.env);
    await options.prepare?.(home);
    const profile = profileFolder(home);
    codeServer.writeSettings(profile, { ...codeServer.quietSettings, ...options.settings });
    const { port, workspaceTrust, reconnectionGraceSeconds } = options;
    const serverOptions: codeServer.CodeServerOptions = {
      installation,
      profileFolder: profile,
      env: home.env,
      ...(port !== undefined && { port }),
      ...(workspaceTrust !== undefined && { workspaceTrust }),
      ...(reconnectionGraceSeconds !== undefined && { reconnectionGraceSeconds }),
    };
    for (const extension of options.extensions ?? [reporterExtension]) copyExtension(profile, extension);
    for (const vsix of options.vsix ?? []) await codeServer.installExtension(serverOptions, vsix);
    const server = await codeServer.startCodeServer(serverOptions);
    try {
      const browser = await chromium.launch({ executablePath, args: browserFlags, env: home.env });
      const code = new RealVsCode(home, server, browser, options);
      RealVsCode.#open.add(code);
      return code;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Closes whatever a failed test left open. */
  public static async closeAll(): Promise<void> {
    await Promise.all([...RealVsCode.#open].map((code) => code.close()));
  }

  /** The address of the server, without a trailing slash. */
  public get url(): string {
    return this.#server.url;
  }

  /** What the server printed. */
  public get serverLog(): string {
    return this.#server.log();
  }

  /** A new empty folder in the throw-away home, to open as a workspace. */
  public makeWorkspace(name: string): string {
    const folder = path.join(this.home.folder, 'workspaces', name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Opens a window, on a folder, on a `.code-workspace` file or empty, and waits for its workbench and its extension host. */
  public async openWindow(folder?: string, options: WindowOptions = {}): Promise<Page> {
    // One at a time, so that a new extension host process belongs to the window that is being opened.
    const opening = this.#opening.then(() => this.#openWindow(folder, options));
    this.#opening = opening.catch(() => undefined);
    return await opening;
  }

  async #openWindow(folder: string | undefined, options: WindowOptions): Promise<Page> {
    const viewport = options.viewport ?? { width: 1280, height: 800 };
    const context = await this.#browser.newContext({ viewport, locale: 'en-US' });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: this.url });
    const page = await context.newPage();
    if (options.language !== undefined) {
      await page.addInitScript(
        (language) => Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: language }),
        options.language,
      );
    }
    page.on('console', (message) => {
      if (message.type() === 'error') this.consoleErrors.push(message.text());
    });
    page.on('pageerror', (error) => this.consoleErrors.push(error.stack ?? error.message));
    const kind = folder?.endsWith('.code-workspace') === true ? 'workspace' : 'folder';
    const query = folder === undefined ? 'ew=true' : `${kind}=${encodeURIComponent(folder)}`;
    await page.goto(`${this.url}/?${query}`, { waitUntil: 'domcontentloaded' });
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ state: 'visible', timeout: 60_000 });
    if (options.waitForExtensionHost !== false) await this.extensionHost(page);
    if (kind === 'workspace') await this.#withFolders(page);
    return page;
  }

  /**
   * A busy VS Code may open a workspace file before it can read it: the window, its Explorer too, then has no folders for as
   * long as it lives. As a user would, we open it again.
   */
  async #withFolders(page: Page): Promise<void> {
    for (let attempt = 1; (await (await this.reporter(page)).folders()).length === 0; attempt++) {
      if (attempt === mostAttempts) throw new Error(`VS Code opened a workspace ${attempt} times without its folders.`);
      await this.reloadWindow(page);
    }
  }

  /** The process id of a window's extension host, as soon as it runs. */
  public async extensionHost(page: Page): Promise<number> {
    const known = this.#hosts.get(page);
    if (known !== undefined && isAlive(known)) return known;
    const pid = await until('the extension host of a window', () => {
      const taken = new Set([...this.#hosts].filter(([other]) => other !== page).map(([, other]) => other));
      return this.extensionHosts().findLast((candidate) => candidate !== known && !taken.has(candidate));
    });
    this.#hosts.set(page, pid);
    return pid;
  }

  /** The process ids of all extension hosts of this server. */
  public extensionHosts(): number[] {
    const hosts = descendants(this.#server.pid).filter(({ command }) => command.includes('--type=extensionHost'));
    // A child of one bears its name for the moment between fork and exec.
    return hosts.filter(({ parent }) => !hosts.some(({ pid }) => pid === parent)).map(({ pid }) => pid);
  }

  /** Kills a window's extension host as a crash would, with everything in it, and answers its process id. */
  public async killExtensionHost(page: Page, signal: NodeJS.Signals = 'SIGKILL'): Promise<number> {
    const pid = await this.extensionHost(page);
    if (!this.extensionHosts().includes(pid)) throw new Error(`${pid} is no extension host of ours.`);
    process.kill(pid, signal);
    await until(`the end of extension host ${pid}`, () => !this.extensionHosts().includes(pid));
    return pid;
  }

  /** The coding agent in a window. */
  public async reporter(page: Page): Promise<Reporter> {
    return await reporterOf(reportersFolder(this.home), await this.extensionHost(page));
  }

  /** Closes a window as a user does, and waits until its extension host has ended. */
  public async closeWindow(page: Page): Promise<void> {
    const pid = await this.extensionHost(page);
    // The page's farewell ends its extension host. To close the context at once would cut it off, and VS Code would keep the host.
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    await page.context().close();
    await until(`the end of extension host ${pid}`, () => !this.extensionHosts().includes(pid));
    this.#hosts.delete(page);
  }

  /** Reloads a window and waits for its new extension host. */
  public async reloadWindow(page: Page): Promise<void> {
    const before = await this.extensionHost(page);
    await page.reload({ waitUntil: 'domcontentloaded' });
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ state: 'visible', timeout: 60_000 });
    await until(`the end of extension host ${before}`, () => !this.extensionHosts().includes(before));
    await this.extensionHost(page);
  }

  /**
   * Changes user settings as that window's settings editor would; undefined removes one. Windows opened later see them
   * too. (VS Code in a browser does not watch the settings file itself.)
   */
  public async changeSettings(page: Page, settings: Record<string, unknown>): Promise<void> {
    const reporter = await this.reporter(page);
    for (const [name, value] of Object.entries(settings)) await reporter.setSetting(name, value);
  }

  /** Changes the colour theme and waits until the window shows it. */
  public async setTheme(page: Page, theme: keyof typeof themes): Promise<void> {
    await this.changeSettings(page, { 'workbench.colorTheme': themes[theme] });
    const kind = { light: 'vs', dark: 'vs-dark', highContrast: 'hc-black', highContrastLight: 'hc-light' }[theme];
    await page.locator(`.monaco-workbench.${kind}`).waitFor({ state: 'attached', timeout: 30_000 });
  }

  /** Stops the browser and the server, and removes the throw-away folder unless it was given. */
  public async close(): Promise<void> {
    if (!RealVsCode.#open.delete(this)) return;
    await this.#browser.close();
    await this.#server.stop();
    if (this.#folderIsOurs) rmSync(this.home.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function profileFolder(home: Home): string {
  return path.join(home.folder, 'vscode');
}

function reportersFolder(home: Home): string {
  return path.join(home.folder, 'reporters');
}

/** An unpacked extension is found by its folder name, `publisher.name-version`. */
function copyExtension(profile: string, folder: string): void {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  const { publisher = '', name = '', version = '' } = manifest;
  cpSync(folder, path.join(codeServer.extensionsFolder(profile), `${publisher}.${name}-${version}`), {
    recursive: true,
  });
}
