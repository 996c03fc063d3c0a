/**
 * stack.svg in a real browser, from disk and without network: what a person does with the mouse and
 * the keyboard, and what they then see. Screenshots go to artifacts/svg/.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  chromium as launcher,
  type Browser,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { CallTree } from '../../src/core/callTree';
import type { CountedStack } from '../../src/core/stack';
import { renderSvg } from '../../src/flamegraph/svg';
import { findChromium } from '../../scripts/lib/machine.mjs';
import { withoutBrowser } from '../support/machine';
import { tempDir } from '../support/tempDir';
import { HOSTILE_NAMES } from '../support/hostileNames';
import { sampleStacks } from '../support/sampleStacks';

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const SCREENSHOTS = join('artifacts', 'svg');
const skip = withoutBrowser();
const info = {
  what: 'user and kernel stacks of all processes',
  durationSeconds: 30,
  hz: 99,
  lost: 37,
};

let browser: Browser;
let folder: string;

before(async () => {
  if (skip) return;
  folder = tempDir('svg');
  mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await launcher.launch({ executablePath: findChromium(), args: FLAGS });
});

after(async () => {
  await browser?.close();
});

/** A picture in a window; anything that goes wrong inside fails the test. */
async function withPicture(
  stacks: readonly CountedStack[],
  body: (picture: Picture) => Promise<void>,
  options: BrowserContextOptions = {},
  orientation: 'icicle' | 'flame' = 'icicle',
): Promise<void> {
  const path = join(folder, `${orientation}.svg`);
  writeFileSync(path, renderSvg(CallTree.of(stacks), { info, orientation }));
  const viewport = { width: 1280, height: 760 };
  const context = await browser.newContext({
    offline: true,
    reducedMotion: 'reduce',
    viewport,
    ...options,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => problems.push(message.text()));
  page.on('dialog', (dialog) => problems.push(dialog.message()));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) problems.push(request.url());
  });
  await page.goto(`file://${path}`);
  await body(new Picture(page));
  assert.deepEqual(problems, []);
  await context.close();
}

/** A picture as a person sees it. */
class Picture {
  constructor(readonly page: Page) {}

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  async click(name: string): Promise<void> {
    await this.page.locator(`#frames rect[aria-label^="${name} "]:visible`).first().click();
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  text(selector: string): Promise<string> {
    return this.page
      .locator(selector)
      .first()
      .textContent()
      .then((text) => text ?? '');
  }

  details(): Promise<string> {
    return this.text('#details');
  }

  path(): Promise<string> {
    return this.text('#path').then((text) => text.replace(/\s+/g, ' '));
  }

  matched(): Promise<string> {
    return this.text('#header text[role=status]:not(#details)');
  }

  /** Names that are written on rectangles now. */
  names(): Promise<string[]> {
    return this.page.locator('#names text').allTextContents();
  }

  fill(selector: string): Promise<string> {
    const element = `document.querySelector(${JSON.stringify(selector)})`;
    return this.page.evaluate<string>(`getComputedStyle(${element}).fill`);
  }
}

test('a click zooms in, the breadcrumb leads back', { skip }, () =>
  withPicture(sampleStacks(), async (picture) => {
    await picture.screenshot('light');
    await picture.click('*handleRequest');
    const names = await picture.names();
    assert.ok(names.includes('v8::internal::JsonParser::Parse'), 'there is room for it now');
    assert.ok(!names.includes('PostmasterMain'));
    assert.match(await picture.path(), /^all › node \(2114\) › pid 2114 › .* › \*handleRequest$/);
    await picture.screenshot('zoomed');
    await picture.page.locator('.crumb', { hasText: 'node (2114)' }).click();
    assert.equal(await picture.path(), 'all › node (2114)');
    await picture.page.locator('.crumb', { hasText: 'all' }).click();
    assert.ok((await picture.names()).includes('PostmasterMain'));
  }),
);

test('the mouse shows count, share and reason', { skip }, () =>
  withPicture(sampleStacks(), async (picture) => {
    const marked = picture.page.locator('#frames rect.marked').last();
    await marked.hover();
    assert.match(
      await picture.details(),
      /^v8::internal::MainMarkingVisitor::VisitPointers · node · native · 96 samples, 2\.5% · self 96, 2\.5% · ▲ 8\.3 times its usual rate$/,
    );
    assert.match(await picture.text('#tip'), /96 samples · 2\.5%/);
    await picture.screenshot('tip');
    await picture.page.mouse.move(1200, 740);
    assert.equal(await picture.page.locator('#tip').isVisible(), false);
    assert.match(await picture.details(), /^Every bar is a function/);
  }),
);

test('a search lights up what it finds and says its share', { skip }, () =>
  withPicture(sampleStacks(), async (picture) => {
    await picture.press('/');
    await picture.page.keyboard.type('VFS_READ');
    assert.equal(await picture.matched(), '8.5% matched');
    assert.equal(await picture.page.locator('#frames .match').count(), 3);
    await picture.press('Enter');
    assert.match(await picture.details(), /^vfs_read · kernel · 95 samples, 2\.5%$/);
    await picture.screenshot('search');
    await picture.press('Escape');
    assert.equal(await picture.matched(), '');
    assert.equal(await picture.page.locator('#frames .match').count(), 0);
    await picture.press('Control+f');
    await picture.page.keyboard.type('no such function');
    assert.equal(await picture.matched(), '0% matched');
  }),
);

test('the keyboard alone is enough', { skip }, () =>
  withPicture(sampleStacks(), async (picture) => {
    await picture.press('ArrowDown');
    assert.match(await picture.details(), /^node \(2114\) · 1,826 samples, 48\.4%$/);
    await picture.press('ArrowRight');
    assert.match(await picture.details(), /^postgres \(3301\) · /);
    await picture.press('ArrowLeft', 'ArrowDown', 'Enter');
    assert.equal(await picture.path(), 'all › node (2114) › pid 2114');
    assert.equal(await picture.page.locator('#frames rect:focus').getAttribute('role'), 'treeitem');
    await picture.screenshot('keyboard');
    await picture.press('Backspace');
    assert.equal(await picture.path(), 'all › node (2114)');
    await picture.press('Escape');
    assert.equal(await picture.path(), 'all');
    await picture.press('Tab', 'Tab', 'Enter');
    assert.equal(await picture.path(), 'all', 'the breadcrumb can be reached');
  }),
);

test('Escape goes one step back: out of the search, then up level by level', { skip }, () =>
  withPicture(sampleStacks(), async (picture) => {
    await picture.click('PostmasterMain');
    const main = /^all › postgres \(3301\) › pid 3301 › main$/;
    const zoomed = /^all › postgres \(3301\) › pid 3301 › main › PostmasterMain$/;
    assert.match(await picture.path(), zoomed);
    await picture.press('/');
    await picture.page.keyboard.type('exec');
    assert.notEqual(await picture.matched(), '');
    await picture.press('Escape');
    assert.equal(await picture.matched(), '');
    assert.match(await picture.path(), zoomed, 'the search ends first');
    const focused = picture.page.locator('#frames rect:focus');
    assert.match((await focused.getAttribute('aria-label')) ?? '', /^PostmasterMain /);
    await picture.press('Escape');
    assert.match(await picture.path(), main);
    await picture.press('Escape', 'Escape');
    assert.equal(await picture.path(), 'all › postgres (3301)');
    await picture.press('Enter');
    assert.match(await picture.path(), zoomed, 'the selection has stayed');
    await picture.press('Home');
    assert.equal(await picture.path(), 'all');
  }),
);

test('it is light or dark as the reader prefers', { skip }, async () => {
  const seen: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    const body = async (picture: Picture): Promise<void> => {
      if (colorScheme === 'dark') await picture.screenshot('dark');
      seen.push(await picture.fill('.ground'), await picture.fill('#frames .kernel0'));
    };
    await withPicture(sampleStacks(), body, { colorScheme });
  }
  assert.deepEqual(seen, [
    'rgb(255, 255, 255)',
    'rgb(238, 168, 99)',
    'rgb(21, 24, 28)',
    'rgb(158, 91, 46)',
  ]);
});

test('a deep flame graph keeps its header in sight, in a narrow window too', { skip }, () => {
  const body = async (picture: Picture): Promise<void> => {
    await picture.press('ArrowUp', 'ArrowUp');
    const { page } = picture;
    const header = await page.locator('#header').boundingBox();
    assert.ok((await page.evaluate<number>('window.scrollY')) > 0);
    assert.equal(Math.round(header?.y ?? -1), 0);
    const active = await page.locator('#frames rect:focus').boundingBox();
    assert.ok(active && active.y > (header?.height ?? 0) && active.y < 400);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
    await picture.screenshot('narrow');
  };
  return withPicture(
    sampleStacks(),
    body,
    { viewport: { width: 640, height: 420 }, colorScheme: 'dark' },
    'flame',
  );
});

test('without scripts it is the whole picture', { skip }, () =>
  withPicture(
    sampleStacks(),
    async (picture) => {
      assert.ok((await picture.names()).includes('PostmasterMain'));
      assert.equal(await picture.page.locator('input').count(), 0);
      await picture.screenshot('still');
    },
    { javaScriptEnabled: false },
  ),
);

test('names that were chosen to break it are shown as text', { skip }, () => {
  const stacks = HOSTILE_NAMES.map((name, i): CountedStack => {
    const frame = { symbol: name, name, module: name, kind: 'native' as const };
    const process = { key: String(i), tgid: i, name };
    return { frames: [frame], count: 9, process, tid: i, label: 1, reason: name };
  });
  return withPicture(stacks, async (picture) => {
    await picture.page.locator('#frames rect[aria-label^="<script>"]').first().hover();
    assert.match(await picture.details(), /^<script>alert\(1\)<\/script>/);
    await picture.press('/');
    await picture.page.keyboard.type('</svg>');
    assert.match(await picture.matched(), /^\d+\.\d% matched$/);
    await picture.screenshot('hostile');
    assert.equal(await picture.page.locator('script').count(), 1);
  });
});

test('5,000 rectangles are drawn anew without delay', { skip }, () => {
  const stacks = Array.from({ length: 6000 }, (_, i): CountedStack => {
    const frames = Array.from({ length: 20 }, (__, depth) => {
      const symbol = `module::function_${depth}_${i % (1 + depth ** 3)}`;
      return { symbol, name: symbol, module: '', kind: 'native' as const };
    });
    return { frames: frames.reverse(), count: 1 + (i % 9) };
  });
  return withPicture(stacks, async (picture) => {
    const rectangles = await picture.page.locator('#frames rect').count();
    assert.ok(rectangles > 4900, `${rectangles}`);
    const zoom = `(() => {
      const start = performance.now();
      document.querySelectorAll('#frames rect')[1].dispatchEvent(new MouseEvent('click', { bubbles: true }));
      document.documentElement.getBoundingClientRect();
      return performance.now() - start;
    })()`;
    const milliseconds = await picture.page.evaluate<number>(zoom);
    console.log(`# zoom in ${rectangles} rectangles: ${Math.round(milliseconds)} ms`);
    await picture.screenshot('large');
  });
});
