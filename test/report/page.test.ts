import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { htmlReport } from '../../src/report/html.ts';
import type { Report } from '../../src/report/report.ts';
import { aFullReport, hostileLine } from './a-report.ts';

/** Debian's and the usual places; `npm run report:test` installs it. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const axe = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url);

const wide = { width: 1280, height: 900 };
const phone = { width: 360, height: 740 };

/** What axe tells, as far as it is looked at here. */
interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
  readonly passes: readonly { readonly id: string }[];
}

function unfold(page: Page): Promise<void> {
  return page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
}

describe.skipIf(executablePath === undefined)('the HTML report in a browser', { timeout: 120_000 }, () => {
  let browser: Browser;
  let report: Report;
  let server: Server;
  let address: string;
  beforeAll(async () => {
    report = await aFullReport();
    server = createServer((_, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(htmlReport(report));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/report`;
    // Root may not use Chromium's sandbox; what it opens here is ours.
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox'],
    });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  /** Opens the report as a server of ours gives it, and notes whatever is asked of anybody. */
  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; requests: readonly string[] }> {
    const context = await browser.newContext({ viewport: wide, ...options });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(address, { waitUntil: 'networkidle' });
    return { page, requests };
  }

  it('asks for nothing but itself, and runs nothing that a server printed', async () => {
    const { page, requests } = await open();
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([page.url()]);
    expect(await page.title()).toBe('root@203.0.113.10: A mail server that Gmail trusts');
    expect(await page.locator('script, img, iframe, object').count()).toBe(0);
    expect(await page.locator('dd', { hasText: hostileLine }).count()).toBeGreaterThan(1);
  });

  it('would run no script even where one got into it', async () => {
    const { page } = await open();
    const refused = page.waitForEvent('console', (message) => /Content Security Policy/.test(message.text()));
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="http://127.0.0.1:9/x">')`);
    expect((await refused).text()).toMatch(/img-src data:/);
  });

  it('has nothing that axe finds wrong, light or dark, on a screen or a phone', async () => {
    // axe is put in past the page's own policy, which lets no script in.
    const { page } = await open({ bypassCSP: true });
    await page.addScriptTag({ content: readFileSync(axe, 'utf8') });
    await unfold(page);
    for (const [colorScheme, viewport] of [
      ['light', wide],
      ['dark', phone],
    ] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const found = await page.evaluate<AxeResults>('axe.run()');
      expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(found.passes.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['color-contrast', 'region', 'listitem']),
      );
    }
  });

  it('is dark where the reader’s system is, and light on paper all the same', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    const ink = () => page.evaluate<string>('getComputedStyle(document.body).color');
    expect(await ink()).toBe('rgb(228, 225, 218)');
    await page.emulateMedia({ media: 'print' });
    expect(await ink()).toBe('rgb(34, 37, 42)');
  });

  it('needs no scrolling sideways, however narrow', async () => {
    const { page } = await open();
    await unfold(page);
    for (const width of [320, 360, 768, 1280]) {
      await page.setViewportSize({ width, height: 700 });
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    }
  });

  it('says every state in words, without its colour or sign', async () => {
    const { page } = await open();
    for (const { id, words } of report.checkpoints) {
      const text = await page.locator(`#step-${id} > header`).innerText();
      expect(text.toLowerCase()).toContain(words);
    }
    const lists = await page.getByRole('navigation', { name: 'All checkpoints' }).getByRole('link').allInnerTexts();
    expect(lists).toHaveLength(report.checkpoints.length + 2);
  });

  it('can be walked by its landmarks, headings and keys', async () => {
    const { page } = await open();
    for (const role of ['banner', 'navigation', 'main', 'contentinfo'] as const) {
      expect(await page.getByRole(role).count(), role).toBe(1);
    }
    const titles = await page.getByRole('heading', { level: 3 }).allInnerTexts();
    expect(titles).toHaveLength(report.checkpoints.length);
    expect(await page.getByRole('columnheader').allInnerTexts()).toEqual(['Time', 'What', 'By']);
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Skip to the checkpoints');
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/#checkpoints$/);
  });

  it('prints the scripts that ran, though they are folded on the screen', async () => {
    const { page } = await open();
    const tried = report.checkpoints.find(({ attempts, commands }) => attempts.length > 0 && commands.length > 0);
    const script = page.locator(`#step-${tried?.id} details pre`).first();
    expect(await script.isVisible()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect((await script.boundingBox())?.height).toBeGreaterThan(10);
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });
});
