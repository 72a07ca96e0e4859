/** The dashboard in a window of VS Code: how it is opened, and what is read off its page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';
import { until } from '../support/until.ts';
import { meterId } from './meter.ts';
import * as workbench from '../support/workbench.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Opens it by the palette and waits for its figures. */
export async function openDashboard(window: Page): Promise<Frame> {
  await workbench.statusBarItem(window, meterId);
  await workbench.runCommand(window, 'Agent Meter: Open Dashboard');
  return await dashboard(window);
}

/** The page of the editor tab, as soon as it shows figures. */
export async function dashboard(window: Page): Promise<Frame> {
  return await workbench.webviewFrame(window, 'main.editor .cards, main.editor .empty, main.editor .welcome');
}

/** The figure on a card, as `$4.12`. */
export async function card(page: Frame, title: string): Promise<string> {
  const group = page.getByRole('group', { name: new RegExp(`^${title}: `) });
  return (await group.locator('.value').innerText()).trim();
}

/** The rows of a table by its name, as the texts of their cells. */
export async function tableRows(page: Frame, name: string): Promise<string[][]> {
  const rows = await page.getByRole('table', { name, exact: true }).locator('tbody tr').all();
  return await Promise.all(
    rows.map(async (row) => (await row.locator('td').allInnerTexts()).map((cell) => cell.trim())),
  );
}

/** Chooses an option of one of the page's dropdowns. */
export async function choose(page: Frame, label: string, option: string): Promise<void> {
  const dropdown = page.locator(`vscode-dropdown[aria-label="${label}"]`);
  await dropdown.click();
  await dropdown.locator('vscode-option').filter({ hasText: option }).first().click();
}

export async function openTab(page: Frame, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
  await page.locator('[role=tab][aria-selected=true]').filter({ hasText: name }).waitFor();
}

export async function untilCard(page: Frame, title: string, text: string): Promise<void> {
  let last = '';
  await until(`${title} ${text}`, async () => {
    last = await card(page, title).catch(() => '');
    return last === text;
  }).catch((error: unknown) => {
    throw new Error(`${title} showed ${last}`, { cause: error });
  });
}

/** What axe finds that is serious or critical, in words. */
export async function seriousFindings(page: Frame): Promise<string[]> {
  // The page's policy forbids scripts of others; an evaluated one is the debugger's.
  await page.evaluate(axeSource);
  return await page.evaluate(async () => {
    interface Finding {
      id: string;
      impact: string | null;
      nodes: { html: string; failureSummary: string }[];
    }
    const { axe } = globalThis as unknown as { axe: { run: (root: Document) => Promise<{ violations: Finding[] }> } };
    const { violations } = await axe.run(document);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
      );
  });
}

/** What a window's policies refuse of our scripts from now on; it grows. */
export async function policyViolations(window: Page): Promise<string[]> {
  const found: string[] = [];
  const session = await window.context().newCDPSession(window);
  session.on('Audits.issueAdded', ({ issue }) => {
    const details = issue.details.contentSecurityPolicyIssueDetails;
    const where = details?.sourceCodeLocation;
    if (details !== undefined && (where?.url ?? '').includes('agent-meter')) {
      found.push(`${details.violatedDirective} ${where?.url}:${where?.lineNumber}:${where?.columnNumber}`);
    }
  });
  await session.send('Audits.enable');
  return found;
}
