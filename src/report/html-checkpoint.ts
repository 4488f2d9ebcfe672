import type { Verdict } from '../probe/evidence.ts';
import type { Markup, MarkupValue } from './markup.ts';
import { markup, nothing } from './markup.ts';
import type {
  ReportedAttempt,
  ReportedCheckpoint,
  ReportedCommand,
  ReportedEvidence,
  ReportedState,
} from './report.ts';
import { bytesWords, capitalized, endWords, isSaidByEvidence, secondsWords, timeWords, verdictWord } from './words.ts';

const stateGlyphs: Readonly<Record<ReportedState, string>> = {
  todo: '○',
  blocked: '·',
  running: '▶',
  waiting: '◔',
  proven: '✔',
  'proven-with-warning': '⚠',
  failed: '✖',
  unknown: '?',
  skipped: '↷',
  confirmed: '☑',
  ran: '•',
  stale: '↻',
};

/** A verdict looks like the state that it leads to. */
const verdictStates: Readonly<Record<Verdict, ReportedState>> = {
  true: 'proven',
  warning: 'proven-with-warning',
  false: 'failed',
  'not-yet': 'waiting',
  unknown: 'unknown',
};

/** A sign for a state, which only repeats what words say beside it. */
export function stateSign(state: ReportedState): Markup {
  return markup`<span class="state is-${state}" aria-hidden="true">${stateGlyphs[state]}\ufe0e</span>`;
}

/** A moment, for people and for programs. */
export function moment(iso: string): Markup {
  return markup`<time datetime="${iso}">${timeWords(iso)}</time>`;
}

/** A checkpoint with all that is known of it. */
export function checkpointSection(checkpoint: ReportedCheckpoint): Markup {
  const { number, id, title, optional, state, words, why, evidence, commands, attempts } = checkpoint;
  const isNews = why !== null && !isSaidByEvidence(checkpoint);
  return markup`
<section class="checkpoint${attempts.length === 0 ? ' untried' : ''}" id="step-${id}" aria-labelledby="title-${id}">
  <header>
    <h3 id="title-${id}"><span class="number">${number}</span>${title}${optional ? markup` <span class="muted small">(optional)</span>` : nothing}</h3>
    <p class="state is-${state}">${stateSign(state)} ${capitalized(words)}</p>
  </header>
  ${isNews ? markup`<p>${why}</p>` : nothing}
  ${lookedLine(checkpoint)}
  ${evidence.length === 0 ? nothing : markup`<ul class="evidence">${evidence.map(evidenceItem)}</ul>`}
  ${attempts.length === 0 ? nothing : markup`<h4>Attempts</h4><ul class="attempts">${attempts.map(attemptItem)}</ul>`}
  ${commands.map(commandDetails)}
</section>`;
}

function lookedLine({ looked }: ReportedCheckpoint): Markup {
  if (looked === null) return nothing;
  const { at, by, hostKeyFingerprint } = looked;
  const key = hostKeyFingerprint === '' ? nothing : markup`, host key <code>${hostKeyFingerprint}</code>`;
  return markup`<p class="muted small">Seen ${moment(at)} by ${by}${key}</p>`;
}

function evidenceItem({ verdict, probe, vantage, expected, observed, raw, remedy }: ReportedEvidence): Markup {
  const isRight = verdict === 'true';
  const rows: readonly (readonly [string, MarkupValue])[] = [
    ...(isRight || expected === '' ? [] : [['expected', expected] as const]),
    ...(observed === '' ? [] : [['observed', observed] as const]),
    ...(remedy === null ? [] : [['remedy', markup`<strong>${remedy}</strong>`] as const]),
  ];
  const saysMore = raw.trim() !== '' && raw.trim() !== observed.trim();
  return markup`
    <li>${stateSign(verdictStates[verdict])}<div>
      <div><span class="${isRight ? 'away' : `state is-${verdictStates[verdict]}`}">${capitalized(verdictWord(verdict))}: </span><span class="probe">${probe}</span> <span class="muted">from ${vantage}</span></div>
      ${rows.length === 0 ? nothing : markup`<dl>${rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`}
      ${saysMore ? markup`<details><summary>All that it saw</summary><pre>${raw}</pre></details>` : nothing}
    </div></li>`;
}

function attemptItem({ purpose, by, at, seconds, end, isCurrentScript, output }: ReportedAttempt): Markup {
  const took = seconds === null ? '' : ` after ${secondsWords(seconds)}`;
  const digest = output.sha256 === null ? markup`, not kept here` : markup`, SHA-256 <code>${output.sha256}</code>`;
  const other = isCurrentScript
    ? nothing
    : markup`<dt>script</dt><dd>What ran is not the script that the guide has now.</dd>`;
  return markup`
    <li>The ${purpose === 'run' ? 'action' : 'undo'} ${endWords(end)}${took}<dl class="small">
      <dt>when</dt><dd>${moment(at)} by ${by}</dd>
      <dt>output</dt><dd>${bytesWords(output.bytes)}${digest}</dd>${other}
    </dl></li>`;
}

function commandDetails({ purpose, on, script, variables, secrets }: ReportedCommand): Markup {
  const given = [
    ...Object.entries(variables).map(([name, value]) => markup`<li>with <code>${name}=${value}</code></li>`),
    ...secrets.map((name) => markup`<li>reads the secret <code>${name}</code>, which is kept nowhere</li>`),
  ];
  return markup`
  <details>
    <summary>The ${purpose === 'run' ? 'action' : 'undo'}, on ${on === 'target' ? 'the server' : 'the operator’s computer'}</summary>
    <pre><code>${script}</code></pre>
    ${given.length === 0 ? nothing : markup`<ul class="given">${given}</ul>`}
  </details>`;
}
