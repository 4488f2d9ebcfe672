import { describe, expect, it } from 'vitest';
import { keys } from '../terminal.tsx';
import { noon } from './looks.ts';
import { showSession } from './session-terminal.tsx';
import { anEvidence } from './session-view.ts';
import { aSessionView, smtpGuide } from './smtp-session.ts';

const at = 'install-chasquid';

describe('a person at a session', () => {
  it('reads, runs, sees it proven, and goes on with the same key', async () => {
    const { terminal, engine } = await showSession({ columns: 120, rows: 40 });
    await terminal.press(keys.enter);
    expect(engine.asked).toEqual([`run ${at}`]);
    engine.busy(at, { kind: 'running', purpose: 'run', since: noon, interrupts: 0 });
    engine.print(at, ['Setting up chasquid …']);
    await terminal.until('Setting up chasquid …');
    expect(terminal.text()).toContain('running, 0:00');
    engine.stand(at, { kind: 'proven', warning: false, at: noon }, { evidence: [anEvidence()] });
    engine.busy(at, null);
    await terminal.until('proven, 14:05: active 31 s');
    expect(terminal.text()).toContain('8 of 20 proven');
    await terminal.press(keys.enter);
    expect(terminal.text()).toContain('10  Name chasquid’s host');
    await terminal.close();
  });

  it('is asked what now when it failed, and sees what each answer would do', async () => {
    const { terminal, engine } = await showSession();
    await terminal.press('r');
    engine.busy(at, { kind: 'running', purpose: 'run', since: noon, interrupts: 0 });
    engine.stand(at, { kind: 'failed', why: 'The action ended with status 100.', at: noon });
    engine.busy(at, null);
    await terminal.until('what now?');
    expect(terminal.text()).toContain('retry         Looks whether it holds already; if not, runs it and looks.');
    await terminal.press(keys.down, keys.enter);
    expect(engine.asked).toEqual([`run ${at}`, `verify ${at}`]);
    expect(terminal.text()).not.toContain('── what now?');
    await terminal.close();
  });

  it('skips with a reason, and cannot without one', async () => {
    const { terminal, engine } = await showSession();
    await terminal.press('s', keys.enter);
    expect(terminal.text()).toContain('A skip needs its reason');
    await terminal.press('not on this server\r');
    expect(engine.asked).toEqual([`skip ${at}: not on this server`]);
    await terminal.close();
  });

  it('fills the form by typing and pasting, and is told at once what is wrong', async () => {
    const gate = { kind: 'inputs', inputs: smtpGuide.inputs.slice(0, 3) } as const;
    const { terminal, engine } = await showSession({ view: aSessionView({ gate, values: {} }) });
    await terminal.press('example');
    expect(terminal.text()).toContain('it has no dot');
    await terminal.press('.com');
    expect(terminal.text()).not.toContain('it has no dot');
    expect(terminal.text()).toContain('smtp.example.com');
    await terminal.press(keys.enter, keys.enter);
    await terminal.paste('  me@example.com\n');
    await terminal.press(keys.enter);
    const values = { domain: 'example.com', hostname_fqdn: 'smtp.example.com', contact: 'me@example.com' };
    expect(engine.asked).toEqual([`inputs ${JSON.stringify(values)}`]);
    await terminal.close();
  });

  it('is shown what is missing when going on too early', async () => {
    const gate = { kind: 'inputs', inputs: smtpGuide.inputs.slice(0, 3) } as const;
    const { terminal, engine } = await showSession({ view: aSessionView({ gate, values: {} }) });
    await terminal.press(keys.enter, keys.enter, keys.enter);
    expect(terminal.text()).toContain('Domain is needed.');
    expect(engine.asked).toEqual([]);
    await terminal.close();
  });

  it('answers for an unknown host key only with y or n', async () => {
    const question = {
      id: 7,
      question: { kind: 'host-key', host: 'smtp.example.com', key: { type: 'ssh-ed25519', fingerprint: 'SHA256:abc' } },
    } as const;
    const { terminal, engine } = await showSession({ view: aSessionView({ question }) });
    expect(terminal.text()).toContain('SHA256:abc');
    await terminal.press(keys.enter, 'x', 'y');
    expect(engine.asked).toEqual(['answer 7: yes']);
    await terminal.until('Install chasquid');
    await terminal.close();
  });

  it('fills in a secret that no frame ever shows', async () => {
    const gate = { kind: 'inputs', inputs: smtpGuide.inputs.slice(4) } as const;
    const { terminal, engine } = await showSession({ view: aSessionView({ gate }) });
    await terminal.press('c4n4ry');
    await terminal.paste('-pasted');
    expect(terminal.text()).toContain('••••••');
    await terminal.press(keys.enter);
    expect(engine.asked).toEqual(['inputs {"password":"c4n4ry-pasted"}']);
    expect(terminal.written).not.toMatch(/c4n4ry|pasted/u);
    await terminal.close();
  });

  it('makes up a password, shows it once, and uses it', async () => {
    const gate = { kind: 'inputs', inputs: smtpGuide.inputs.slice(4) } as const;
    const { terminal, engine } = await showSession({ view: aSessionView({ gate }) });
    await terminal.press(keys.ctrlG);
    await terminal.until('It is shown only now');
    const seen = terminal.text();
    await terminal.press(keys.enter);
    const [, password = ''] = /^inputs \{"password":"([A-Za-z0-9]{24})"\}$/u.exec(engine.asked[0] ?? '') ?? [];
    expect(seen).toContain(password);
    await terminal.close();
  });

  it('shows a password that was made up no more once it is changed', async () => {
    const gate = { kind: 'inputs', inputs: smtpGuide.inputs.slice(4) } as const;
    const { terminal } = await showSession({ view: aSessionView({ gate }) });
    await terminal.press(keys.ctrlG);
    await terminal.until('It is shown only now');
    const [password = ''] = /[A-Za-z0-9]{24}/u.exec(terminal.text()) ?? [];
    await terminal.press('x');
    expect(terminal.text()).toContain('•'.repeat(25));
    expect(terminal.text()).not.toContain(password);
    await terminal.close();
  });

  it('can read a question to its end in the smallest terminal', async () => {
    const key = { type: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(40)}end` };
    const question = { id: 7, question: { kind: 'host-key', host: 'smtp.example.com', key } } as const;
    const { terminal } = await showSession({ columns: 40, rows: 10, view: aSessionView({ question }) });
    expect(terminal.text()).toContain('Is this your server?');
    expect(terminal.text()).toContain('y yes   n no');
    await terminal.press(keys.down, keys.down, keys.down, keys.down);
    expect(terminal.text()).toContain('aaaend');
    await terminal.press('G');
    expect(terminal.text()).toContain('Are they the same?');
    await terminal.close();
  });

  it('types a password that no frame ever shows', async () => {
    const question = { id: 8, question: { kind: 'password', user: 'root', host: 'smtp.example.com' } } as const;
    const { terminal, engine } = await showSession({ view: aSessionView({ question }) });
    await terminal.press('hunter2-canary');
    await terminal.paste('-pasted');
    await terminal.press(keys.enter);
    expect(engine.asked).toEqual(['answer 8: hunter2-canary-pasted']);
    expect(terminal.written).not.toContain('canary');
    expect(terminal.written).not.toContain('pasted');
    await terminal.close();
  });

  it('reads on in a terminal that becomes small and large again', async () => {
    const { terminal, engine } = await showSession({ columns: 120, rows: 40 });
    const before = terminal.text();
    await terminal.resize(50, 12);
    expect(terminal.text().split('\n').length).toBeLessThanOrEqual(12);
    expect(terminal.text()).toContain('9 of 20');
    expect(terminal.text()).toContain('Install chasquid');
    await terminal.resize(30, 8);
    expect(terminal.text()).toContain('40×10 are needed');
    await terminal.press('r');
    expect(engine.asked).toEqual([]);
    await terminal.resize(120, 40);
    expect(terminal.text()).toBe(before);
    await terminal.close();
  });

  it('interrupts what runs with Ctrl-C, leaves it running with a second, and cannot quit in between', async () => {
    const running = { kind: 'running', purpose: 'run', since: noon, interrupts: 0 } as const;
    const { terminal, engine } = await showSession({ view: aSessionView({ activity: { [at]: running } }) });
    await terminal.press('q');
    expect(terminal.text()).toContain('Ctrl-C interrupts it');
    expect(terminal.text()).toContain('Ctrl-C interrupt');
    await terminal.press(keys.ctrlC);
    engine.busy(at, { ...running, interrupts: 1 });
    await terminal.until('Ctrl-C leave it running');
    await terminal.press(keys.ctrlC);
    expect(engine.asked).toEqual(['interrupt', 'interrupt']);
    await terminal.close();
  });

  it('quits with Ctrl-C where nothing runs, and finds the shell as it was', async () => {
    const { terminal, ended } = await showSession();
    expect(terminal.isAlternate).toBe(true);
    await terminal.press(keys.ctrlC);
    await ended;
    expect(terminal.isAlternate).toBe(false);
    expect(terminal.text()).toBe('');
    expect(terminal.written).not.toContain('\u001B[3J');
  });

  it('is told why a key does nothing now', async () => {
    const { terminal, engine } = await showSession();
    await terminal.press('u');
    expect(terminal.text()).toContain('Nothing was run here, so there is nothing to take back.');
    await terminal.press('c');
    expect(terminal.text()).toContain('proven by looking (v)');
    await terminal.press('z');
    expect(terminal.text()).toContain('“z” does nothing here');
    expect(engine.asked).toEqual([]);
    await terminal.close();
  });

  it('copies the command, and is told where it went', async () => {
    const { terminal } = await showSession();
    await terminal.press('y');
    const sent = Buffer.from(smtpGuide.steps[8]?.run?.text ?? '').toString('base64');
    expect(terminal.written).toContain(`\u001B]52;c;${sent}\u0007`);
    expect(terminal.text()).toContain('Sent the command (6 lines)');
    await terminal.close();
  });

  it('searches the output, round and round', async () => {
    const lines = Array.from({ length: 100 }, (_, line) =>
      line % 40 === 7 ? `line ${line} \u001B[31mERR\u001B[0mor` : `line ${line}`,
    );
    const { terminal } = await showSession({ prepare: (engine) => engine.print(at, lines) });
    await terminal.press('o', '/error\r');
    expect(terminal.text()).toContain('line 7 ERRor');
    await terminal.press('n', 'n');
    expect(terminal.text()).toContain('line 87 ERRor');
    await terminal.press('n');
    expect(terminal.text()).toContain('line 7 ERRor');
    await terminal.press('/nowhere\r');
    expect(terminal.text()).toContain('No line has “nowhere”.');
    await terminal.close();
  });

  it('changes an input of the checkpoint, and only that is set', async () => {
    const { terminal, engine } = await showSession();
    await terminal.press('e', keys.ctrlU, 'example.org', keys.tab, keys.enter);
    expect(engine.asked).toEqual([`inputs ${JSON.stringify({ domain: 'example.org' })}`]);
    await terminal.close();
  });

  it('takes several keys that come in one chunk', async () => {
    const { terminal, engine } = await showSession({ columns: 120 });
    await terminal.press('jjks');
    await terminal.press('because\r');
    expect(engine.asked).toEqual(['skip server-name: because']);
    await terminal.close();
  });

  it('picks a checkpoint from the list of a narrow terminal', async () => {
    const { terminal, engine } = await showSession();
    await terminal.press(keys.tab, keys.pageDown, keys.up, keys.up);
    expect(terminal.text()).toContain('❯ ○ 18 Send a test');
    expect(terminal.text()).toContain('Enter show');
    await terminal.press(keys.enter);
    expect(terminal.text()).toContain('18  Send a test');
    expect(engine.asked).toEqual([]);
    await terminal.close();
  });

  it('scrolls the text to its end and back', async () => {
    const { terminal } = await showSession();
    await terminal.press('G');
    expect(terminal.text()).toContain('with DOMAIN=example.com');
    await terminal.press('g');
    expect(terminal.text()).toContain('is a small SMTP server');
    await terminal.press(keys.pageDown, keys.pageUp, keys.down);
    expect(terminal.text()).not.toContain('is a small SMTP server');
    await terminal.press(keys.up);
    expect(terminal.text()).toContain('is a small SMTP server');
    await terminal.close();
  });

  it('trusts a guide only after having been shown all that it runs', async () => {
    const { terminal, engine } = await showSession({
      view: aSessionView({ gate: { kind: 'trust' }, guide: { ...smtpGuide, shipped: false } }),
    });
    await terminal.press('G');
    expect(terminal.text()).toContain('spf: verify');
    await terminal.press(keys.enter, 'r', 'y');
    expect(engine.asked).toEqual([]);
    await terminal.press('t');
    expect(engine.asked).toEqual(['trust']);
    await terminal.close();
  });

  it('confirms what no probe can see, and takes it back', async () => {
    const confirm = { kind: 'confirmed', at: noon } as const;
    const { terminal, engine } = await showSession({ columns: 120, rows: 40 });
    await terminal.press('G', keys.up, keys.up, keys.up);
    expect(terminal.text()).toContain('c confirms it: Gmail shows the address');
    await terminal.press('c');
    engine.stand('gmail-send-as', confirm);
    await terminal.until('confirmed by you, 14:05');
    await terminal.press('c');
    expect(engine.asked).toEqual(['confirm gmail-send-as', 'reopen gmail-send-as']);
    await terminal.close();
  });

  it('opens help over anything, and is back where it was', async () => {
    const { terminal } = await showSession();
    await terminal.press('?');
    expect(terminal.text()).toContain('Keys');
    await terminal.press('G');
    expect(terminal.text()).toContain('confirmed by you');
    await terminal.press('?');
    expect(terminal.text()).toContain('Install chasquid');
    await terminal.close();
  });

  it('sees seconds pass while something runs, and none while nothing does', async () => {
    const { terminal, engine, clock } = await showSession();
    engine.busy(at, { kind: 'running', purpose: 'run', since: noon, interrupts: 0 });
    await terminal.until('running, 0:00');
    clock.advance(3000);
    await terminal.until('running, 0:03');
    engine.busy(at, null);
    await terminal.until('to do');
    expect(clock.timers).toBe(0);
    await terminal.close();
  });
});
