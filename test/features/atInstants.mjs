/**
 * One process's share of the scenarios about time: once at each of its instants, with the steps loaded once. Started by
 * run.mjs with the bundled steps, `dist/`, the folder of the reports, its number, and how many such processes there are.
 */
import path from 'node:path';
import { loadConfiguration, loadSupport, runCucumber } from '@cucumber/cucumber/api';
import { instants } from './instants.mjs';

const [steps = '', dist = '', reports = '', number = '0', processes = '1'] = process.argv.slice(2);

/** @type {Awaited<ReturnType<typeof loadSupport>> | undefined} */
let support;
for (const [index, { name, now, zone }] of instants.entries()) {
  if (index % Number(processes) !== Number(number)) continue;
  console.log(`\n${name}: ${now}`);
  const { runConfiguration } = await loadConfiguration({
    file: false,
    provided: {
      paths: ['test/features/*.feature'],
      import: [`${steps}/*.mjs`],
      tags: '@time',
      format: ['progress', `message:${path.join(reports, `${index}.ndjson`)}`],
      worldParameters: { dist, now, zone },
    },
  });
  support ??= await loadSupport(runConfiguration);
  const { success } = await runCucumber({ ...runConfiguration, support });
  if (!success) process.exitCode = 1;
}
