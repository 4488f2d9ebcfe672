/**
 * The style of the HTML report: one column of text beside a list of checkpoints, light or dark as the reader's system
 * is, always light on paper. Only fonts that are there already; nothing is fetched. Colours have at least the contrast
 * of WCAG 2.2 AA on both backgrounds.
 */
export const htmlStyle = `
:root {
  color-scheme: light dark;
  --paper: #fcfbf8; --raised: #f4f2ec; --line: #dedad0; --ink: #22252a; --muted: #5b6068; --link: #1f5582;
  --proven: #1c6b3f; --warning: #7d5200; --failed: #a32a2a; --waiting: #1f5582; --stale: #71409a; --quiet: #5b6068;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", "Noto Serif", Georgia, serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --raised: #1f2226; --line: #34383e; --ink: #e4e1da; --muted: #a3a8b0; --link: #8fc1ec;
    --proven: #7ecf9c; --warning: #e5b866; --failed: #f19a94; --waiting: #8fc1ec; --stale: #cda6ef; --quiet: #a3a8b0;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1.5rem; }
body {
  margin: 0; padding: 0 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 var(--sans); font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3 { font-family: var(--serif); font-weight: 600; line-height: 1.2; text-wrap: balance; margin: 0; }
h1 { font-size: clamp(1.75rem, 1.3rem + 2vw, 2.5rem); letter-spacing: -0.01em; }
h2 { font-size: 1.5rem; margin: 3.5rem 0 1rem; }
h3 { font-size: 1.2rem; }
h4 { font: 600 0.8125rem/1.4 var(--sans); color: var(--muted); margin: 1.25rem 0 0.375rem; }
p { margin: 0.5rem 0; max-width: 68ch; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 0.06em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; border-radius: 2px; }
code, pre { font-family: var(--mono); font-size: 0.84em; font-variant-ligatures: none; }
pre {
  margin: 0; padding: 0.75rem 1rem; background: var(--raised); border-radius: 6px;
  line-height: 1.55; white-space: pre-wrap; tab-size: 4;
}
pre code { font-size: inherit; }
ul, ol { list-style: none; margin: 0; padding: 0; }
dl { margin: 0; }
.away { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--paper); padding: 0.5rem 0.75rem; }
.skip:focus { top: 0.5rem; }
.muted { color: var(--muted); }
time { white-space: nowrap; }
.page { max-width: 78rem; margin: 0 auto; }
.page > header { padding: 3rem 0 1.5rem; border-bottom: 1px solid var(--line); }
.kind { color: var(--muted); margin: 0 0 0.5rem; }
.target { font-family: var(--mono); font-size: 1.0625rem; margin: 0.375rem 0 1.5rem; }
.summary { font-size: 1.125rem; margin: 0 0 0.75rem; }
.meter { display: flex; gap: 3px; max-width: 36rem; margin-bottom: 1.75rem; }
.meter span { flex: 1; height: 0.5rem; border-radius: 2px; background: var(--line); print-color-adjust: exact; }
.meter .settled { background: var(--proven); }
.meter .broken { background: var(--failed); }
.about { display: grid; gap: 1.25rem 4rem; font-size: 0.9375rem; }
.facts dt, .inputs dt { color: var(--muted); }
.facts dt { font-size: 0.875rem; }
.facts dd, .inputs dd { margin: 0; min-width: 0; }
.facts dd { margin-bottom: 0.5rem; }
.inputs { display: grid; grid-template-columns: minmax(0, 12rem) 1fr; gap: 0.125rem 1.5rem; align-content: start; }
nav { padding: 1.5rem 0 0; font-size: 0.9375rem; }
nav h2 { font: 600 0.8125rem/1.4 var(--sans); color: var(--muted); margin: 0 0 0.5rem; }
nav a { display: grid; grid-template-columns: 1.25rem 1.75rem 1fr; padding: 0.3rem 0; color: inherit; text-decoration: none; line-height: 1.4; }
nav a:hover .title { text-decoration: underline; }
nav .number { color: var(--muted); text-align: right; padding-right: 0.5rem; }
nav .elsewhere { margin-top: 0.75rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
nav .elsewhere a { display: block; color: var(--link); }
.state { color: var(--quiet); font-weight: 600; white-space: nowrap; }
.is-proven, .is-confirmed { color: var(--proven); }
.is-proven-with-warning { color: var(--warning); }
.is-failed { color: var(--failed); }
.is-waiting, .is-running { color: var(--waiting); }
.is-stale, .is-unknown { color: var(--stale); }
.checkpoint { padding: 1.5rem 0 1.75rem; border-top: 1px solid var(--line); }
.checkpoint > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 1rem; justify-content: space-between; }
h3 .small { font: 400 0.875rem/1.2 var(--sans); }
.checkpoint .number { color: var(--muted); font-weight: 400; margin-right: 0.5rem; }
.evidence li { display: grid; grid-template-columns: 1.5rem 1fr; margin: 0.625rem 0; }
.evidence .probe { font-weight: 600; }
.evidence dl, .attempts dl { display: grid; grid-template-columns: 5rem 1fr; gap: 0 0.75rem; font-size: 0.9375rem; }
.evidence dt, .attempts dt { color: var(--muted); }
.evidence dd, .attempts dd { margin: 0; min-width: 0; }
.attempts li { margin: 0.5rem 0; }
.small { font-size: 0.875rem; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; font-size: 0.9375rem; padding: 0.25rem 0; }
details .given { font-size: 0.875rem; margin: 0.5rem 0 0; }
.given li { margin: 0.125rem 0; }
table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; line-height: 1.5; }
caption { text-align: left; color: var(--muted); font-size: 0.875rem; padding-bottom: 0.5rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3125rem 1rem 0.3125rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; font-size: 0.8125rem; color: var(--muted); }
th[scope="rowgroup"] { padding-top: 1.25rem; color: var(--ink); font-size: 0.9375rem; }
td:first-child, td:last-child { white-space: nowrap; color: var(--muted); }
td:last-child, th:last-child { padding-right: 0; }
.page > footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 0.875rem; color: var(--muted); }
@media screen and (min-width: 62rem) {
  .about { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .columns { display: grid; grid-template-columns: 17rem minmax(0, 46rem); gap: 0 4rem; }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 2rem 0.5rem 2rem 0; align-self: start; }
  main > h2:first-child { margin-top: 2rem; }
}
@media (max-width: 30rem) {
  .page > header { padding-top: 2rem; }
  .inputs { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 0.125rem 1rem; }
  .evidence dl, .attempts dl { grid-template-columns: 1fr; }
  .evidence dd, .attempts dd { margin-bottom: 0.25rem; }
  table { font-size: 0.875rem; }
  th, td { padding-right: 0.625rem; }
  td:last-child { white-space: normal; min-width: 6rem; }
}
@media print {
  @page { margin: 18mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #5b6068; } }
  html { font-size: 10pt; }
  body { padding: 0; background: none; }
  .page > header { padding-top: 0; }
  nav ol { columns: 2; column-gap: 2rem; }
  nav .elsewhere, .skip { display: none; }
  .state, nav a, .evidence li, .attempts li, tr { break-inside: avoid; }
  h2, h3, h4, .checkpoint > header, summary { break-after: avoid; }
  pre { border: 1px solid var(--line); background: none; }
  summary { list-style: none; font-weight: 600; }
  .untried details { display: none; }
  details::details-content { content-visibility: visible; height: auto; }
}
`;
