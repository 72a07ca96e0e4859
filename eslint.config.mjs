import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Which room may import which (README, Architecture). A room always sees itself and shared/, which sees nobody. */
const rooms = {
  shared: [],
  protocol: [],
  scanner: [],
  domain: ['protocol'],
  ledger: ['domain', 'protocol'],
  sources: ['protocol', 'scanner/layout.ts'],
  config: ['domain', 'protocol'],
  engine: ['ledger', 'domain', 'sources', 'config', 'protocol'],
  language: ['config', 'protocol'],
  api: ['protocol', 'contributions.ts'],
  host: ['protocol', 'contributions.ts'],
};

const walls = Object.entries(rooms).map(([room, allowed]) => ({
  target: `./src/${room}`,
  from: './src',
  except: [...new Set([room, 'shared', ...allowed])].map((name) => `./${name}`),
  message: `${room}/ may import only: ${allowed.join(', ') || 'nothing else'}.`,
}));

/** The rooms in engine/: which may import which. What stands loose in engine/ wires them. */
const engineRooms = {
  support: [],
  configuration: ['support'],
  quotas: ['support'],
  prices: ['configuration', 'figures', 'support'],
  budgets: ['support'],
  alerts: ['budgets', 'support'],
  figures: ['budgets', 'configuration', 'quotas', 'support'],
  upkeep: ['figures', 'prices', 'support'],
  ingest: ['figures', 'prices', 'upkeep', 'support'],
  api: ['alerts', 'budgets', 'figures', 'prices', 'quotas', 'support'],
  leadership: ['support'],
};

const engineWalls = Object.entries(engineRooms).map(([room, allowed]) => ({
  target: `./src/engine/${room}`,
  from: './src/engine',
  except: [room, ...allowed].map((name) => `./${name}`),
  message: `engine/${room}/ may import of engine/ only: ${allowed.join(', ') || 'nothing'}.`,
}));

const webviewWall = {
  target: './webview',
  from: '.',
  except: ['./webview', './src/protocol', './src/shared', './node_modules'],
  message: 'webview/ may import only: protocol, shared.',
};

const nodeWall = {
  target: ['./src/shared/*.ts', './src/domain', './src/protocol', './webview'],
  from: './src/shared/node',
  message: 'shared/node/ is for rooms that run in Node alone.',
};

const toolkitOnly = {
  name: '@vscode/webview-ui-toolkit',
  message: 'Only webview/ui/toolkit.ts knows the toolkit.',
};
const chartsOnly = { group: ['echarts', 'echarts/*'], message: 'Only webview/charts/ knows ECharts.' };

const steadySeed = 'Properties are tried with the seed of test/support/properties.ts.';
const ownClock = 'Tests ask TestClock (test/support/testClock.mjs), or performance.now() where they measure.';

export default tseslint.config(
  { ignores: ['test/fixtures/circle/', 'dist/', 'coverage/', 'node_modules/', '.vscode-test/', 'test-results/'] },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.mts'] }, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX },
    settings: {
      // Without these the rules about imports look at no TypeScript.
      'import-x/extensions': ['.ts', '.tsx', '.mts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx', '.mts'] },
      'import-x/resolver-next': [
        createTypeScriptImportResolver({
          noWarnOnMultipleProjects: true,
          project: ['tsconfig.json', 'webview/tsconfig.json', 'test/tsconfig.json'],
        }),
      ],
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      'import-x/no-restricted-paths': ['error', { zones: [...walls, ...engineWalls, webviewWall, nodeWall] }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/extension.ts', 'src/composition.ts', 'src/host/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'vscode', message: 'Only extension.ts, composition.ts and host/ know vscode.' }] },
      ],
    },
  },
  {
    files: ['src/domain/**/*.ts', 'src/protocol/**/*.ts', 'src/shared/**/*.ts'],
    ignores: ['src/shared/node/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['vscode', 'fs', 'path', 'os', 'crypto'],
          patterns: [{ group: ['node:*'], message: 'Pure rules: no Node module.' }],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'Buffer', 'setTimeout', 'setInterval'],
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'now is an argument.' },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'now is an argument.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts', 'webview/**/*.tsx'],
    rules: { 'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }] },
  },
  {
    // AssemblyScript: to TypeScript all its kinds of numbers are one, and a cast between them looks needless.
    files: ['src/scanner/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'always' }],
    },
  },
  {
    files: ['webview/**/*.ts', 'webview/**/*.tsx'],
    ignores: ['webview/ui/toolkit.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [toolkitOnly], patterns: [chartsOnly] }] },
  },
  {
    files: ['webview/charts/**'],
    rules: { 'no-restricted-imports': ['error', { paths: [toolkitOnly] }] },
  },
  {
    // What tests assert is of their own clock, TestClock, which a test can set; what they measure is of performance.now().
    files: ['test/unit/**/*.ts', 'test/features/**/*.ts', 'test/torture/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: ownClock },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: ownClock },
        { selector: "MemberExpression[object.name='DateTime'][property.name=/^(now|local|utc)$/]", message: ownClock },
        { selector: "ImportDeclaration[source.value='fast-check']", message: steadySeed },
      ],
    },
  },
  {
    files: ['**/*.mts', '*.config.ts', 'test/**/*.ts', '**/*.d.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
);
