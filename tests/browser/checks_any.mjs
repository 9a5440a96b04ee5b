// What holds for any board with any data: also run against a real system.
import assert from 'node:assert/strict';
import { Visitor } from './browser.mjs';

async function openCounty(browser, base, options) {
  const visitor = await Visitor.open(browser, base, options);
  await visitor.go('/');
  await visitor.page.locator('[aria-labelledby="identity-title"]').waitFor();
  return visitor;
}

export const checks = {
  async 'the county opens in Chinese, live, and its figures add up'({ browser, base }) {
    const visitor = await openCounty(browser, base);
    await visitor.live();
    assert.equal(await visitor.page.getAttribute('html', 'lang'), 'zh-CN');
    assert.match(new URL(visitor.page.url()).pathname, /^\/areas\/\d{6}$/);
    await visitor.identityHolds();
    assert.ok((await visitor.position()) > 0);
    assert.match(await visitor.text('[data-as-of]'), /^\d\d:\d\d:\d\d$/);
    await visitor.close();
  },

  async 'every level below opens, down to a household and its history'({ browser, base }) {
    const visitor = await openCounty(browser, base);
    const { page } = visitor;
    const table = page.locator('[aria-labelledby="areas-title"] tbody');
    const households = page.locator('[aria-labelledby="households-title"] tbody th a');
    const crumbs = page.locator('nav ol li');
    for (let depth = 1; depth <= 5; depth += 1) {
      await table.or(page.locator('[aria-labelledby="households-title"]')).first().waitFor();
      if ((await households.count()) > 0 || (await table.count()) === 0) break;
      await table.locator('a').first().click();
      await page.waitForFunction((wanted) => document.querySelectorAll('nav ol li').length === wanted, depth + 1);
      await visitor.identityHolds();
    }
    assert.equal(visitor.loads, 1, 'the page was loaded once');
    if ((await households.count()) > 0) {
      const depth = await crumbs.count();
      await households.first().click();
      await page.locator('#history-title').waitFor();
      assert.ok((await crumbs.count()) > depth);
      assert.ok((await page.locator('li[id^="record-"]').count()) > 0);
      const positions = (await page.locator('.when a').allTextContents()).map((text) => Number(text.slice(1)));
      assert.deepEqual(positions, positions.toSorted((a, b) => a - b), 'in the order of the log');
      await visitor.axe();
      await page.goBack();
      await households.first().waitFor();
    }
    await visitor.close();
  },

  async 'ten tabs: each opens, is live, and reads at once'({ browser, base }) {
    const visitor = await openCounty(browser, base);
    const tabs = [visitor];
    for (let at = 1; at < 10; at += 1) tabs.push(await visitor.anotherTab());
    const county = new URL(visitor.page.url()).pathname;
    for (const tab of tabs.slice(1)) await tab.go(county);
    for (const tab of tabs) {
      await tab.live();
      await tab.identityHolds();
      assert.equal(await tab.answersAtOnce('/v1/rounds'), 200);
    }
    for (const tab of tabs.slice(1)) await tab.page.close();
    await visitor.close();
  },

  async 'English is complete: no Chinese is left but names'({ browser, base }) {
    const visitor = await openCounty(browser, base);
    await visitor.page.getByRole('button', { name: 'English' }).click();
    await visitor.page.getByRole('heading', { name: 'Coverage' }).waitFor();
    assert.equal(await visitor.page.getAttribute('html', 'lang'), 'en');
    assert.match(visitor.page.url(), /lang=en/);
    assert.deepEqual(await visitor.chineseLeft(), []);
    await visitor.page.reload();
    await visitor.page.getByRole('heading', { name: 'Coverage' }).waitFor();
    await visitor.close();
  },

  async 'it can be used by everyone: axe finds nothing, light and dark'({ browser, base }) {
    for (const dark of [false, true]) {
      const visitor = await openCounty(browser, base, { dark });
      await visitor.live();
      await visitor.page.locator('[aria-labelledby="areas-title"], [aria-labelledby="households-title"]').first().waitFor();
      await visitor.axe();
      await visitor.close();
    }
  },

  async 'it fits a phone of 360 px and a wall'({ browser, base }) {
    for (const [width, height] of [[360, 740], [768, 1024], [1920, 1080], [2560, 1080]]) {
      const visitor = await openCounty(browser, base, { width, height });
      for (const language of ['zh', 'en']) {
        await visitor.go(`${new URL(visitor.page.url()).pathname}?lang=${language}`);
        await visitor.page.locator('[aria-labelledby="identity-title"]').waitFor();
        await visitor.fitsSideways();
      }
      await visitor.close();
    }
  },
};
