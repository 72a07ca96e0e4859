/**
 * The dashboard's page in a browser, without VS Code around it: from the request for its document until its figures are painted,
 * with the policy that it has in VS Code, and an answer that is there at once.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import * as path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { pageHtml } from '../../src/host/dashboard/html';
import type { DashboardFigures } from '../../src/protocol/dashboard/dashboard';
import type { DashboardState, ToPage } from '../../src/protocol/dashboard/dashboardMessages';
import { dashboardStrings } from '../../src/protocol/dashboard/dashboardStrings';
import { findBrowser } from '../support/ensureBrowser.mjs';
import { isolatedEnvironment } from '../support/isolation.mjs';
import { median, type Row } from './stats';

const runs = 7;
const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };

interface Timeline {
  /** The page says that it stands. */
  readyMs: number;
  /** A frame with the cards is on the screen. */
  figuresMs: number;
  /** The chart is drawn, too. */
  chartMs: number;
}

/** From a fresh page's navigation on. Without a Chromium there is nothing to tell. */
export async function measurePage(figures: DashboardFigures, folder: string, distDirectory: string): Promise<Row[]> {
  const executablePath = findBrowser();
  if (executablePath === undefined) return [];
  const browser = await chromium.launch({
    executablePath,
    env: isolatedEnvironment(path.join(folder, 'browser')),
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  const server = createServer();
  try {
    const origin = await serve(server, distDirectory);
    const all: Timeline[] = [];
    for (let run = 0; run <= runs; run++) all.push(await open(browser, figures, origin));
    const counted = all.slice(1);
    const of = (read: (timeline: Timeline) => number): number => median(counted.map(read));
    const total = of(({ figuresMs }) => figuresMs);
    const rest = `ready after ${Math.round(of(({ readyMs }) => readyMs))} ms, chart after ${Math.round(of(({ chartMs }) => chartMs))} ms`;
    return [
      {
        what: 'dashboard: the page, from its request to its figures on the screen',
        measured: `${Math.round(total)} ms (${rest})`,
        goal: '≤ 500 ms',
        met: total <= 500,
      },
    ];
  } finally {
    await browser.close();
    server.close();
  }
}

async function open(browser: Browser, figures: DashboardFigures, origin: string): Promise<Timeline> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(playHost, start(figures));
    await page.goto(`${origin}/`, { waitUntil: 'commit' });
    await page.waitForFunction(() => 'chartMs' in (window as unknown as { timeline: object }).timeline);
    return await page.evaluate(() => (window as unknown as { timeline: Timeline }).timeline);
  } finally {
    await context.close();
  }
}

/** Answers where the page is. */
async function serve(server: Server, distDirectory: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  server.on('request', (request, response) => {
    const name = (request.url ?? '').slice(1);
    const type = types[name.split('.')[1] ?? ''];
    response.setHeader('Content-Type', type ?? 'text/html');
    if (type !== undefined) {
      response.end(readFileSync(path.join(distDirectory, name)));
      return;
    }
    const parts = { script: 'webview.js', style: 'webview.css', source: origin, nonce: 'bench' };
    response.end(pageHtml({ ...parts, language: 'en', title: 'bench' }));
  });
  return origin;
}

/** In the page, before anything of it: the host that answers, and the clock. */
function playHost(message: ToPage): void {
  const timeline: Partial<Timeline> = {};
  const afterPaint = (note: () => void): void => void requestAnimationFrame(() => void setTimeout(note));
  Object.assign(window, {
    timeline,
    acquireVsCodeApi: () => ({
      getState: () => undefined,
      setState: () => undefined,
      postMessage: () => {
        timeline.readyMs ??= performance.now();
        window.postMessage(message);
      },
    }),
  });
  const look = new MutationObserver(() => {
    if (timeline.figuresMs === undefined && document.querySelector('.card') !== null) {
      timeline.figuresMs = 0;
      afterPaint(() => (timeline.figuresMs = performance.now()));
    }
    if (document.querySelector('.chart svg path') === null) return;
    look.disconnect();
    afterPaint(() => (timeline.chartMs = performance.now()));
  });
  look.observe(document, { subtree: true, childList: true });
}

function start(figures: DashboardFigures): ToPage & { type: 'start' } {
  const state: DashboardState = {
    currency: { code: 'USD', perUsd: 1 },
    selection: { period: { kind: 'named', name: 'last_90_days' }, filter: {} },
    figures,
    failure: null,
    ledgerEvents: figures.total.events,
    sources: [],
    problems: [],
    importRatio: null,
    limits: [],
    alerts: [],
    insights: null,
  };
  return { type: 'start', place: 'editor', locale: 'en', strings: { ...dashboardStrings }, state };
}
