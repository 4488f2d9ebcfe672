import type { Call, Outcome, Program } from '../program.ts';

/** Verbs that only ask, and are no complaint where there is no such unit. */
const asking = new Set(['is-active', 'is-enabled', 'is-failed', 'status', 'show', 'cat']);

/** systemctl(1) */
export const systemctl: Program = {
  name: 'systemctl',
  async run(call) {
    const [verb = '', ...names] = wordsOf(call.args);
    if (verb === 'daemon-reload' || verb === 'reset-failed' || verb === 'list-timers') return {};
    if (verb === 'show') return show(call, names);
    let out = '';
    let err = '';
    let status = 0;
    let someActive = false;
    for (const name of names) {
      const unit = unitName(name);
      if (call.machine.services.find(unit) === undefined && !asking.has(verb)) {
        if (verb === 'try-restart') continue;
        err += `Failed to ${verb} ${unit}: Unit ${unit} not found.\n`;
        status = verb === 'enable' || verb === 'disable' ? 1 : 5;
        continue;
      }
      const done = await act(call, verb, unit);
      out += done.out ?? '';
      err += done.err ?? '';
      someActive ||= done.status === undefined || done.status === 0;
      status ||= done.status ?? 0;
    }
    // is-active and its like are true where one of the units is (systemctl(1)).
    if (verb.startsWith('is-') && someActive) status = 0;
    const isQuiet = call.args.includes('--quiet') || call.args.includes('-q');
    return { out: isQuiet ? '' : out, err: isQuiet && verb === 'enable' ? '' : err, status };
  },
};

function unitName(name: string): string {
  return name.includes('.') ? name : `${name}.service`;
}

function wordsOf(args: readonly string[]): readonly string[] {
  const taking = new Set(['-p', '--property', '--timestamp', '-n']);
  return args.filter((arg, index) => !arg.startsWith('-') && !taking.has(args[index - 1] ?? ''));
}

async function act({ args, machine, pause }: Call, verb: string, unit: string): Promise<Outcome> {
  const { services } = machine;
  const now = services.find(unit);
  const start = async (): Promise<Outcome> => {
    await pause(60);
    if (await services.start(unit)) return {};
    return {
      status: 1,
      err: `Job for ${unit} failed because the control process exited with error code.\nSee "systemctl status ${unit}" and "journalctl -xeu ${unit}" for details.\n`,
    };
  };
  switch (verb) {
    case 'is-active':
      return { out: `${now?.state ?? 'inactive'}\n`, status: now?.state === 'active' ? 0 : 3 };
    case 'is-failed':
      return { out: `${now?.state ?? 'inactive'}\n`, status: now?.state === 'failed' ? 0 : 1 };
    case 'is-enabled':
      if (now === undefined)
        return { err: `Failed to get unit file state for ${unit}: No such file or directory\n`, status: 1 };
      return { out: now.isEnabled ? 'enabled\n' : 'disabled\n', status: now.isEnabled ? 0 : 1 };
    case 'cat':
      if (now === undefined) return { err: `No files found for ${unit}.\n`, status: 1 };
      return { out: `# /usr/lib/systemd/system/${unit}\n[Unit]\nDescription=${now.file.description}\n` };
    case 'status':
      return status(unit, now);
    case 'start':
      return start();
    case 'try-restart':
      if (now?.state !== 'active') return {};
      await services.stop(unit);
      return start();
    case 'restart':
      await services.stop(unit);
      return start();
    case 'stop':
      await services.stop(unit);
      return {};
    case 'enable':
    case 'disable': {
      const isOn = verb === 'enable';
      const changes = now?.isEnabled !== isOn;
      services.setEnabled(unit, isOn);
      const place = `/etc/systemd/system/multi-user.target.wants/${unit}`;
      const told = isOn ? `Created symlink ${place} → /usr/lib/systemd/system/${unit}.\n` : `Removed "${place}".\n`;
      if (!args.includes('--now')) return { err: changes ? told : '' };
      if (!isOn) await services.stop(unit);
      const started = isOn ? await start() : {};
      return { ...started, err: `${changes ? told : ''}${started.err ?? ''}` };
    }
    default:
      return {};
  }
}

type Found = ReturnType<Call['machine']['services']['find']>;

function status(unit: string, now: Found): Outcome {
  if (now === undefined) return { err: `Unit ${unit} could not be found.\n`, status: 4 };
  const words = { active: 'active (running)', inactive: 'inactive (dead)', failed: 'failed (Result: exit-code)' };
  const enabled = now.isEnabled ? 'enabled' : 'disabled';
  return {
    out: `● ${unit} - ${now.file.description}\n     Loaded: loaded (/usr/lib/systemd/system/${unit}; ${enabled})\n     Active: ${words[now.state]} since ${now.since.toUTCString()}\n`,
    status: now.state === 'active' ? 0 : 3,
  };
}

/** `show -p NAME[,NAME…] [--value] UNIT`: the few properties that the guide asks. */
function show({ args, machine }: Call, names: readonly string[]): Outcome {
  const at = args.findIndex((arg) => arg === '-p' || arg === '--property');
  const wanted = (args.find((arg) => arg.startsWith('--property='))?.slice(11) ?? args[at + 1] ?? '').split(',');
  const unit = machine.services.find(unitName(names[0] ?? ''));
  const isUnix = args.some((arg) => arg.includes('unix'));
  const seconds = Math.floor((unit?.since ?? new Date()).getTime() / 1000);
  const values: Readonly<Record<string, string>> = {
    ActiveState: unit?.state ?? 'inactive',
    SubState: unit?.state === 'active' ? 'running' : (unit?.state ?? 'dead'),
    LoadState: unit === undefined ? 'not-found' : 'loaded',
    NRestarts: '0',
    MainPID: String(unit?.running?.process.pid ?? 0),
    ExecMainStartTimestamp: unit?.running === undefined ? '' : isUnix ? `@${seconds}` : unit.since.toUTCString(),
  };
  const isValue = args.includes('--value');
  return { out: wanted.map((name) => `${isValue ? '' : `${name}=`}${values[name] ?? ''}\n`).join('') };
}
