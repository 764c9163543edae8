// The clients that are walked with. Each has a way to be loaded from a directory of packages, and a walk.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as cli from './cli.mjs';
import * as computesdk from './computesdk.mjs';
import * as sdk from './sdk.mjs';

const require = createRequire(import.meta.url);

/**
 * As CommonJS, since the modules of some versions (such as 2.19.5) can't load what they need.
 * @param {string} version of E2B's JavaScript SDK
 * @param {string} folder where its package lies among the others
 */
export const e2b = (version, folder) => ({
  name: `e2b ${version}`,
  walk: sdk,
  state: async (packages) => ({ sdk: require(path.join(packages, folder, 'dist/index.js')) }),
});

export const others = [
  {
    name: '@e2b/cli 2.19.0',
    walk: cli,
    state: async (packages) => ({ program: path.join(packages, '@e2b/cli/dist/index.js') }),
  },
  {
    name: '@computesdk/e2b 1.7.52',
    walk: computesdk,
    state: async (packages) => ({ sdk: await import(pathToFileURL(path.join(packages, '@computesdk/e2b/dist/index.mjs'))) }),
  },
];
