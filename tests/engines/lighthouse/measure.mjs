// Reads what to look at from standard input, opens each page as a slow phone would, and writes what Lighthouse found.
import { readFileSync } from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const { chromium, flags, pages, timed } = JSON.parse(readFileSync(0, "utf8"));
const TIMES = {
  lcp: "largest-contentful-paint",
  tbt: "total-blocking-time",
  cls: "cumulative-layout-shift",
};

// Where the browser of a busy machine has lost what was recorded, Lighthouse itself asks to be run again.
const look = async (port, page, onlyCategories, tries = 3) => {
  const { url, headers } = page;
  const { lhr } = await lighthouse(url, { port, extraHeaders: headers, onlyCategories, output: "json", logLevel: "silent" });
  if (!lhr.runtimeError) return lhr;
  if (tries === 1) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  return look(port, page, onlyCategories, tries - 1);
};

const faults = ({ categories, audits }) =>
  Object.values(categories).flatMap(({ id, auditRefs }) =>
    auditRefs
      .filter((ref) => ref.weight > 0 && audits[ref.id].score !== null && audits[ref.id].score < 1)
      .map((ref) => `${id}: ${audits[ref.id].title}`));

// The look at the whole comes first and is not timed: a browser that has only just started is slower than any page.
const measure = async (port, page) => {
  const whole = await look(port, page, ["performance", "accessibility", "best-practices", "seo"]);
  const runs = [];
  while (runs.length < timed) runs.push(await look(port, page, ["performance"]));
  return {
    shown: whole.finalDisplayedUrl,
    scores: Object.fromEntries(Object.values(whole.categories).map(({ id, score }) => [id, Math.round(score * 100)])),
    faults: faults(whole),
    runs: runs.map(({ categories, audits }) => ({
      performance: Math.round(categories.performance.score * 100),
      ...Object.fromEntries(Object.entries(TIMES).map(([name, audit]) => [name, audits[audit].numericValue])),
    })),
  };
};

const chrome = await launch({ chromePath: chromium, chromeFlags: flags, logLevel: "silent" });
try {
  const found = {};
  for (const page of pages) found[page.name] = await measure(chrome.port, page);
  process.stdout.write(JSON.stringify(found));
} finally {
  chrome.kill();
}
