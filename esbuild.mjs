/**
 * Bundles every entry point into dist/, compiles the scanner's WebAssembly, and puts SQLite's beside them.
 * `--production`: minified, without source maps. A missing entry or .wasm fails the build.
 */
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';

const root = import.meta.dirname;
const outputFolder = path.join(root, 'dist');
const production = process.argv.includes('--production');

/**
 * What is big and seldom needed: a bundle of its own, loaded when it is imported. One that no `import()` meets fails the build, so
 * that a module which moves is not taken into the bundles of those who import it.
 */
const lazyModules = [
  { module: 'src/host/language/languageClient.ts', output: 'languageClient.js' },
  { module: 'src/engine/api/answer.ts', output: 'answer.js' },
  { module: 'src/engine/leadership/otherProcesses.ts', output: 'otherProcesses.js' },
  { module: 'src/engine/upkeep/schedule.ts', output: 'schedule.js' },
  { module: 'src/engine/prices/priceData.ts', output: 'prices.js' },
  { module: 'src/engine/prices/feed/update.ts', output: 'priceUpdate.js' },
  { module: 'node_modules/sql.js/dist/sql-wasm.js', output: 'sqlite.js' },
];
const lazyOutputs = new Map(lazyModules.map(({ module, output }) => [path.join(root, module), output]));
/** @type {Set<string>} */
const metOutputs = new Set();

/** @type {import('esbuild').Plugin} */
const leaveLazyModules = {
  name: 'lazy modules',
  setup(builder) {
    builder.onResolve({ filter: /./ }, async ({ path: specifier, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === leaveLazyModules) return undefined;
      const options = { kind, importer, resolveDir, pluginData: leaveLazyModules };
      const output = lazyOutputs.get((await builder.resolve(specifier, options)).path);
      if (output === undefined) return undefined;
      metOutputs.add(output);
      return { path: `./${output}`, external: true };
    });
  },
};

/**
 * With `require` in place of `import()`, for which Node would look through a megabyte for what its export names are.
 * @type {import('esbuild').BuildOptions}
 */
const nodeTarget = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  plugins: [leaveLazyModules],
  supported: { 'dynamic-import': false },
};

/**
 * Ships the price package's lists, most of its text, as JSON: V8 reads that several times as fast as an expression.
 * @type {import('esbuild').Plugin}
 */
const pricesAsJson = {
  name: 'prices as JSON',
  setup(builder) {
    builder.onLoad({ filter: /genai-prices[\\/]dist[\\/]index\.js$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const [, before, lists, after] = /^(const \w+ = )(\[\n.*?\n\])(, .*)$/s.exec(text) ?? [];
      if (lists === undefined) return { errors: [{ text: 'the price package does not begin with its lists' }] };
      /** @type {unknown} */
      const read = runInNewContext(lists);
      // One character beyond Latin-1 would double the text in memory, and the time to read it.
      const json = JSON.stringify(read).replaceAll(/[^\0-\x7F]/g, (character) => {
        return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
      });
      return { contents: `${before}JSON.parse(${JSON.stringify(json)})${after}` };
    });
  },
};

/** @param {string} output */
function lazyOptions(output) {
  return output === 'prices.js' ? { ...nodeTarget, plugins: [leaveLazyModules, pricesAsJson] } : nodeTarget;
}

/**
 * One row per bundle: what to build, into which file, for which runtime. `also`: what is written beside it. `mostBytes`: more,
 * minified, fail the build.
 * @type {{ entry: string, output: string, also?: string[], mostBytes?: number, options: import('esbuild').BuildOptions }[]}
 */
const bundles = [
  { entry: 'src/extension.ts', output: 'extension.js', options: nodeTarget },
  { entry: 'src/language/main.ts', output: 'language.js', options: nodeTarget },
  { entry: 'src/engine/boot.ts', output: 'engine.js', options: nodeTarget },
  // Loaded by boot.ts.
  { entry: 'src/engine/main.ts', output: 'engineMain.js', options: nodeTarget },
  // Loaded by resolveLayers.ts and readerMain.ts.
  { entry: 'src/config/resolve/resolve.ts', output: 'configuration.js', options: nodeTarget },
  { entry: 'src/engine/ingest/readerMain.ts', output: 'reader.js', options: nodeTarget },
  ...lazyModules.map(({ module, output }) => ({ entry: module, output, options: lazyOptions(output) })),
  {
    entry: 'webview/main.tsx',
    output: 'webview.js',
    also: ['webview.css', 'codicon.ttf'],
    mostBytes: 900_000,
    options: {
      platform: 'browser',
      format: 'iife',
      // The Chromium of the oldest VS Code we run in.
      target: 'chrome134',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      loader: { '.ttf': 'file' },
      assetNames: '[name]',
    },
  },
];

/** Files that bundles read at run time, by module specifier. */
const assets = [{ specifier: 'sql.js/dist/sql-wasm.wasm', output: 'sql-wasm.wasm' }];

function checkEntries() {
  const missing = bundles.map(({ entry }) => entry).filter((entry) => !existsSync(path.join(root, entry)));
  if (missing.length > 0) throw new Error(`missing entry point: ${missing.join(', ')}`);
}

/** @param {typeof bundles[number]} bundle */
async function bundleOne({ entry, output, mostBytes, options }) {
  const outfile = path.join(outputFolder, output);
  await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    // Some dependencies' UMD `main` hides its requires from a bundler; their `module` does not.
    mainFields: ['module', 'main'],
    minify: production,
    // `reason` and error names are part of what users and logs see.
    keepNames: production && options.platform === 'node',
    sourcemap: production ? false : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const bytes = statSync(outfile).size;
  if (production && mostBytes !== undefined && bytes > mostBytes) {
    throw new Error(`${output} has ${bytes} bytes, more than ${mostBytes}`);
  }
  return { output, bytes };
}

function checkLazyModules() {
  const unmet = lazyModules.filter(({ output }) => !metOutputs.has(output)).map(({ module }) => module);
  if (unmet.length > 0) throw new Error(`no import() of a lazy module: ${unmet.join(', ')}`);
}

/** @param {typeof assets[number]} asset */
function copyAsset({ specifier, output }) {
  const target = path.join(outputFolder, output);
  let source;
  try {
    source = createRequire(import.meta.url).resolve(specifier);
    copyFileSync(source, target);
  } catch (error) {
    throw new Error(`cannot copy ${specifier} to dist/: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { output, bytes: statSync(target).size };
}

/** The log reader's scanner, AssemblyScript, for its WebAssembly; without any run-time library, since it has no objects. */
async function compileScanner() {
  const output = 'scanner.wasm';
  const options = ['--runtime', 'stub', '--importMemory', '--noAssert', '--use', 'abort=', '-O3', '--enable', 'simd'];
  // A process of its own: the types that come with the compiler would give our tests other arrays.
  const compiler = path.join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
  const files = ['src/scanner/index.ts', '--outFile', path.join('dist', output)];
  const { stderr } = await promisify(execFile)(process.execPath, [compiler, ...files, ...options], { cwd: root });
  if (stderr !== '') throw new Error(`src/scanner does not compile cleanly:\n${stderr}`);
  return { output, bytes: statSync(path.join(outputFolder, output)).size };
}

/** Writes the JSON Schema of the configuration, which its zod schema makes, as the package ships it. */
async function writeSchema() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/config/schema/jsonSchema.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const source = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  /** @type {{ configurationJsonSchema: () => unknown, schemaFileName: string }} */
  const made = await import(`data:text/javascript;base64,${source}`);
  const target = path.join(outputFolder, made.schemaFileName);
  writeFileSync(target, `${JSON.stringify(made.configurationJsonSchema(), null, 1)}\n`);
  return { output: made.schemaFileName, bytes: statSync(target).size };
}

/**
 * Removes bundles of earlier builds; the package takes every script that it finds in dist/.
 * @param {string[]} written
 */
function removeStale(written) {
  const current = new Set(production ? written : written.flatMap((name) => [name, `${name}.map`]));
  for (const name of readdirSync(outputFolder)) {
    if (/\.(js|css|ttf|wasm|map)$/.test(name) && !current.has(name)) rmSync(path.join(outputFolder, name));
  }
}

try {
  checkEntries();
  mkdirSync(outputFolder, { recursive: true });
  const written = [
    ...(await Promise.all([...bundles.map(bundleOne), writeSchema(), compileScanner()])),
    ...assets.map(copyAsset),
  ];
  checkLazyModules();
  removeStale([...written.map(({ output }) => output), ...bundles.flatMap(({ also }) => also ?? [])]);
  const sizes = written.map(({ output, bytes }) => `${output} ${(bytes / 1024).toFixed(0)} kB`);
  console.log(`dist/ ${production ? '(production) ' : ''}${sizes.join(', ')}`);
} catch (error) {
  console.error(`build failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
