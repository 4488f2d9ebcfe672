import { checkpointSection, moment, stateSign } from './html-checkpoint.ts';
import { htmlStyle } from './html-style.ts';
import { Markup, type MarkupValue, markup, nothing } from './markup.ts';
import type { Happening, Report, ReportedCheckpoint } from './report.ts';
import { timeWords } from './words.ts';

/** Nothing may be fetched, run or sent, whatever a server managed to print (Content Security Policy Level 3). */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A feather, so that no browser asks for a favicon. */
const icon =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Cpath d=%22M2 14C3 8 7 3 14 2c0 6-4 9-9 9l-3 3z%22 fill=%22%235b7f95%22/%3E%3C/svg%3E';

/** A report as one HTML file that needs nothing else: no script, no request. */
export function htmlReport(report: Report): string {
  const { guide, session, checkpoints } = report;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${session.target}: ${guide.title}</title>
<link rel="icon" href="${icon}">
<style>${new Markup(htmlStyle)}</style>
</head>
<body>
<a class="skip" href="#checkpoints">Skip to the checkpoints</a>
<div class="page">
${pageHeader(report)}
<div class="columns">
${navigation(report)}
<main>
<h2 id="checkpoints">Checkpoints</h2>
${checkpoints.map(checkpointSection)}
${recordsSection(report)}
${timelineSection(report.timeline)}
</main>
</div>
${pageFooter(report)}
</div>
</body>
</html>
`.text;
}

function pageHeader({ guide, session, summary, checkpoints, inputs }: Report): Markup {
  const { hostKey } = session;
  const changed = guide.changed ? markup` <strong>It has changed since the session agreed to it.</strong>` : nothing;
  const facts: readonly (readonly [string, MarkupValue])[] = [
    ['Session', markup`${moment(session.createdAt)} to ${moment(session.lastAt)}`],
    [
      'Host key',
      hostKey === null ? 'The server has not been seen.' : markup`${hostKey.type} <code>${hostKey.fingerprint}</code>`,
    ],
    ['Guide', markup`${guide.id}, SHA-256 <code>${guide.sha256}</code>${changed}`],
  ];
  return markup`<header>
<p class="kind">What was proven of this server</p>
<h1>${guide.title}</h1>
<p class="target">${session.target}</p>
<p class="summary">${summary.sentence}</p>
<div class="meter" aria-hidden="true">${checkpoints.map(meterPiece)}</div>
<div class="about">
<dl class="facts">${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<dl class="inputs">${inputs.map(({ label, value }) => markup`<dt>${label}</dt><dd>${value}</dd>`)}</dl>
</div>
</header>`;
}

function meterPiece({ state, isSettled }: ReportedCheckpoint): Markup {
  if (state === 'failed') return markup`<span class="broken"></span>`;
  return isSettled ? markup`<span class="settled"></span>` : markup`<span></span>`;
}

function navigation({ checkpoints, records }: Report): Markup {
  const items = checkpoints.map(
    ({ id, number, title, state, words }) =>
      markup`<li><a href="#step-${id}">${stateSign(state)}<span class="number">${number}</span><span><span class="title">${title}</span><span class="away">, ${words}</span></span></a></li>`,
  );
  const zone = hasRecords(records) ? markup`<li><a href="#records">DNS records</a></li>` : nothing;
  return markup`<nav aria-labelledby="contents">
<h2 id="contents">All checkpoints</h2>
<ol>${items}</ol>
<ul class="elsewhere">${zone}<li><a href="#timeline">Timeline</a></li></ul>
</nav>`;
}

function hasRecords({ zone, waiting }: Report['records']): boolean {
  return zone !== '' || waiting.length > 0;
}

function recordsSection({ records }: Report): Markup {
  if (!hasRecords(records)) return nothing;
  return markup`<section aria-labelledby="records">
<h2 id="records">DNS records</h2>
${records.zone === '' ? nothing : markup`<p>What the guide wants published, as a zone file:</p><pre><code>${records.zone}</code></pre>`}
${records.waiting.length === 0 ? nothing : markup`<ul class="given">${records.waiting.map((sentence) => markup`<li>${sentence}</li>`)}</ul>`}
</section>`;
}

function timelineSection(timeline: readonly Happening[]): Markup {
  const days = [...new Set(timeline.map(({ at }) => at.slice(0, 10)))];
  return markup`<section aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
<table>
<caption>What happened, the earliest first; times in UTC</caption>
<thead><tr><th scope="col">Time</th><th scope="col">What</th><th scope="col">By</th></tr></thead>
${days.map((day) =>
  dayRows(
    day,
    timeline.filter(({ at }) => at.startsWith(day)),
  ),
)}
</table>
</section>`;
}

function dayRows(day: string, happenings: readonly Happening[]): Markup {
  return markup`<tbody>
<tr><th scope="rowgroup" colspan="3">${day}</th></tr>${happenings.map(
    ({ at, sentence, by }) => markup`
<tr><td><time datetime="${at}">${at.slice(11, 19)}</time></td><td>${sentence}</td><td>${by}</td></tr>`,
  )}
</tbody>`;
}

function pageFooter({ madeBy, madeAt, session, journal, seal }: Report): Markup {
  return markup`<footer>
<p>Made by ${madeBy} at ${timeWords(madeAt)} from the session <code>${session.name}</code>: ${journal.events} events, the last with the checksum <code>${journal.checksum}</code>.</p>
<p><code>${seal}</code></p>
</footer>`;
}
