import { plan } from '../addresses.ts';
import { LabError } from '../error.ts';
import type { Fault, FaultPlace } from './fault.ts';

/** What the panel has under one name and type, and what a fault puts in its place. */
export interface RecordFault {
  readonly name: string;
  readonly type: string;
  /** Values as a zone file has them; none: the record is gone. */
  readonly values: readonly string[];
}

/** Publishes other values under a name and type, or none. Throws LabError where there is nothing that could be damaged. */
export async function damageRecord({ world }: FaultPlace, { name, type, values }: RecordFault): Promise<Fault> {
  const before = await world.publishedNow(name, type);
  if (before.length === 0) {
    throw new LabError({
      sentence: `There is no ${type} record at ${name} that could be damaged.`,
      remedy: 'Publish it first, or see whether the name server is up.',
    });
  }
  const publishOnly = async (those: readonly string[]): Promise<void> => {
    await world.retract({ name, type });
    for (const value of those) await world.publish({ name, type, value });
  };
  return { inject: () => publishOnly(values), takeBack: () => publishOnly(before) };
}

/** Publishes records where there were none of that name and type. */
export function addRecords(
  { world }: FaultPlace,
  records: readonly { readonly name: string; readonly type: string; readonly value: string }[],
): Fault {
  return {
    inject: async () => {
      for (const record of records) await world.publish(record);
    },
    takeBack: async () => {
      for (const { name, type } of records) await world.retract({ name, type });
    },
  };
}

/**
 * A record stands at the zone's own name servers, and resolvers remember that there was none, until its time is over. Throws
 * LabError where there is no such record.
 */
export async function publishUnseen(
  place: FaultPlace,
  { name, type }: Pick<RecordFault, 'name' | 'type'>,
): Promise<Fault> {
  const { world, lab } = place;
  const values = await world.publishedNow(name, type);
  const gone = await damageRecord(place, { name, type, values: [] });
  return {
    inject: async () => {
      await gone.inject();
      await lab.network.host('operator').exec('dig', [`@${plan.resolver.ipv4}`, '+short', name, type]);
      for (const value of values) await world.nameServer.publish({ name, type, value });
    },
    takeBack: gone.takeBack,
  };
}
