import { plan } from '../addresses.ts';
import { reverseNames, serverName } from '../first-checkpoints.ts';
import { type Fault, type FaultPlace, together } from './fault.ts';
import { replaceFile } from './files.ts';
import type { FaultName } from './names.ts';
import { blockOutbound, switchIpv6Off } from './network.ts';
import { damageRecord } from './records.ts';

/** Takes a fault back, once; after that it does nothing. */
export type TakeBack = () => Promise<void>;

/** The faults of one lab. */
export interface Faults {
  /**
   * Breaks something for real. What is broken by that name already is not broken twice. Throws LabError where there is
   * nothing that could be broken, and leaves nothing half broken.
   */
  inject(name: FaultName): Promise<TakeBack>;
  /** Takes back all that is broken, the latest first. */
  takeAllBack(): Promise<void>;
}

/** The faults of a lab, of which none is injected yet. */
export function faultsIn(place: FaultPlace): Faults {
  const injected = new Map<FaultName, TakeBack>();
  return {
    inject: async (name) => {
      const already = injected.get(name);
      if (already !== undefined) return already;
      const fault = await prepare[name](place);
      const takeBack: TakeBack = async () => {
        if (injected.get(name) !== takeBack) return;
        await fault.takeBack();
        injected.delete(name);
      };
      injected.set(name, takeBack);
      try {
        await fault.inject();
      } catch (error) {
        await takeBack();
        throw error;
      }
      return takeBack;
    },
    takeAllBack: async () => {
      for (const takeBack of [...injected.values()].reverse()) await takeBack();
    },
  };
}

/** How each fault is made ready: nothing is changed yet. */
const prepare: Readonly<Record<FaultName, (place: FaultPlace) => Fault | Promise<Fault>>> = {
  'outbound-25-blocked': (place) => blockOutbound(place, 25),
  'ptr-missing': async (place) => {
    return together(
      await Promise.all(reverseNames.map((name) => damageRecord(place, { name, type: 'PTR', values: [] }))),
    );
  },
  'ipv6-down': switchIpv6Off,
  'aaaa-wrong': (place) => damageRecord(place, { name: serverName, type: 'AAAA', values: [plan.gmail.ipv6] }),
  // As cloud-init writes it at a start, unless it is told to leave the file alone.
  'hostname-on-loopback': (place) =>
    replaceFile(place, {
      path: '/etc/hosts',
      text: `127.0.1.1 ${serverName} smtp\n127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n`,
    }),
};
