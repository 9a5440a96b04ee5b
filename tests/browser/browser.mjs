// Debian's Chromium under playwright-core, and what every check looks at: no request leaves the server, no
// error reaches the console, axe finds nothing, nothing scrolls sideways.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { Mock } from './mock/server.mjs';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
const quiet = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-default-apps', '--disable-dev-shm-usage',
];

export async function launch() {
  return chromium.launch({ executablePath: program, args: quiet });
}

// A mock on a port of its own, told what to do by the check.
export async function withMock(board, options, act) {
  const mock = new Mock({ board, villagesMax: 2, ...options });
  const base = `http://127.0.0.1:${await mock.start(0)}`;
  try {
    await act(mock, base);
  } finally {
    await mock.stop();
  }
}

export async function until(condition, what, withinMs = 15_000) {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline; ) {
    if (await condition()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(`did not happen in ${withinMs / 1000} s: ${what}`);
}

// A page of its own in a context of its own. `expectErrors`: the check breaks the server on purpose.
export class Visitor {
  static async open(browser, base, options = {}) {
    const { width = 1440, height = 900, dark = false, expectErrors = false, script = null } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    if (script) await context.addInitScript(script);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    return new Visitor(context, page, base, expectErrors);
  }

  constructor(context, page, base, expectErrors) {
    Object.assign(this, { context, page, base: base.replace(/\/$/, ''), expectErrors });
    this.foreign = [];
    this.errors = [];
    this.loads = 0;
    const own = new URL(base).origin;
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== own) this.foreign.push(request.url());
      if (request.isNavigationRequest()) this.loads += 1;
    });
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.errors.push(`thrown: ${error.message}`));
  }

  // A tab of the same browser, which shares its storage, its workers and its connections.
  async anotherTab() {
    const page = await this.context.newPage();
    page.setDefaultTimeout(20_000);
    return new Visitor(this.context, page, this.base, this.expectErrors);
  }

  // The status of a read, which no stream of this browser may hold up.
  async answersAtOnce(path) {
    const began = performance.now();
    const status = await this.page.evaluate(async (at) => (await fetch(at, { cache: 'no-store' })).status, path);
    assert.ok(performance.now() - began < 2_000, `${path} was answered after ${performance.now() - began} ms`);
    return status;
  }

  // As if another tab was brought before this one, and back.
  async show(shown) {
    await this.page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, shown ? 'visible' : 'hidden');
  }

  async go(path) {
    await this.page.goto(this.base + path, { waitUntil: 'domcontentloaded' });
  }

  async live() {
    await this.page.locator('[data-state="live"]').waitFor();
  }

  async close() {
    await this.context.close();
    assert.deepEqual(this.foreign, [], 'requests to another server');
    // What the check broke shows as failed loads; a policy's refusal or a throw is never expected.
    const unexpected = this.errors.filter((text) => !this.expectErrors || !/Failed to load|net::/.test(text));
    assert.deepEqual(unexpected, [], 'errors on the console');
  }

  async text(selector) {
    return (await this.page.locator(selector).first().textContent()).trim();
  }

  async position() {
    return Number((await this.text('[data-position]')).replace('#', ''));
  }

  // Numbers of the identity as the page says them: the roster and its five parts.
  async identity() {
    const figures = await this.page
      .locator('[aria-labelledby="identity-title"] dl')
      .first()
      .locator('dd .figure')
      .allTextContents();
    return figures.map((text) => Number(text.replaceAll(',', '')));
  }

  // Waits, since two frames can come between two readings.
  async identityHolds() {
    for (let attempt = 0; ; attempt += 1) {
      const [roster, ...parts] = await this.identity();
      const sum = parts.reduce((total, part) => total + part, 0);
      if (parts.length === 5 && sum === roster) return roster;
      assert.ok(attempt < 20, `${roster} households on the roster, but the parts are ${parts.join(' + ')}`);
    }
  }

  async axe() {
    if (!(await this.page.evaluate('typeof globalThis.axe === "object"'))) {
      // Evaluated, since the page's policy allows no script to be put into it.
      await this.page.evaluate(await readFile(axeFile, 'utf8'));
    }
    const found = await this.page.evaluate(async () => {
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { violations } = await globalThis.axe.run(document, { runOnly: tags });
      return violations.map(({ id, impact, nodes }) => {
        const [first] = nodes;
        return `${impact} ${id}: ${first?.target} ${first?.failureSummary ?? ''}`;
      });
    });
    assert.deepEqual(found, [], 'axe');
  }

  async fitsSideways() {
    const [content, screen] = await this.page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(content <= screen, `${content} px wide on a screen of ${screen} px`);
  }

  // Chinese that stands outside elements marked as Chinese, on a page that is in English.
  async chineseLeft() {
    return this.page.evaluate(() => {
      const found = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!/\p{Script=Han}/u.test(node.data) || element.closest('script, noscript')) continue;
        if (!element.closest('[lang]')?.lang.startsWith('zh')) found.push(node.data.trim());
      }
      return found;
    });
  }
}
