// What needs a server that can be told what to do: the mock, on a port of its own for each check.
import assert from 'node:assert/strict';
import { until, Visitor, withMock } from './browser.mjs';

const county = '/areas/431224';
const grid = '/areas/431224100001001';

const visits = (disposition) => (mock, code) => {
  const household = mock.county.inGrid.get(code).find((one) => !one.disposition && one.onRoster);
  mock.county.visit(household, disposition);
  return household;
};

export const checks = {
  async 'a visit shows on every level above it, without a reload'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      for (const path of [county, '/areas/431224100', '/areas/431224100001', grid]) {
        const visitor = await Visitor.open(browser, base);
        await visitor.go(path);
        await visitor.live();
        const [, before] = await visitor.identity();
        visits('screened')(mock, '431224100001001');
        await until(async () => (await visitor.identity())[1] === before + 1, `the visit at ${path}`);
        assert.equal(await visitor.position(), mock.county.position);
        assert.equal(visitor.loads, 1);
        await visitor.close();
      }
    });
  },

  async 'a household’s page and its grid’s list follow a visit'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base);
      const household = mock.county.inGrid.get('431224100001001').find((one) => !one.disposition);
      const row = visitor.page.locator('tr', { hasText: household.id.slice(-6) });
      await visitor.go(grid);
      await visitor.live();
      assert.match(await row.textContent(), /未摸/);
      mock.county.visit(household, 'vacant');
      await until(async () => /空置/.test(await row.textContent()), 'the list follows');
      await row.getByRole('link').first().click();
      const decided = visitor.page.locator('li.decides');
      assert.match(await decided.textContent(), /走访：空置/);
      mock.county.retract(household);
      await until(async () => (await decided.count()) === 0, 'the history follows');
      assert.match(await visitor.text('li.gone'), /已由记录 #\d+ 撤回/);
      assert.equal(visitor.loads, 1);
      await visitor.close();
    });
  },

  async 'a stream that breaks goes on where it stopped'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base, { expectErrors: true });
      await visitor.go(county);
      await visitor.live();
      visits('screened')(mock, '431224100001001');
      await until(async () => (await visitor.position()) === mock.county.position, 'the first frame');
      const seen = mock.county.position;
      for (const fault of ['failing', 'refusing']) {
        const streams = mock.requests.length;
        mock.faults[fault] = true;
        mock.breakStreams();
        await visitor.page.locator('[data-state="connecting"]').waitFor();
        const before = mock.turnedAway;
        await until(() => mock.turnedAway > before, `it tries again while ${fault}`);
        visits('screened')(mock, '431224100001001');
        mock.faults[fault] = false;
        await until(async () => (await visitor.position()) === mock.county.position, `after ${fault}`);
        assert.ok(mock.requests.length > streams);
        assert.ok(mock.requests.at(-1).sent >= seen, 'it said what it had seen');
      }
      assert.equal(visitor.loads, 1);
      await visitor.close();
    });
  },

  async 'late figures are grey under a banner that says up to when they hold'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 20 }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base);
      await visitor.page.clock.install();
      await visitor.go(county);
      await visitor.live();
      const banner = visitor.page.locator('[role="status"] .banner');
      assert.equal(await banner.count(), 0);

      mock.faults.late = true;
      await banner.waitFor();
      assert.match(await banner.textContent(), /汇总落后于记录库/);
      assert.equal(await visitor.page.locator('.page.late').count(), 1);
      await visitor.axe();
      mock.faults.late = false;
      await banner.waitFor({ state: 'detached' });

      mock.faults.silent = true;
      await visitor.page.clock.fastForward(9_000);
      assert.equal(await banner.count(), 0, 'nine seconds are no delay');
      await visitor.page.clock.fastForward(2_000);
      await banner.waitFor();
      assert.match(await banner.textContent(), /已有 00:1\d 没有收到更新.*记录 #\d+/s);
      mock.faults.silent = false;
      await banner.waitFor({ state: 'detached' });
      await visitor.close();
    });
  },

  async 'the 25 townships are named, and all of them fit a wall of 1920 by 1080'({ browser, board }) {
    await withMock(board, { villagesMax: 99 }, async (mock, base) => {
      for (const [language, dark] of [['zh', true], ['en', false]]) {
        const visitor = await Visitor.open(browser, base, { width: 1920, height: 1080, dark });
        await visitor.go(`${county}?lang=${language}`);
        await visitor.live();
        const names = visitor.page.locator('[aria-labelledby="areas-title"] tbody a');
        assert.equal(await names.count(), 25);
        assert.equal((await names.first().textContent()).trim(), '卢峰镇');
        const height = await visitor.page.evaluate(() => document.documentElement.scrollHeight);
        assert.ok(height <= 1080, `${height} px high in ${language}`);
        await visitor.close();
      }
    });
  },

  async 'columns sort by key and keyboard, and the address remembers it'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base);
      const { page } = visitor;
      await visitor.go(county);
      await visitor.live();
      const column = async (index) =>
        (await page.locator(`[aria-labelledby="areas-title"] tbody td:nth-of-type(${index}) .figure`)
          .allTextContents()).map((text) => Number.parseFloat(text.replaceAll(',', '')));
      await page.getByRole('button', { name: '未摸', exact: true }).focus();
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('th[aria-sort="descending"]').count(), 1);
      const untouched = await column(4);
      assert.deepEqual(untouched, untouched.toSorted((a, b) => b - a));
      await page.getByRole('button', { name: '覆盖率' }).click();
      const coverage = await column(1);
      assert.deepEqual(coverage, coverage.toSorted((a, b) => a - b));
      await page.reload();
      await visitor.live();
      assert.deepEqual(await column(1), coverage);
      await visitor.close();
    });
  },

  async 'another round is shown as such, and what happens now leaves it alone'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 20 }, async (mock, base) => {
      mock.county.openRound();
      const visitor = await Visitor.open(browser, base);
      const { page } = visitor;
      await visitor.go(county);
      await visitor.live();
      await page.getByRole('combobox').selectOption({ index: 1 });
      await page.getByText('正在查看的不是当前轮次').waitFor();
      assert.match(page.url(), new RegExp(`round=${mock.county.rounds[1].id}`));
      const shown = await visitor.position();
      await until(async () => (await visitor.position()) > shown + 20, 'the county goes on');
      const [roster, screened, , , , untouched] = await visitor.identity();
      assert.deepEqual([screened, untouched], [0, roster]);
      await visitor.axe();
      await page.getByRole('button', { name: '回到当前轮次' }).click();
      await until(async () => (await visitor.identity())[1] > 0, 'the current round');
      assert.doesNotMatch(page.url(), /round=/);
      await visitor.close();
    });
  },

  async 'a refusal is told to nobody: not in the grid, not in the history'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0, started: 0 }, async (mock, base) => {
      const household = visits('refusedForNow')(mock, '431224100001001');
      for (const language of ['zh', 'en']) {
        for (const path of [grid, `/households/${household.id}`]) {
          const visitor = await Visitor.open(browser, base);
          await visitor.go(`${path}?lang=${language}`);
          await visitor.page.getByText(language === 'zh' ? '未能完成' : /not completed/i).first().waitFor();
          for (const details of await visitor.page.locator('details').all()) {
            await details.evaluate((element) => (element.open = true));
          }
          assert.doesNotMatch(await visitor.page.innerText('body'), /暂未配合|refused/i);
          await visitor.close();
        }
      }
    });
  },

  async 'a problem is told in words, and the page gets over it by itself'({ browser, board }) {
    await withMock(board, {}, async (mock, base) => {
      const visitor = await Visitor.open(browser, base, { expectErrors: true });
      const { page } = visitor;
      mock.faults.failing = true;
      await visitor.go(county);
      await page.getByText('服务正在启动，请稍候').waitFor();
      await visitor.axe();
      mock.faults.failing = false;
      await page.getByRole('button', { name: '重试' }).click();
      await visitor.live();
      await visitor.go('/areas/431224999');
      await page.getByRole('heading', { name: '没有此编号的内容' }).waitFor();
      await page.getByText('没有代码为 431224999 的区划。').waitFor();
      mock.faults.refusing = true;
      await visitor.go('/areas/431224?lang=en');
      await page.getByText('The service cannot be reached').waitFor();
      mock.faults.refusing = false;
      await visitor.live();
      await visitor.close();
    });
  },

  async 'an empty system says what to do first'({ browser, board }) {
    await withMock(board, { empty: true, demonstration: false }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base);
      await visitor.go('/');
      await visitor.page.getByText('doorstep area import').waitFor();
      assert.equal(await visitor.page.locator('.ribbon').count(), 0);
      await visitor.axe();
      await visitor.close();
    });
    await withMock(board, { withRound: false }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base);
      await visitor.go('/');
      await visitor.page.getByText('doorstep round open').waitFor();
      await visitor.page.locator('.ribbon', { hasText: '演示数据 Demonstration' }).waitFor();
      await visitor.axe();
      mock.county.openRound();
      await visitor.page.getByText('第 1 轮').waitFor();
      await visitor.close();
    });
  },

  async 'a grid and a history can be used by everyone, on a phone too'({ browser, board }) {
    await withMock(board, {}, async (mock, base) => {
      const [household] = mock.county.inGrid.get('431224100001001');
      for (const [width, dark] of [[360, true], [1440, false]]) {
        for (const path of [grid, `/households/${household.id}`]) {
          const visitor = await Visitor.open(browser, base, { width, dark });
          await visitor.go(`${path}?lang=${dark ? 'en' : 'zh'}`);
          await visitor.page.locator('#households-title, #history-title').waitFor();
          await visitor.fitsSideways();
          await visitor.axe();
          if (dark) assert.deepEqual(await visitor.chineseLeft(), []);
          await visitor.close();
        }
      }
    });
  },
};
