// Boards that are open while the log under them is restored, replaced, or served in another form; and what
// else the server says that must reach the screen: the clock, and its own words for a problem.
import assert from 'node:assert/strict';
import { until, Visitor, withMock } from './browser.mjs';

const county = '/areas/431224';
const grid = '/areas/431224100001001';
const replaced = '[data-replaced]';

async function namesOfHouseholds(visitor) {
  const rows = visitor.page.locator('[aria-labelledby="households-title"] tbody th a');
  return (await rows.evaluateAll((links) => links.map((link) => link.getAttribute('href')))).sort();
}

const householdsOf = (mock) =>
  mock.county.inGrid.get('431224100001001').map(({ id }) => `/households/${id}`).sort();

// The words fit, can be read by everyone, are gone once noted, and leave nothing of another language.
async function isToldUntilDismissed(visitor, words) {
  const banner = visitor.page.locator(replaced);
  await banner.waitFor();
  assert.match(await banner.textContent(), words);
  await visitor.axe();
  await banner.getByRole('button').click();
  await banner.waitFor({ state: 'detached' });
}

export const checks = {
  async 'a board open over a restore shows the new state whole, and says so'({ browser, board }) {
    for (const isBroken of [true, false]) {
      await withMock(board, { visitsPerSecond: 4 }, async (mock, base) => {
        const visitor = await Visitor.open(browser, base, { expectErrors: true });
        await visitor.go(grid);
        await visitor.live();
        const before = mock.county.position;
        assert.deepEqual(await namesOfHouseholds(visitor), householdsOf(mock));
        mock.restore();
        if (isBroken) mock.breakStreams();
        assert.ok(mock.county.position + 100 < before, 'the restored log is far behind what was shown');
        await isToldUntilDismissed(visitor, /已从备份恢复/);
        await visitor.live();
        await until(async () => Math.abs((await visitor.position()) - mock.county.position) < 20, 'the new position');
        await until(async () => String(await namesOfHouseholds(visitor)) === String(householdsOf(mock)), 'the new list');
        await visitor.identityHolds();
        await visitor.page.waitForTimeout(6_000);
        assert.equal(await visitor.page.locator('.banner').count(), 0, 'lower positions are not late');
        assert.equal(visitor.loads, 1);
        await visitor.close();
      });
    }
  },

  async 'a household of the lost epoch does not stay on the screen'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base, { expectErrors: true });
      const [household] = mock.county.inGrid.get('431224100001001');
      await visitor.go(`/households/${household.id}?lang=en`);
      await visitor.page.locator('#history-title').waitFor();
      mock.restore();
      mock.breakStreams();
      await visitor.page.locator(replaced, { hasText: 'restored from a backup' }).waitFor();
      await visitor.page.getByRole('heading', { name: 'Nothing has this number' }).waitFor();
      assert.equal(await visitor.page.locator('#history-title').count(), 0);
      assert.deepEqual(await visitor.chineseLeft(), []);
      await visitor.close();
    });
  },

  async 'a round that the restored log does not have is left'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      mock.county.openRound();
      const visitor = await Visitor.open(browser, base, { expectErrors: true });
      await visitor.go(`${county}?round=${mock.county.rounds[1].id}`);
      await visitor.live();
      mock.restore();
      mock.breakStreams();
      await visitor.page.locator(replaced).waitFor();
      await until(async () => !visitor.page.url().includes('round='), 'the address names no lost round');
      await until(async () => (await visitor.identity())[1] > 0, 'the figures of the round that is current');
      await visitor.close();
    });
  },

  async 'a server of another form has the page loaded anew, once'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base, { expectErrors: true });
      await visitor.go(county);
      await visitor.live();
      mock.form += 1;
      mock.breakStreams();
      await until(() => visitor.loads === 2, 'the page is loaded anew');
      await visitor.live();
      await isToldUntilDismissed(visitor, /服务已升级/);
      // Two servers that answer in turn must not keep it loading.
      for (let turn = 0; turn < 4; turn += 1) {
        mock.form += turn % 2 === 0 ? -1 : 1;
        mock.breakStreams();
        const { form } = mock;
        await until(() => mock.requests.at(-1).since.includes(`-${form}.`) || mock.streams.size > 0, 'a new stream');
        await visitor.page.waitForTimeout(2_500);
      }
      assert.ok(visitor.loads <= 3, `loaded ${visitor.loads} times`);
      await visitor.page.locator('[data-replaced="formWithoutReload"]', { hasText: '请重新载入' }).waitFor();
      await visitor.live();
      await visitor.close();
    });
  },

  async 'a clock that cannot be right is told, with by how much, until it is'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base, { width: 360, height: 740 });
      const banner = visitor.page.locator('[data-clock]');
      await visitor.go(county);
      await visitor.live();
      assert.equal(await banner.count(), 0);
      mock.clock = { problem: 'recordAhead', byMs: 3 * 86_400_000 + 5 };
      await banner.waitFor();
      assert.match(await banner.textContent(), /比最后一条记录慢 3 天.*检查服务器时钟/s);
      await visitor.axe();
      await visitor.fitsSideways();
      await visitor.page.getByRole('button', { name: 'English' }).click();
      assert.match(await banner.textContent(), /3 days behind the last record/);
      assert.deepEqual(await visitor.chineseLeft(), []);
      mock.clock = { problem: 'clockSteppedAhead', byMs: 7_500_000 };
      await until(async () => /jumped ahead by 2 hours/.test(await banner.textContent()), 'the other problem');
      mock.clock = null;
      await banner.waitFor({ state: 'detached' });
      await visitor.close();
    });
  },

  async 'what the server says of a stream that it does not give is shown'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base, { expectErrors: true });
      await visitor.go(`${county}?lang=en`);
      await visitor.live();
      mock.faults.failing = true;
      mock.breakStreams();
      await visitor.page.locator('[data-refused]', { hasText: 'The service is starting, please wait' }).waitFor();
      await visitor.axe();
      mock.faults.failing = false;
      await visitor.live();
      assert.equal(await visitor.page.locator('[data-refused]').count(), 0);
      await visitor.close();
    });
  },

  async 'what cannot be read is said in the server’s words, beside what was read before'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 2 }, async (mock, base) => {
      const visitor = await Visitor.open(browser, base, { expectErrors: true });
      await visitor.go(grid);
      await visitor.live();
      await visitor.page.locator('#households-title').waitFor();
      mock.faults.unreadable = ['households', 'tasks'];
      await visitor.page.getByRole('alert').getByText('这份名单正在重新整理').waitFor();
      await visitor.page.locator('[data-tasks-problem]', { hasText: '这份名单正在重新整理' }).waitFor();
      assert.ok((await namesOfHouseholds(visitor)).length > 0, 'the list of before stays');
      await visitor.axe();
      mock.faults.unreadable = [];
      await until(async () => (await visitor.page.getByRole('alert').count()) === 0, 'it gets over it');
      await visitor.close();
    });
  },

  async 'a deadline that cannot be read is shown as it was given'({ browser, board }) {
    await withMock(board, { visitsPerSecond: 0 }, async (mock, base) => {
      mock.county.round.deadline = '12345-06-07T08:09:10+08:00';
      const visitor = await Visitor.open(browser, base);
      await visitor.go(county);
      await visitor.page.getByText('12345-06-07T08:09:10+08:00').waitFor();
      assert.doesNotMatch(await visitor.page.innerText('body'), /--:--/);
      await visitor.close();
    });
  },
};
