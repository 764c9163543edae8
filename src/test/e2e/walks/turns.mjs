// Does the loop of ComputeSDK's public benchmark (create, run a command, destroy) and prints the milliseconds of each turn.
import { e2b } from '@computesdk/e2b';
import { apiKey } from '../support/service.mjs';
import { turn } from './computesdk.mjs';

const [warmUp, turns] = process.argv.slice(2).map(Number);
const provider = e2b({ apiKey });
for (let i = 0; i < warmUp; i++) await turn(provider);
for (let i = 0; i < turns; i++) console.log(await turn(provider));
// The SDK's connections would keep this process for a while.
process.exit(0);
