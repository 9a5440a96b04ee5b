// node run.mjs [URL]: the board in a real browser. Without a URL (or BOARD_URL) against the mock, the board
// taken from BOARD_DIR; with one only what holds for any data, against that system. ONLY=words runs the
// checks whose names have these words. Ends with 1 where a check failed.
import path from 'node:path';
import { launch } from './browser.mjs';
import { checks as any } from './checks_any.mjs';
import { checks as ofEditions } from './checks_editions.mjs';
import { checks as ofMock } from './checks_mock.mjs';
import { checks as ofTabs } from './checks_tabs.mjs';
import { Mock } from './mock/server.mjs';

const url = process.argv[2] ?? process.env.BOARD_URL ?? null;
const board = path.resolve(process.env.BOARD_DIR ?? path.join(import.meta.dirname, '../../build/release/board'));
const only = process.env.ONLY ?? '';

const mock = url ? null : new Mock({ board });
const base = url ?? `http://127.0.0.1:${await mock.start(0)}`;
const browser = await launch();
const chosen = Object.entries(url ? any : { ...any, ...ofMock, ...ofTabs, ...ofEditions }).filter(([name]) => name.includes(only));
let failed = 0;
for (const [name, check] of chosen) {
  const started = performance.now();
  try {
    await check({ browser, base, board });
    console.log(`ok      ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${String(error.message).replaceAll('\n', '\n        ')}`);
    if (process.env.STACK) console.log(error.stack);
  }
}
await browser.close();
await mock?.stop();
console.log(`${chosen.length - failed} of ${chosen.length} checks passed`);
process.exit(failed > 0 || chosen.length === 0 ? 1 : 0);
