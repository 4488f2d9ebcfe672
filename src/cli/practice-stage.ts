import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Practice, startPractice } from '../practice/start.ts';
import { defaultSettings } from '../probe/settings.ts';
import { connect } from '../remote/connect.ts';
import type { AnswerConnectQuestion } from '../remote/connection.ts';
import { RemoteError } from '../remote/error.ts';
import type { Clock } from '../session/clock.ts';
import { systemClock } from '../session/clock.ts';
import type { Desk } from '../ui/session/hands.ts';
import type { Stage } from './start.ts';

/** How many times faster than life practice goes. */
const speed = 10;

/** The practice world, as a stage for a session. */
export interface PracticeStage {
  readonly stage: Stage;
  readonly desk: Desk;
  /** Ends it, and removes everything that the session has written. */
  close(): Promise<void>;
}

/**
 * Starts the practice world. Its session lives in a temporary directory of its own, with an SSH configuration and known
 * hosts of its own, so nothing of the person's is read or written. Throws PracticeError.
 */
export async function openPractice({ isAttended }: { readonly isAttended: boolean }): Promise<PracticeStage> {
  const practice = await startPractice({ speed });
  const folder = await mkdtemp(join(tmpdir(), 'brevduva-practice-'));
  const configFile = join(folder, 'ssh_config');
  await writeFile(configFile, sshConfiguration(folder), { mode: 0o600 });
  const { places } = practice;
  const stage: Stage = {
    target: () => ({ host: '127.0.0.1', port: places.port, user: 'root', text: 'PRACTICE' }),
    ssh: () => ({ configFile, identityFiles: [] }),
    sessions: join(folder, 'sessions'),
    settings: () => ({
      ...defaultSettings([]),
      resolvers: places.publicResolvers.map((address) => ({ address, port: 53 })),
      systemResolvers: [{ address: places.resolver, port: 53 }],
      authorities: [places.authority],
      route: (address, port) => practice.ask({ kind: 'route', address, port }),
    }),
    async connect(options) {
      const gone = practice.gone();
      // Nobody listens any more, but this is no server that may come back.
      if (gone !== undefined) throw new RemoteError('configuration', gone);
      return connect({ ...options, answer: answering(practice, options.answer, isAttended) });
    },
    clock: fastClock,
    given: {
      values: { domain: 'example.com' },
      secrets: new Map([['sender_password', randomBytes(18).toString('base64')]]),
    },
  };
  return {
    stage,
    desk: {
      async publish(records) {
        const entries = records.map(({ name, type, value, ttl, priority }) => ({
          // A full name, as the records have it; the panel takes one with a last dot.
          name: type === 'PTR' ? name : `${name}.`,
          type,
          value,
          ttl,
          ...(priority === undefined ? {} : { priority }),
        }));
        if (entries.length > 0) await practice.ask({ kind: 'publish', entries });
      },
    },
    async close() {
      await practice.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits are as much shorter as the world is faster. */
const fastClock: Clock = {
  now: systemClock.now,
  sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
};

function sshConfiguration(folder: string): string {
  return `Host *
  UserKnownHostsFile ${folder}/known_hosts
  GlobalKnownHostsFile /dev/null
  PubkeyAuthentication no
  IdentityAgent none
`;
}

/**
 * Answers what the world itself has told: the password, and the first host key. That the key changes when the system is
 * installed is for the person to confirm, as in reality; where nobody is there, the world is asked.
 */
function answering(practice: Practice, person: AnswerConnectQuestion, isAttended: boolean): AnswerConnectQuestion {
  return async (question, signal) => {
    if (question.kind === 'password') return practice.places.password;
    if (question.kind === 'host-key' || (question.kind === 'host-key-changed' && !isAttended)) {
      const fingerprint = await practice.ask({ kind: 'fingerprint' });
      return question.key.fingerprint === fingerprint ? 'yes' : null;
    }
    return person(question, signal);
  };
}
