/** The page of the flame graph tab by itself: what a reader does there, and what bad data do to it. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Profile, type ProcessRecord } from '../../src/core/profile';
import { profileOf } from '../../src/results/storedProfile';
import { StackFeed } from '../../src/core/stackFeed';
import type { FromPage } from '../../src/messages/panelMessages';
import { THEMES, type ThemeClass } from '../support/fakeVsCode';
import { withoutBrowser } from '../support/machine';
import { PanelPage, type PanelOptions } from '../support/panelPage';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { openBrowser } from '../support/workbench';
import { processRef, stack } from '../support/sampleStacks';

const skip = withoutBrowser();

let chromium: Awaited<ReturnType<typeof openBrowser>>;
before(async () => {
  if (!skip) chromium = await openBrowser();
});
after(() => chromium?.browser.close());

const DEMO = processRef(7, 'demo');

function demo(): Profile {
  return profileOf([
    stack(DEMO, 7, 'n:main@/opt/demo n:run@/opt/demo n:read@/lib/libc.so k:vfs_read', 60),
    stack(DEMO, 8, 'n:main@/opt/demo n:run@/opt/demo', 30),
    stack(processRef(9, 'other'), 9, 'n:main@/opt/other n:idle@/opt/other', 10),
  ]);
}

/** More samples of the first stack. */
function grow(profile: Profile, count: number): void {
  const [process] = profile.processes as [ProcessRecord];
  const [record] = [...process.stacks.values()];
  assert.ok(record);
  profile.add(record, 7, count);
}

async function withPanel(
  profile: Profile | undefined,
  body: (panel: PanelPage) => Promise<void>,
  options: PanelOptions = {},
): Promise<void> {
  const panel = await PanelPage.open(chromium.context, profile, options);
  try {
    if (profile) await panel.tick(1);
    await body(panel);
    assert.deepEqual(panel.errors, []);
  } finally {
    await panel.close();
  }
}

const details = ({ page }: PanelPage): Promise<string> => page.locator('.details').innerText();
const crumbs = ({ page }: PanelPage): Promise<string> => page.locator('.breadcrumb').innerText();
const numbers = ({ page }: PanelPage): Promise<string> => page.locator('header').innerText();

/** As a keyboard user: from the root down to this function. */
async function walkTo(panel: PanelPage, name: string): Promise<void> {
  await panel.page.locator('.graph').focus();
  for (let steps = 0; steps < 150; steps++) {
    if ((await details(panel)).startsWith(name)) return;
    await panel.page.keyboard.press('ArrowDown');
  }
  assert.fail(`${name} was not on the way down`);
}

function last<Type extends FromPage['type']>(
  panel: PanelPage,
  type: Type,
): Promise<Extract<FromPage, { type: Type }>> {
  const find = () => panel.posted.filter((message) => message.type === type).at(-1);
  return waitFor(`the page to say ${type}`, find, Boolean) as never;
}

/** Two frames: what was scrolled has been told of, and what was asked to be drawn is drawn. */
async function settled({ page }: PanelPage): Promise<void> {
  await page.evaluate(async () => {
    const scope = globalThis as unknown as { requestAnimationFrame(run: () => void): void };
    for (let i = 0; i < 2; i++) {
      await new Promise<void>((resolve) => scope.requestAnimationFrame(resolve));
    }
  });
}

interface Scrolled {
  readonly top: number;
  /** Pixels below what is in sight. */
  readonly below: number;
}

function scrolled({ page }: PanelPage, of: string): Promise<Scrolled> {
  return page.locator(of).evaluate((element) => {
    const { scrollTop, scrollHeight, clientHeight } = element as unknown as {
      readonly scrollTop: number;
      readonly scrollHeight: number;
      readonly clientHeight: number;
    };
    return { top: scrollTop, below: scrollHeight - clientHeight - scrollTop };
  });
}

/** @param pixels from the lower end of the picture to the lower edge of the room for it */
async function assertUnderTheRoot({ page }: PanelPage, pixels: number): Promise<void> {
  const bottom = async (of: string): Promise<number> => {
    const box = await page.locator(of).boundingBox();
    assert.ok(box);
    return box.y + box.height;
  };
  const found = (await bottom('.graph')) - (await bottom('.graph canvas'));
  assert.ok(Math.abs(found - pixels) < 1, `${found} pixels instead of ${pixels}`);
}

async function wheel(panel: PanelPage, of: string, pixels: number): Promise<Scrolled> {
  const before = await scrolled(panel, of);
  await panel.page.locator(of).hover();
  await panel.page.mouse.wheel(0, pixels);
  return waitFor(
    'the reader to have scrolled',
    () => scrolled(panel, of),
    ({ top }) => Math.round(Math.abs(top - before.top)) === Math.abs(pixels),
  );
}

const badge = ({ page }: PanelPage) => page.getByText(/Paused, \d s behind · Resume/);

test('zoom, selection and search survive three ticks, and the numbers grow', { skip }, async () => {
  const profile = demo();
  await withPanel(profile, async (panel) => {
    await walkTo(panel, 'read');
    assert.equal(await details(panel), 'read · libc.so · native · 60 samples, 60.0%');
    await panel.page.keyboard.press('Enter');
    assert.match(await crumbs(panel), /demo \(7\)\s*›\s*pid 7\s*›\s*…?.*read$/s);
    assert.deepEqual((await last(panel, 'reveal')).row, 'f/0/7/0/1');
    await panel.page.keyboard.press('Control+f');
    await panel.page.keyboard.type('vfs');
    await panel.page.locator('.matched', { hasText: '100% matched' }).waitFor();
    for (const seconds of [2, 3, 4]) {
      grow(profile, 100);
      await panel.tick(seconds);
    }
    assert.match(await crumbs(panel), /read$/);
    assert.equal(await panel.page.locator('vscode-text-field input').inputValue(), 'vfs');
    assert.match(await numbers(panel), /400 samples/);
    await panel.page.locator('.graph').focus();
    await panel.page.keyboard.press('Escape');
    await panel.page.locator('.matched').waitFor({ state: 'hidden' });
  });
});

test('while the reader is busy data wait, and one key brings them', { skip }, async () => {
  const profile = demo();
  await withPanel(profile, async (panel) => {
    await panel.page.locator('.graph').focus();
    await panel.page.keyboard.press('p');
    grow(profile, 5);
    panel.info = { ...panel.info, seconds: 4 };
    await panel.send({ type: 'tick', seconds: 4 });
    await panel.page.getByText('Paused, 3 s behind · Resume').waitFor();
    assert.match(await numbers(panel), /\b100 samples/);
    await panel.page.keyboard.press('p');
    await panel.drawn(4);
    assert.match(await numbers(panel), /\b105 samples/);
    await panel.page.getByText('Pause', { exact: true }).waitFor();
  });
});

test(
  'the table sorts, filters, zooms; callers and callees of what is selected',
  { skip },
  async () => {
    await withPanel(demo(), async (panel) => {
      const { page } = panel;
      await page.locator('.graph').focus();
      await page.keyboard.press('t');
      const rows = async (): Promise<string[]> => {
        const texts = await page.locator('.functions .body .row').allInnerTexts();
        return texts.map((text) => text.split(/\s*\n\s*/).join(' '));
      };
      await waitFor('the table', rows, (all) => all.length === 6);
      assert.deepEqual(await rows(), [
        'vfs_read kernel 60 60 60.0%',
        'run demo 30 90 90.0%',
        'idle other 10 10 10.0%',
        'main demo 0 90 90.0%',
        'main other 0 10 10.0%',
        'read libc.so 0 60 60.0%',
      ]);
      await page.getByRole('columnheader', { name: 'Total' }).getByRole('button').click();
      await waitFor('the order of totals', rows, ([first = '']) => first.startsWith('main demo'));
      assert.equal(
        await page.getByRole('columnheader', { name: 'Total' }).getAttribute('aria-sort'),
        'descending',
      );
      await page.locator('.functions').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      const selected = page.locator('.functions [aria-selected="true"]');
      await waitFor(
        'run to be selected',
        () => selected.innerText(),
        (text) => text.startsWith('run'),
      );
      await page.keyboard.press('Enter');
      assert.match(await crumbs(panel), /run$/);
      await page.keyboard.press('c');
      const sides = () => page.locator('.neighbours section').allInnerTexts();
      const [callers = '', callees = ''] = await waitFor(
        'callers and callees',
        sides,
        (texts) => texts.length === 2 && !texts.includes(''),
      );
      assert.match(callers, /90 {2}100%\s*main/);
      assert.match(callees, /60 {2}66\.7%\s*read[^]*30 {2}33\.3%\s*no callee/);
      await page.getByRole('button', { name: 'read' }).click();
      await page.locator('.neighbours h2', { hasText: 'read' }).waitFor();
      await page.keyboard.press('t');
      await page.keyboard.press('/');
      await page.keyboard.type('idle');
      await waitFor('one row', rows, (all) => all.length === 1);
    });
  },
);

test('narrowed from the Processes view, merged, turned, saved', { skip }, async () => {
  await withPanel(demo(), async (panel) => {
    await panel.send({ type: 'narrow', row: 't/0/8' });
    await panel.page.getByText('demo (7), pid 8').waitFor();
    assert.match(await numbers(panel), /\b30 samples/);
    await panel.page.getByRole('button', { name: 'All processes' }).click();
    assert.equal((await last(panel, 'narrow')).row, '');
    await panel.send({ type: 'narrow', row: '' });
    await panel.page.getByRole('button', { name: 'Flame' }).click();
    await panel.page.getByRole('combobox').click();
    await panel.page.getByRole('option', { name: 'Merged by function' }).click();
    // Drawn at once, where the choice above is drawn with the next frame.
    await panel.page.locator('.graph').press('Home');
    await walkUp(panel, 'main');
    await panel.page.keyboard.press('Control+s');
    const { svg } = await last(panel, 'save');
    assert.match(svg, /^<\?xml/);
    assert.match(svg, />100 samples|100 samples/);
    writeFileSync(join(tempDir('saved'), 'flamegraph.svg'), svg);
  });
});

test('Escape goes one step back, and closes what is open first', { skip }, async () => {
  await withPanel(demo(), async (panel) => {
    const { page } = panel;
    await panel.send({ type: 'narrow', row: 't/0/7' });
    await walkTo(panel, 'run');
    await page.keyboard.press('Enter');
    assert.match(await crumbs(panel), /main\s*›\s*run$/);
    await page.getByRole('combobox').click();
    await page.getByRole('option', { name: 'Merged by function' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('option', { name: 'Merged by function' }).waitFor({ state: 'hidden' });
    assert.match(await crumbs(panel), /run$/);
    await page.keyboard.press('/');
    await page.keyboard.type('vfs');
    await page.locator('.matched', { hasText: '100% matched' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.graph:focus').waitFor();
    assert.match(await crumbs(panel), /run$/);
    await page.keyboard.press('Escape');
    assert.match(await crumbs(panel), /main$/);
    await page.keyboard.press('Backspace');
    assert.match(await crumbs(panel), /pid 7$/);
    await page.keyboard.press('Home');
    await page.keyboard.press('Escape');
    assert.equal((await last(panel, 'narrow')).row, '');
  });
});

test('what is zoomed into is what is saved', { skip }, async () => {
  await withPanel(demo(), async (panel) => {
    await walkTo(panel, 'read');
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.press('Control+s');
    const { svg } = await last(panel, 'save');
    assert.match(svg, /test: read/);
    assert.match(svg, /\b60 samples/);
    assert.doesNotMatch(svg, /other \(9\)/);
  });
});

test('pausing right after a click pauses', { skip }, async () => {
  const profile = demo();
  await withPanel(profile, async (panel) => {
    await walkTo(panel, 'read');
    await panel.page.keyboard.press('p');
    await panel.page.getByText('Paused, 0 s behind · Resume').waitFor();
    grow(profile, 5);
    await panel.send({ type: 'tick', seconds: 2 });
    await panel.page.getByText('Paused, 1 s behind · Resume').waitFor();
    assert.match(await numbers(panel), /\b100 samples/);
  });
});

test('the next recording is shown whole, whatever the last was narrowed to', { skip }, async () => {
  await withPanel(demo(), async (panel) => {
    await panel.send({ type: 'narrow', row: 'p/1' });
    await panel.page.getByText('other (9)').first().waitFor();
    panel.feed = new StackFeed(profileOf([stack(DEMO, 7, 'n:main@/opt/demo', 7)]));
    await panel.send({ type: 'source', source: {} });
    await panel.send({ type: 'narrow', row: '' });
    await waitFor(
      'the new recording',
      () => numbers(panel),
      (text) => /\b7 samples/.test(text),
    );
  });
});

test(
  'an engine that was started anew sends all again, and nothing counts twice',
  { skip },
  async () => {
    const profile = demo();
    await withPanel(profile, async (panel) => {
      panel.feed = undefined;
      await panel.send({ type: 'tick', seconds: 2 });
      const { epoch } = await last(panel, 'pull');
      panel.feed = new StackFeed(profile);
      const chunk = new StackFeed(profile).next();
      panel.info = { ...panel.info, seconds: 2 };
      await panel.send({ type: 'chunk', epoch, chunk, first: true, info: panel.info });
      await panel.drawn(2);
      assert.match(await numbers(panel), /\b100 samples/);
    });
  },
);

async function walkUp(panel: PanelPage, name: string): Promise<void> {
  await panel.page.locator('.graph').focus();
  await panel.page.keyboard.press('ArrowUp');
  await panel.page.keyboard.press('ArrowUp');
  assert.ok((await details(panel)).startsWith(name), await details(panel));
}

test('after a reload of the window the reader is where they were', { skip }, async () => {
  const state = {
    ...{ source: {}, row: 'p/0', grouping: 'none', orientation: 'icicle', query: 'vfs' },
    focus: ['native\0/opt/demo\0main', 'native\0/opt/demo\0run'],
    ...{ pane: 'functions', anomaliesOnly: false },
  };
  await withPanel(
    demo(),
    async (panel) => {
      assert.match(await crumbs(panel), /demo \(7\)\s*›\s*.*main\s*›\s*run$/s);
      await panel.page.locator('.matched', { hasText: '66.7% matched' }).waitFor();
      assert.equal(await panel.page.locator('.functions .body .row').count(), 1);
    },
    { state },
  );
});

test('how a picture was drawn last is how a new tab draws it', { skip }, async () => {
  const grouping = ({ page }: PanelPage) => page.locator('vscode-dropdown').first();
  await withPanel(demo(), async (panel) => {
    await grouping(panel).click();
    await panel.page.getByRole('option', { name: 'Merged by function' }).click();
    const grouped = await last(panel, 'preferences');
    assert.deepEqual(grouped.preferences, { grouping: 'none', orientation: 'icicle' });
    await panel.page.getByRole('button', { name: 'Flame' }).click();
    await panel.page.getByRole('button', { name: 'Icicle' }).waitFor();
    const turned = await last(panel, 'preferences');
    assert.deepEqual(turned.preferences, { grouping: 'none', orientation: 'flame' });
  });
  const preferences = { grouping: 'process', orientation: 'flame' };
  await withPanel(
    demo(),
    async (panel) => {
      await panel.page.getByRole('button', { name: 'Icicle' }).waitFor();
      await walkUp(panel, 'demo (7)');
      await panel.page.keyboard.press('ArrowUp');
      // Without a thread between them.
      assert.match(await details(panel), /^main /);
    },
    { preferences },
  );
  const strange = { grouping: '"><script>', orientation: 7 };
  await withPanel(
    demo(),
    async (panel) => {
      await panel.page.getByRole('button', { name: 'Flame' }).waitFor();
      assert.equal(await grouping(panel).getAttribute('current-value'), 'thread');
    },
    { preferences: strange },
  );
});

test('nothing recorded, no sample, and a first sample that comes later', { skip }, async () => {
  await withPanel(undefined, async (panel) => {
    await panel.page.getByText('Loading').waitFor();
    await panel.send({
      type: 'problem',
      epoch: 1,
      kind: 'nothingRecorded',
      text: 'There is nothing.',
    });
    await panel.page.getByRole('button', { name: 'Start Stack Count' }).click();
    await last(panel, 'start');
  });
  const profile = new Profile(100);
  await withPanel(profile, async (panel) => {
    await panel.page.getByText('Waiting for the first samples').waitFor();
    const process = profile.addProcess(7, 'demo');
    const frame = { symbol: 'main', name: 'main', module: '', kind: 'native' } as const;
    profile.add(profile.stack(process, [profile.frames.intern(frame)]), 7, 3);
    await panel.tick(2);
    assert.match(await numbers(panel), /\b3 samples/);
    await walkTo(panel, 'main');
  });
});

const HOSTILE = [
  '<img/src=x/onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '\u202egnp.exe',
  'tab\tnewline\nescape\u001b[31m',
  'שלום',
  `std::${'very_long::'.repeat(400)}name`,
];

test(
  'hostile names are text: drawn, in the table, in the tooltip, in callers',
  { skip },
  async () => {
    const stacks = HOSTILE.map((name, i) => ({
      ...stack(processRef(i + 1, name), i + 1, 'n:main', 10),
      frames: [{ symbol: name, name, module: `/opt/${name}`, kind: 'native' as const }],
    }));
    await withPanel(profileOf(stacks), async (panel) => {
      const { page } = panel;
      await page.locator('.graph').focus();
      await page.keyboard.press('t');
      await page
        .locator('.functions .body .row')
        .nth(HOSTILE.length - 1)
        .waitFor();
      const text = await page.locator('.functions').innerText();
      assert.ok(text.includes('<img/src=x/onerror=alert(1)>'));
      assert.ok(text.includes('\\u202egnp.exe'));
      assert.ok(text.includes('newline\\x0aescape\\x1b[31m'));
      await page.keyboard.press('c');
      const box = await page.locator('.graph canvas').boundingBox();
      assert.ok(box);
      for (let i = 0; i < HOSTILE.length; i++) {
        const x = box.x + (box.width * (i + 0.5)) / HOSTILE.length;
        await page.mouse.move(x, box.y + 3 * 18 + 9);
        await page.locator('.tooltip').waitFor();
        await page.mouse.click(x, box.y + 3 * 18 + 9);
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
      }
      assert.equal(await page.locator('.tooltip img, .neighbours img, .functions img').count(), 0);
      await page.screenshot({ path: join(tempDir('hostile'), 'hostile.png') });
    });
  },
);

test('one stack 127 deep is drawn to its leaf', { skip }, async () => {
  const path = Array.from({ length: 127 }, (_, i) => `n:f${i}`).join(' ');
  await withPanel(profileOf([stack(DEMO, 7, path, 1)]), async (panel) => {
    await walkTo(panel, 'f126 ');
    assert.equal(await details(panel), 'f126 · native · 1 sample, 100% · self 1, 100%');
  });
});

test('50,000 stacks: what is not drawn is counted, and zooming draws it', { skip }, async () => {
  const stacks = Array.from({ length: 50_000 }, (_, i) =>
    stack(DEMO, 7, `n:main n:group${i % 250} n:leaf${i}`, 1 + (i % 3)),
  );
  const samples = stacks.reduce((sum, { count }) => sum + count, 0);
  await withPanel(profileOf(stacks), async (panel) => {
    const counted = samples.toLocaleString('en-US');
    assert.ok((await numbers(panel)).includes(`${counted} samples`));
    await walkTo(panel, 'main');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('ArrowDown');
    assert.match(await details(panel), /more, too small to draw/);
    await panel.page.keyboard.press('Control+Enter');
    await panel.page.keyboard.press('ArrowUp');
    await panel.page.keyboard.press('Enter');
    await last(panel, 'reveal');
    const lookedUp = panel.posted.filter(({ type }) => type === 'goToFunction');
    assert.deepEqual(lookedUp, []);
    await panel.page.keyboard.press('ArrowDown');
    assert.match(await details(panel), /^leaf\d+ · native · \d samples?, <0\.01% · self/);
    await panel.page.keyboard.press('t');
    const grid = panel.page.getByRole('grid');
    await waitFor(
      'every function to be counted',
      () => grid.getAttribute('aria-rowcount'),
      (count) => count === String(50_000 + 250 + 1 + 1),
    );
    assert.ok((await panel.page.locator('.functions .body .row').count()) < 100);
  });
});

/** One sample of a stack so deep. */
function deepen(profile: Profile, depth: number): void {
  const process = profile.addProcess(7, 'demo');
  const frames = Array.from({ length: depth }, (_, i) => {
    const name = `f${depth - i}`;
    return profile.frames.intern({ symbol: name, name, module: '', kind: 'native' });
  });
  profile.add(profile.stack(process, frames), 7, 1);
}

test('a flame grows away from its root, and is no reader who scrolls', { skip }, async () => {
  const profile = new Profile(100);
  await withPanel(
    profile,
    async (panel) => {
      for (const [seconds, depth] of [
        [2, 3],
        [3, 60],
        [4, 90],
      ] as const) {
        deepen(profile, depth);
        await panel.tick(seconds);
        await assertUnderTheRoot(panel, 0);
        await settled(panel);
      }
      assert.ok((await scrolled(panel, '.graph')).top > 0);
      await panel.send({ type: 'tick', seconds: 5 });
      assert.equal(await badge(panel).count(), 0);
      await panel.drawn(4);

      const { below } = await wheel(panel, '.graph', -200);
      assert.equal(Math.round(below), 200);
      deepen(profile, 120);
      panel.info = { ...panel.info, seconds: 8 };
      await panel.send({ type: 'tick', seconds: 8 });
      await badge(panel).waitFor();
      await panel.page.keyboard.press('p');
      await panel.drawn(8);
      await assertUnderTheRoot(panel, -200);
    },
    { preferences: { orientation: 'flame' } },
  );
});

test('the root of a flame stays in sight when the table opens and closes', { skip }, async () => {
  const profile = new Profile(100);
  deepen(profile, 60);
  await withPanel(
    profile,
    async (panel) => {
      await panel.page.locator('.graph').focus();
      for (const shown of [true, false]) {
        await panel.page.keyboard.press('t');
        await panel.page.locator('.functions').waitFor({ state: shown ? 'visible' : 'detached' });
        await settled(panel);
        await assertUnderTheRoot(panel, 0);
      }
      await panel.send({ type: 'tick', seconds: 3 });
      assert.equal(await badge(panel).count(), 0);
    },
    { preferences: { orientation: 'flame' } },
  );
});

test('who scrolls the table or the callers is not disturbed', { skip }, async () => {
  const names = Array.from({ length: 200 }, (_, i) => `n:leaf${i}`);
  const profile = profileOf(names.map((name) => stack(DEMO, 7, `n:main ${name}`, 1)));
  for (const [key, pane] of [
    ['t', '.functions'],
    ['c', '.neighbours'],
  ] as const) {
    await withPanel(profile, async (panel) => {
      await walkTo(panel, 'main');
      await panel.page.keyboard.press(key);
      // What the steps above have held is let go.
      await panel.tick(2);
      await panel.send({ type: 'tick', seconds: 3 });
      assert.equal(await badge(panel).count(), 0);
      await wheel(panel, pane, 300);
      await panel.send({ type: 'tick', seconds: 5 });
      await badge(panel).waitFor();
    });
  }
});

test('what is selected and searched is read out once, not at every tick', { skip }, async () => {
  const profile = demo();
  await withPanel(profile, async (panel) => {
    const { page } = panel;
    const spoken = () => page.locator('.spoken').innerText();
    assert.equal(await page.locator('.spoken').getAttribute('role'), 'status');
    assert.equal(await page.locator('.details[role], .matched[role]').count(), 0);
    await walkTo(panel, 'read');
    assert.equal(await spoken(), 'read · libc.so · native · 60 samples, 60.0%');
    grow(profile, 100);
    await panel.tick(2);
    assert.equal(await details(panel), 'read · libc.so · native · 160 samples, 80.0%');
    assert.equal(await spoken(), 'read · libc.so · native · 60 samples, 60.0%');
    await page.keyboard.press('/');
    await page.keyboard.type('vfs');
    await waitFor('the result', spoken, (text) => text === '80.0% matched');
    grow(profile, 200);
    await panel.tick(3);
    assert.equal(await page.locator('.matched').innerText(), '90.0% matched');
    assert.equal(await spoken(), '80.0% matched');
    await page.keyboard.press('Escape');
    await waitFor('the end of the search', spoken, (text) => text === '');
    await page.keyboard.press('t');
    await page.keyboard.press('Home');
    await waitFor('a row', spoken, (text) => text.startsWith('vfs_read · kernel · 360 samples'));
  });
});

test('keys with Ctrl, Alt or Cmd are left to VS Code, but for our own', { skip }, async () => {
  await withPanel(demo(), async (panel) => {
    const { page } = panel;
    await page.evaluate(() => {
      const scope = globalThis as unknown as {
        passed: string[];
        addEventListener(
          name: string,
          run: (event: { readonly key: string; readonly defaultPrevented: boolean }) => void,
        ): void;
      };
      scope.passed = [];
      scope.addEventListener('keydown', ({ key, defaultPrevented }) => {
        if (!defaultPrevented && !/^(Control|Alt|Meta|Shift)$/.test(key)) scope.passed.push(key);
      });
    });
    const passed = () =>
      page.evaluate(() => {
        const scope = globalThis as unknown as { passed: string[] };
        return scope.passed.splice(0);
      });
    await walkTo(panel, 'run');
    const before = await details(panel);
    for (const keys of [
      ...['Control+k', 'Control+ArrowUp', 'Control+Alt+ArrowDown', 'Alt+Enter'],
      ...['Control+Home', 'Control+Space', 'Meta+ArrowUp', 'Control+Shift+Enter'],
    ]) {
      await page.keyboard.press(keys);
      assert.equal((await passed()).length, 1, keys);
    }
    assert.equal(await details(panel), before);
    for (const keys of ['Control+Enter', 'Meta+Enter', 'Control+c', 'Meta+c', 'Shift+F10']) {
      await page.keyboard.press(keys);
      assert.deepEqual(await passed(), [], keys);
    }
    await page.keyboard.press('t');
    await page.locator('.functions').press('Home');
    await passed();
    const selected = page.locator('.functions [aria-selected="true"]');
    const row = await selected.innerText();
    for (const keys of ['Control+ArrowDown', 'Alt+End', 'Meta+Enter', 'Shift+F10']) {
      await page.keyboard.press(keys);
      assert.equal((await passed()).length, 1, keys);
    }
    assert.equal(await selected.innerText(), row);
  });
});

test('only a function is looked up', { skip }, async () => {
  await withPanel(demo(), async (panel) => {
    const { keyboard } = panel.page;
    await panel.page.locator('.graph').press('Control+Enter');
    await walkTo(panel, 'demo (7)');
    await keyboard.press('Control+Enter');
    await keyboard.press('ArrowDown');
    assert.match(await details(panel), /^pid 7/);
    await keyboard.press('Control+Enter');
    await walkTo(panel, 'main');
    await keyboard.press('Control+Enter');
    await last(panel, 'goToFunction');
    const asked = panel.posted.filter(({ type }) => type === 'goToFunction');
    assert.deepEqual(asked, [{ type: 'goToFunction', name: 'main' }]);
  });
});

test(
  'the table has the menu of its selected row, and gives the keyboard back',
  { skip },
  async () => {
    await withPanel(demo(), async (panel) => {
      const { page } = panel;
      const menu = () => page.locator('.functions').getAttribute('data-vscode-context');
      const focused = (of: string) => page.locator(`${of}:focus`).waitFor();
      await page.locator('.graph').focus();
      await page.keyboard.press('t');
      await focused('.functions');
      assert.equal(await menu(), null);
      await page.keyboard.press('Home');
      await waitFor('a menu', menu, (text) => text?.includes('"name":"vfs_read"') === true);
      await page.keyboard.press('/');
      await page.keyboard.type('idle');
      await waitFor('no menu', menu, (text) => text === null);
      await page.locator('.functions').focus();
      await page.keyboard.press('t');
      await focused('.graph');
      await page.keyboard.press('c');
      await focused('.neighbours');
      await page.keyboard.press('c');
      await focused('.graph');
      await page.getByRole('button', { name: 'Callers' }).press('Enter');
      await focused('.neighbours');
      await page.getByRole('button', { name: 'Callers' }).press('Enter');
      await focused('vscode-button');
    });
  },
);

test('an engine that ends within a load is told of, and the next sends all', { skip }, async () => {
  await withPanel(undefined, async (panel) => {
    const { epoch } = await last(panel, 'pull');
    const chunk = new StackFeed(demo()).next(2);
    assert.ok(chunk.more);
    await panel.send({ type: 'chunk', epoch, chunk, first: true, info: panel.info });
    await panel.send({
      type: 'problem',
      epoch,
      kind: 'unavailable',
      text: 'The engine has ended.',
    });
    await panel.page.getByText('The engine has ended.').waitFor();
    panel.feed = new StackFeed(demo());
    await panel.tick(2);
    assert.match(await numbers(panel), /\b100 samples/);
    await panel.page.locator('.message').waitFor({ state: 'hidden' });
  });
});

test('an engine that ends while the reader is busy leaves nobody behind', { skip }, async () => {
  await withPanel(demo(), async (panel) => {
    const pulls = () => panel.posted.filter(({ type }) => type === 'pull').length;
    panel.answering = false;
    await walkTo(panel, 'read');
    const before = pulls();
    await panel.send({ type: 'tick', seconds: 4 });
    await badge(panel).waitFor();
    await waitFor('the page to ask', pulls, (count) => count > before);
    const { epoch } = await last(panel, 'pull');
    await panel.send({
      type: 'problem',
      epoch,
      kind: 'unavailable',
      text: 'The engine has ended.',
    });
    await panel.page.getByText('Pause', { exact: true }).waitFor();
    assert.ok((await details(panel)).startsWith('read'));
  });
});

test('axe finds nothing serious, in any theme, with any pane', { skip }, async (context) => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  for (const theme of Object.keys(THEMES) as ThemeClass[]) {
    await context.test(theme, async () => {
      await withPanel(
        demo(),
        async (panel) => {
          // By the debugger: the page's own policy lets no other script in.
          await panel.page.evaluate(axe);
          for (const key of ['', 't', 'c']) {
            await panel.page.locator('.graph').focus();
            if (key !== '') await panel.page.keyboard.press(key);
            const found = await panel.page.evaluate(async () => {
              interface Violation {
                readonly id: string;
                readonly impact: string;
                readonly nodes: readonly { readonly html: string }[];
              }
              const { axe: runner } = globalThis as unknown as {
                axe: { run(): Promise<{ violations: readonly Violation[] }> };
              };
              return (await runner.run()).violations.map(
                ({ id, impact, nodes }) => `${impact} ${id} ${nodes[0]?.html ?? ''}`,
              );
            });
            assert.deepEqual(
              found.filter((each) => /^(serious|critical)/.test(each)),
              [],
            );
          }
        },
        { theme },
      );
    });
  }
});
