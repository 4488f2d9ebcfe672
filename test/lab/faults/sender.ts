import { LabError } from '../error.ts';
import { type Fault, type FaultPlace, together } from './fault.ts';
import { needFile, sh, startAfresh } from './on-server.ts';
import { addRecords, damageRecord } from './records.ts';

const users = '/etc/chasquid/domains/example.com/users';

/** The file of the senders belongs to root, and chasquid is started anew. Throws LabError where there is none. */
export async function giveUsersToRoot(place: FaultPlace): Promise<Fault> {
  await needFile(place, users);
  const owned = giveToRoot(place, users);
  return {
    inject: async () => {
      await owned.inject();
      await startAfresh(place);
    },
    takeBack: async () => {
      await owned.takeBack();
      await startAfresh(place);
    },
  };
}

/** chasquid starts while the file of the senders is away, and then it comes. Throws LabError where there is none. */
export async function hideUsersAtStart(place: FaultPlace): Promise<Fault> {
  await needFile(place, users);
  return {
    inject: async () => {
      await sh(place, `mv ${users} /run/users`);
      await startAfresh(place);
      await sh(place, `mv /run/users ${users}`);
    },
    takeBack: async () => {
      await sh(place, `[ ! -e /run/users ] || mv /run/users ${users}`);
      await startAfresh(place);
    },
  };
}

/** The key for signing belongs to root alone; chasquid goes on with what it has read. */
export async function giveKeyToRoot(place: FaultPlace): Promise<Fault> {
  return giveToRoot(place, (await signingKey(place)).file);
}

/** The key for signing is not where chasquid looks for it; chasquid goes on with what it has read. */
export async function removeKey(place: FaultPlace): Promise<Fault> {
  const { file } = await signingKey(place);
  return {
    inject: async () => void (await sh(place, `mv '${file}' /run/fault-dkim-key`)),
    takeBack: async () => void (await sh(place, `[ ! -e /run/fault-dkim-key ] || mv /run/fault-dkim-key '${file}'`)),
  };
}

/** What the hook signs with is away. Throws LabError where it never was. */
export async function removeDkimsign(place: FaultPlace): Promise<Fault> {
  await needFile(place, '/usr/bin/dkimsign');
  return {
    inject: async () => void (await sh(place, 'mv /usr/bin/dkimsign /run/dkimsign')),
    takeBack: async () => void (await sh(place, '[ ! -e /run/dkimsign ] || mv /run/dkimsign /usr/bin/dkimsign')),
  };
}

/** Of the strings of the published key only the first is left, as when a panel takes 255 characters. */
export async function cutKeyOff(place: FaultPlace): Promise<Fault> {
  const { name } = await signingKey(place);
  const [record = ''] = await place.world.publishedNow(name, 'TXT');
  return damageRecord(place, { name, type: 'TXT', values: [/^"[^"]*"/.exec(record)?.[0] ?? ''] });
}

/** The key is published under another name than its own. Throws LabError where it is not published. */
export async function moveKey(place: FaultPlace, to: (name: string) => string): Promise<Fault> {
  const { name } = await signingKey(place);
  const values = await place.world.publishedNow(name, 'TXT');
  const elsewhere = values.map((value) => ({ name: to(name), type: 'TXT', value }));
  return together([await damageRecord(place, { name, type: 'TXT', values: [] }), addRecords(place, elsewhere)]);
}

/** Where the key that signs lies, and the name of its record. Throws LabError where there is none. */
async function signingKey(place: FaultPlace): Promise<{ readonly file: string; readonly name: string }> {
  const found = await sh(
    place,
    `cd /etc/chasquid
for key in domains/example.com/dkim:*.pem certs/example.com/dkim_privkey.pem; do
  [ -e "$key" ] || continue
  selector=$(basename "$key" .pem)
  case $selector in dkim:*) selector=\${selector#dkim:} ;; *) selector=$(cat domains/example.com/dkim_selector) ;; esac
  echo "/etc/chasquid/$key $selector"
done`,
  );
  const [file, selector] = found.split('\n')[0]?.split(' ') ?? [];
  if (file === undefined || selector === undefined) {
    throw new LabError({ sentence: 'The server has no key for signing that could be damaged.' });
  }
  return { file, name: `${selector}._domainkey.example.com` };
}

/** Makes a file root's alone. */
export function giveToRoot(place: FaultPlace, file: string): Fault {
  const kept = `/run/fault-rights${file.replaceAll(/[^a-z0-9]/g, '-')}`;
  return {
    inject: async () =>
      void (await sh(
        place,
        `[ -e ${kept} ] || stat -c '%U:%G %a' '${file}' >${kept}
chown root:root '${file}'
chmod 0600 '${file}'`,
      )),
    takeBack: async () =>
      void (await sh(
        place,
        `[ -e ${kept} ] || exit 0
read -r owner mode <${kept}
chown "$owner" '${file}'
chmod "$mode" '${file}'
rm ${kept}`,
      )),
  };
}
