// Several tabs of one browser, hidden ones too, against a mock on a port of its own. Chromium gives all of
// them six connections together.
import assert from 'node:assert/strict';
import { until, Visitor, withMock } from './browser.mjs';

const county = '/areas/431224';
const quickMs = 2_000;

async function openTabs(browser, base, paths, options = {}) {
  const first = await Visitor.open(browser, base, options);
  const tabs = [first];
  for (let at = 1; at < paths.length; at += 1) tabs.push(await first.anotherTab());
  for (const [at, tab] of tabs.entries()) {
    await tab.go(paths[at]);
    await tab.page.locator('[aria-labelledby="identity-title"]').waitFor();
  }
  return tabs;
}

async function closeTabs(tabs) {
  for (const tab of tabs.slice(1)) await tab.page.close();
  await tabs[0].close();
}

// Takes from each page what it would need for a worker, for a lock, or for both.
const without = (...names) =>
  `for (const name of ${JSON.stringify(names)}) {
     delete globalThis[name];
     if (name === 'locks') Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
   }`;

function visit(mock, code) {
  const household = mock.county.inGrid.get(code).find((one) => !one.disposition && one.onRoster);
  mock.county.visit(household, 'screened');
}

async function allFollow(mock, tabs) {
  visit(mock, '431224100001001');
  const position = mock.county.position;
  for (const tab of tabs) {
    await until(async () => (await tab.position()) === position, `record #${position} shows in each tab`);
  }
}

export const checks = {
  async 'ten tabs: each loads, follows, reads and goes on, over one stream'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const tabs = await openTabs(browser, base, Array(10).fill(county));
      for (const tab of tabs) await tab.live();
      assert.equal(mock.streams.size, 1);
      await allFollow(mock, tabs);
      for (const tab of tabs) assert.equal(await tab.answersAtOnce('/v1/rounds'), 200);
      const { page } = tabs[6];
      await page.locator('[aria-labelledby="areas-title"] tbody a').first().click();
      await page.getByRole('heading', { level: 1, name: /卢峰镇/ }).waitFor({ timeout: quickMs });
      await allFollow(mock, tabs);
      assert.ok(mock.streamsMost <= 2, `${mock.streamsMost} streams at one time`);
      await closeTabs(tabs);
    });
  },

  async 'more areas than two streams hold: those left over are asked for'({ browser, board }) {
    await withMock(board, { villagesMax: 40, visitsPerSecond: 0 }, async (mock, base) => {
      const townships = mock.county.areas.get('431224').children.slice(0, 9);
      const tabs = await openTabs(browser, base, [county, ...townships.map((code) => `/areas/${code}`)]);
      for (const tab of tabs) await tab.live();
      await until(() => mock.streams.size === 2, 'two streams');
      // One that is exchanged may be seen to end after the next has begun.
      assert.ok(mock.streamsMost <= 3, `${mock.streamsMost} streams at one time`);
      assert.ok(mock.requests.every(({ areas }) => areas.length <= 64));
      const wanted = townships.flatMap((code) => mock.county.areas.get(code).children);
      assert.ok(wanted.length > 128, `${wanted.length} areas are too few for this check`);
      for (const [at, code] of townships.entries()) {
        const tab = tabs[at + 1];
        const [, before] = await tab.identity();
        visit(mock, [...mock.county.inGrid.keys()].find((grid) => grid.startsWith(code)));
        await until(async () => (await tab.identity())[1] === before + 1, `a visit in ${code}`);
      }
      for (const tab of tabs) assert.equal(await tab.answersAtOnce('/v1/rounds'), 200);
      await closeTabs(tabs);
    });
  },

  async 'without a shared worker one tab speaks for the others, and another after it'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const tabs = await openTabs(browser, base, Array(8).fill(county), { script: without('SharedWorker') });
      for (const tab of tabs) await tab.live();
      assert.equal(mock.streams.size, 1);
      await allFollow(mock, tabs);
      const [first, second, ...others] = tabs;
      await first.page.close();
      await allFollow(mock, [second, ...others]);
      await second.show(false);
      await allFollow(mock, others);
      for (const tab of others) assert.equal(await tab.answersAtOnce('/v1/rounds'), 200);
      assert.equal(mock.streams.size, 1);
      await first.close();
    });
  },

  async 'without workers and locks a tab has a stream of its own'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const script = without('SharedWorker', 'locks');
      const tabs = await openTabs(browser, base, [county, county], { script });
      for (const tab of tabs) await tab.live();
      assert.equal(mock.streams.size, 2);
      await allFollow(mock, tabs);
      await closeTabs(tabs);
    });
  },

  async 'a hidden tab lets go of the stream, claims nothing, and is whole again at once'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const [tab] = await openTabs(browser, base, ['/areas/431224100001001']);
      await tab.live();
      await tab.show(false);
      await until(() => mock.streams.size === 0, 'no stream is held for a hidden tab');
      assert.equal(await tab.page.locator('[data-state="live"]').count(), 0);
      assert.equal(await tab.page.locator('.page.late').count(), 1);
      const [, before] = await tab.identity();
      visit(mock, '431224100001001');
      const asked = mock.asked.length;
      await new Promise((done) => setTimeout(done, 1_500));
      assert.equal((await tab.identity())[1], before);
      assert.deepEqual(mock.asked.slice(asked), [], 'a hidden tab asks for nothing');
      await tab.show(true);
      await until(async () => (await tab.identity())[1] === before + 1, 'the visit of the meantime');
      await tab.live();
      assert.ok(mock.asked.slice(asked).some((path) => path.includes('/households')), 'lists are read again');
      await closeTabs([tab]);
    });
  },

  async 'a tab that was opened behind another one is not called late when it is first looked at'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const tab = await Visitor.open(browser, base);
      await tab.page.addInitScript(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      });
      await tab.go(county);
      await tab.page.locator('[aria-labelledby="identity-title"]').waitFor();
      await new Promise((done) => setTimeout(done, 11_500)); // longer than a board may hear nothing
      // What stands there from the moment it is shown until it is live.
      await tab.page.evaluate(() => {
        globalThis.banners = [];
        const look = () => {
          for (const one of document.querySelectorAll('.banner')) globalThis.banners.push(one.textContent);
        };
        look();
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
      });
      await tab.show(true);
      await tab.live();
      assert.deepEqual(await tab.page.evaluate(() => globalThis.banners), []);
      assert.equal(mock.streams.size, 1);
      await closeTabs([tab]);
    });
  },

  async 'a tab that dies without a word keeps no stream'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const [tab, other] = await openTabs(browser, base, [county, '/areas/431224100']);
      await tab.live();
      await other.live();
      const session = await other.page.context().newCDPSession(other.page);
      session.send('Page.crash').catch(() => undefined);
      const [village] = mock.county.areas.get('431224100').children;
      assert.ok([...mock.streams].some(({ areas }) => areas.includes(village)));
      await until(() => [...mock.streams].every(({ areas }) => !areas.includes(village)),
        'the areas of the dead tab are given up', 60_000);
      await allFollow(mock, [tab]);
      await tab.close();
    });
  },
};
