import { setTimeout as sleep } from 'node:timers/promises';
import { MachineFiles } from './files.ts';
import type { Internet } from './internet.ts';
import { Processes } from './processes.ts';
import type { Program } from './program.ts';
import { JournalLog } from './state/journal-log.ts';
import { NetworkLink } from './state/network-link.ts';
import { type Package, Packages } from './state/packages.ts';
import { Services } from './state/services.ts';

/** What makes one system differ from another. */
export interface MachineOptions {
  readonly hostName: string;
  readonly kernel: string;
  /** What the login shell says first. */
  readonly greeting: string;
  /** How its sshd calls itself. */
  readonly banner: string;
  readonly programs: readonly Program[];
  readonly mirror: readonly Package[];
  readonly internet: Internet;
  /** How many times faster than life what takes time is done; 1 without it. */
  readonly speed?: number;
}

/** Kilobytes of memory. */
const memory = 8_131_516;

/** The simulated server: one state that its files, its processes and its programs share. */
export class Machine {
  readonly files = new MachineFiles();
  readonly processes = new Processes(this.files);
  readonly journal = new JournalLog();
  readonly services = new Services(this.processes, this.journal);
  readonly network = new NetworkLink(this.files);
  readonly packages: Packages;
  readonly internet: Internet;
  readonly kernel: string;
  readonly greeting: string;
  readonly banner: string;
  hostName: string;
  /** How full the disk is: 0.04 of it. */
  diskUse = 0.04;
  readonly #speed: number;
  readonly #programs: readonly Program[];

  constructor({ hostName, kernel, greeting, banner, programs, mirror, internet, speed = 1 }: MachineOptions) {
    this.hostName = hostName;
    this.kernel = kernel;
    this.greeting = greeting;
    this.banner = banner;
    this.#programs = programs;
    this.packages = new Packages(mirror);
    this.internet = internet;
    this.#speed = speed;
  }

  /** Lays out what every Linux has. */
  async boot(): Promise<void> {
    for (const folder of ['/bin', '/usr/bin', '/usr/sbin', '/dev/pts', '/etc', '/proc', '/sys', '/run']) {
      await this.files.mkdir(folder, { recursive: true });
    }
    await this.processes.begin({ name: 'systemd' });
    await this.files.mount('/dev/null', { read: () => '', write: () => undefined });
    await this.files.mount('/proc/meminfo', {
      read: () =>
        `MemTotal:       ${memory} kB\nMemFree:        ${memory - 900_000} kB\nMemAvailable:   ${memory - 500_000} kB\nSwapTotal:             0 kB\n`,
    });
    await this.files.mount('/proc/locks', { read: () => '' });
    await this.files.mount('/proc/net/tcp', { read: () => this.#listenersAsProc() });
    await this.files.mount('/proc/sys/kernel/hostname', {
      read: () => `${this.hostName}\n`,
      write: (bytes) => {
        this.hostName = bytes.toString().trim();
      },
    });
  }

  /** The programs that are there now: those of packages once these are installed. */
  programs(): readonly Program[] {
    return this.#programs.filter(({ package: owner }) => owner === undefined || this.packages.isInstalled(owner));
  }

  /** Waits as long as the machine is busy. Rejects with the signal's reason. */
  async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await sleep(milliseconds / this.#speed, undefined, { signal }).catch(() => {
      throw signal.reason;
    });
  }

  /** proc(5), /proc/net/tcp: addresses and ports in hex, 0A for a socket that listens. */
  #listenersAsProc(): string {
    const rows = this.services.listeners().map(({ port, pid }, index) => {
      const hex = port.toString(16).toUpperCase().padStart(4, '0');
      return `${String(index).padStart(4)}: 00000000:${hex} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${pid}${port} 1 0 100 0 0 10 0`;
    });
    return ['  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode', ...rows]
      .map((row) => `${row}\n`)
      .join('');
  }
}
