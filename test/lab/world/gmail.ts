import { randomBytes } from 'node:crypto';
import { mkdir, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { plan } from '../addresses.ts';
import { LabError } from '../error.ts';
import type { Namespace } from '../namespace.ts';
import type { LabNetwork } from '../network.ts';
import { dovecotConfig } from './gmail/dovecot.ts';
import { opendkimConfig, opendmarcConfig, spfConfig, verdictPorts } from './gmail/judges.ts';
import { postfixMain, postfixMaster } from './gmail/postfix.ts';
import type { Server } from './server.ts';
import { startServer, stopAll } from './server.ts';
import { makeServerCertificate } from './server-certificate.ts';

/** The receiver of the lab: it takes mail for one mailbox, judges it, and shows it over IMAP. */
export interface Gmail extends Server {
  readonly mailbox: Mailbox;
  /**
   * Resolves to the first message whose subject has that text, header and all as IMAP gives it to the operator, as
   * soon as it has arrived. Throws LabError when it does not arrive in two minutes.
   */
  arrival(subject: string): Promise<string>;
}

/** An account at Gmail. */
export interface Mailbox {
  readonly address: string;
  readonly password: string;
}

const arrivalTimeoutMs = 120_000;

/**
 * Starts Postfix with opendkim, opendmarc and policyd-spf, whose verdicts it writes into each message, and Dovecot for
 * IMAP: none of it is ours, so that it can disagree with us. Resolves when all of them answer.
 */
export async function startGmail(network: LabNetwork): Promise<Gmail> {
  const namespace = network.host('gmail');
  const folder = join(network.folder, 'gmail');
  const mailbox = { address: 'alice@gmail.com', password: randomBytes(12).toString('hex') };
  await prepare(namespace, folder, mailbox);
  const servers: Server[] = [];
  try {
    for (const start of [startJudges, startPostfix, startDovecot]) servers.push(...(await start(namespace, folder)));
  } catch (error) {
    await stopAll(servers);
    throw error;
  }
  const operator = network.host('operator');
  return {
    mailbox,
    arrival: (subject) => arrival(operator, { subject, mailbox, arrivals: join(maildir(folder, mailbox), 'new') }),
    stop: () => stopAll(servers),
  };
}

/** The user and group that own the mailboxes; they need no entry in passwd. */
const mailOwner = 5000;

async function prepare(namespace: Namespace, folder: string, mailbox: Mailbox): Promise<void> {
  for (const name of ['postfix', 'data', 'queue', 'dovecot', 'mail']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  for (const part of ['new', 'cur', 'tmp']) await mkdir(join(maildir(folder, mailbox), part), { recursive: true });
  await execa('chown', ['-R', `${mailOwner}:${mailOwner}`, join(folder, 'mail')], { stdin: 'ignore' });
  await execa('chown', ['postfix', join(folder, 'data')], { stdin: 'ignore' });
  await makeServerCertificate(namespace, { folder, names: ['mx.google.com', 'imap.gmail.com'] });
  await writeFile(join(folder, 'opendkim.conf'), opendkimConfig());
  await writeFile(join(folder, 'opendmarc.conf'), opendmarcConfig());
  await writeFile(join(folder, 'policyd-spf.conf'), spfConfig());
  await writeFile(join(folder, 'postfix/main.cf'), postfixMain(folder, mailOwner));
  await writeFile(join(folder, 'postfix/master.cf'), postfixMaster(folder));
  await writeFile(join(folder, 'mailboxes'), `${mailbox.address} ${mailbox.address}/\n`);
  await writeFile(join(folder, 'dovecot.conf'), dovecotConfig(folder, mailOwner));
  await writeFile(join(folder, 'passwords'), `${mailbox.address}:{PLAIN}${mailbox.password}\n`);
}

async function startJudges(namespace: Namespace, folder: string): Promise<readonly Server[]> {
  const judges = [
    { judge: 'opendkim', option: '-x' },
    { judge: 'opendmarc', option: '-c' },
  ] as const;
  return Promise.all(
    judges.map(({ judge, option }) =>
      startServer(namespace, {
        name: judge,
        command: judge,
        args: ['-f', option, join(folder, `${judge}.conf`)],
        log: join(folder, `${judge}.log`),
        answers: () => isOpen(namespace, '127.0.0.1', verdictPorts[judge]),
      }),
    ),
  );
}

async function startPostfix(namespace: Namespace, folder: string): Promise<readonly Server[]> {
  const config = join(folder, 'postfix');
  await namespace.exec('postfix', ['-c', config, 'check']);
  const server = await startServer(namespace, {
    name: 'Gmail’s Postfix',
    command: '/usr/lib/postfix/sbin/master',
    args: ['-c', config, '-d'],
    log: join(folder, 'postfix.log'),
    answers: async () => {
      const question = { input: 'QUIT\r\n', mayFail: true };
      const { out } = await namespace.exec(
        'curl',
        ['-sS', '--max-time', '5', `telnet://${plan.gmail.ipv4}:25`],
        question,
      );
      return out.startsWith('220 mx.google.com ');
    },
  });
  return [server];
}

async function startDovecot(namespace: Namespace, folder: string): Promise<readonly Server[]> {
  const server = await startServer(namespace, {
    name: 'Gmail’s Dovecot',
    command: 'dovecot',
    args: ['-F', '-c', join(folder, 'dovecot.conf')],
    log: join(folder, 'dovecot.log'),
    answers: async () => {
      const words = ['s_client', '-quiet', '-connect', `${plan.gmail.ipv4}:993`];
      const { out } = await namespace.exec('openssl', words, { input: 'a LOGOUT\r\n', mayFail: true });
      return out.startsWith('* OK ');
    },
  });
  return [server];
}

/** Whether something accepts connections there; a milter does not speak first. */
async function isOpen(namespace: Namespace, address: string, port: number): Promise<boolean> {
  const script = 'exec 3<>"/dev/tcp/$1/$2"';
  const { status } = await namespace.exec('bash', ['-c', script, 'open', address, `${port}`], { mayFail: true });
  return status === 0;
}

async function arrival(
  operator: Namespace,
  asked: { readonly subject: string; readonly mailbox: Mailbox; readonly arrivals: string },
): Promise<string> {
  const { subject, mailbox, arrivals } = asked;
  const imap = (words: readonly string[]) =>
    // The password goes in on standard input, as everywhere.
    operator.exec('curl', ['-sS', '-k', '--max-time', '10', '--config', '-', ...words], {
      input: `user = "${mailbox.address}:${mailbox.password}"\n`,
    });
  const find = async () => {
    const search = `SEARCH HEADER Subject "${subject}"`;
    const { out } = await imap(['-X', search, 'imaps://imap.gmail.com/INBOX']);
    return /^\* SEARCH (\d+)/m.exec(out)?.[1];
  };
  const fetch = async (index: string) => (await imap([`imaps://imap.gmail.com/INBOX;MAILINDEX=${index}`])).out;

  const signal = AbortSignal.timeout(arrivalTimeoutMs);
  try {
    // The watch is set before the first look, so that nothing can arrive between the two unseen.
    const changes = watch(arrivals, { signal });
    const first = await find();
    if (first !== undefined) return await fetch(first);
    for await (const _ of changes) {
      const found = await find();
      if (found !== undefined) return await fetch(found);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new LabError({ sentence: `No message with the subject “${subject}” arrived at the lab’s Gmail.` });
}

function maildir(folder: string, mailbox: Mailbox): string {
  return join(folder, 'mail', mailbox.address);
}
