import { parse } from 'yaml';
import { z } from 'zod';
import type { MachineFiles } from '../files.ts';

/** The machine's only interface, beside lo. */
export const link = 'eth0';

/** An address with its prefix, and a gateway. */
export interface Family {
  readonly addresses: readonly string[];
  readonly gateway: string | undefined;
}

const nothing: Family = { addresses: [], gateway: undefined };

const settingSchema = z.object({
  network: z.object({
    ethernets: z
      .record(
        z.string(),
        z.object({
          addresses: z.array(z.string()).nullish(),
          routes: z.array(z.object({ to: z.string(), via: z.string().optional() })).nullish(),
        }),
      )
      .optional(),
  }),
});

/** The parts of /proc/sys/net/ipv6/conf. */
const parts = ['all', 'default', 'lo', link] as const;

/**
 * The machine's network as the kernel has it. What netplan's files say counts when networkd is told to configure the
 * interface; IPv6 only where the kernel's settings leave it on, at that moment.
 */
export class NetworkLink {
  readonly #files: MachineFiles;
  readonly #isOff = new Map<string, boolean>();
  ipv4 = nothing;
  ipv6 = nothing;

  constructor(files: MachineFiles) {
    this.#files = files;
  }

  /** Lays out the kernel's settings, all of IPv6 on or off. */
  async boot({ isIpv6Off }: { readonly isIpv6Off: boolean }): Promise<void> {
    for (const part of parts) {
      this.#isOff.set(part, isIpv6Off);
      const folder = `/proc/sys/net/ipv6/conf/${part}`;
      await this.#files.mount(`${folder}/disable_ipv6`, {
        read: () => (this.#isOff.get(part) === true ? '1\n' : '0\n'),
        write: (bytes) => this.setOff(part, bytes.toString().trim() !== '0'),
      });
      await this.#files.mount(`${folder}/use_tempaddr`, { read: () => '0\n', write: () => undefined });
    }
    await this.configure();
  }

  /** Takes these addresses, as a system without netplan is given them. */
  use(families: { readonly ipv4: Family; readonly ipv6: Family }): void {
    this.ipv4 = families.ipv4;
    this.ipv6 = families.ipv6;
  }

  /** net.ipv6.conf.PART.disable_ipv6; `all` changes every part. */
  setOff(part: string, isOff: boolean): void {
    for (const each of part === 'all' ? parts : [part]) this.#isOff.set(each, isOff);
    if (this.#isOff.get(link) === true) this.ipv6 = nothing;
  }

  isOff(part: string): boolean {
    return this.#isOff.get(part) ?? false;
  }

  /** Why netplan would refuse its files, by its own words; undefined where it would not. */
  async fault(): Promise<string | undefined> {
    for (const { path, text } of await this.#netplan()) {
      const read = this.#read(text);
      if (read === undefined) return `${path}: Error in network definition: invalid YAML or unknown keys`;
      const bad = read.addresses.find((address) => !/^[0-9a-fA-F.:]+\/\d+$/.test(address));
      if (bad !== undefined)
        return `${path}: Error in network definition: malformed address '${bad}', must be X.X.X.X/NN or X:X:X:X:X:X:X:X/NN`;
    }
    return undefined;
  }

  /** `networkctl reconfigure`: takes the addresses and routes that netplan's files name. */
  async configure(): Promise<void> {
    const settings = (await this.#netplan()).map(({ text }) => this.#read(text) ?? { addresses: [], routes: [] });
    const addresses = settings.flatMap((each) => each.addresses);
    const gateways = settings.flatMap((each) => each.routes.flatMap(({ via }) => (via === undefined ? [] : [via])));
    const isSix = (text: string): boolean => text.includes(':');
    this.ipv4 = { addresses: addresses.filter((each) => !isSix(each)), gateway: gateways.find((each) => !isSix(each)) };
    this.ipv6 = this.isOff(link) ? nothing : { addresses: addresses.filter(isSix), gateway: gateways.find(isSix) };
  }

  /** The address, without its prefix, from which the machine reaches others; undefined without address or route. */
  source(family: 4 | 6): string | undefined {
    const { addresses, gateway } = family === 4 ? this.ipv4 : this.ipv6;
    return gateway === undefined ? undefined : addresses[0]?.replace(/\/.*/, '');
  }

  async #netplan(): Promise<readonly { readonly path: string; readonly text: string }[]> {
    const folder = '/etc/netplan';
    if (!(await this.#files.exists(folder))) return [];
    const names = (await this.#files.readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
    return Promise.all(
      names.map(async (name) => ({ path: `${folder}/${name}`, text: await this.#files.readFile(`${folder}/${name}`) })),
    );
  }

  #read(text: string): { addresses: string[]; routes: { to: string; via?: string | undefined }[] } | undefined {
    try {
      const { network } = settingSchema.parse(parse(text));
      const { addresses, routes } = network.ethernets?.[link] ?? {};
      return { addresses: addresses ?? [], routes: routes ?? [] };
    } catch {
      return undefined;
    }
  }
}
