import { createPublicKey } from 'node:crypto';
import type { AnyAuthMethod, Prompt } from 'ssh2';
import type { HostSettings, Method } from '../configuration/settings.ts';
import { publicBlobOf } from '../host-keys/public-blob.ts';
import type { Questions } from '../line/questions.ts';
import type { Ssh2 } from '../line/ssh2.ts';
import { said } from '../said.ts';
import type { Identities, Identity, UnlockKey } from './identities.ts';
import { offerKey } from './offer-key.ts';

/** What the server answered to one try: the methods that it would take now, and whether the try was a part of it. */
interface Refusal {
  readonly offered: readonly string[];
  readonly isPartial: boolean;
}

/** What was tried to prove who the person is, for the sentence that says why it failed. */
export interface AuthenticationRecord {
  /** In order, in words: `key ~/.ssh/id_ed25519`, `password (2 times)`. */
  readonly tried: readonly string[];
  /** Keys that could not be tried, and why, a clause each. */
  readonly leftOut: readonly string[];
  /** As the server names them; empty where it never said. */
  readonly offered: readonly string[];
}

/** What authentication needs. */
export interface AuthenticationNeeds {
  readonly settings: HostSettings;
  readonly identities: Identities;
  readonly unlock: UnlockKey;
  readonly questions: Questions;
  readonly ssh2: Ssh2;
}

/**
 * Decides what to try next to be let in (RFC 4252): keys, then the password, then the server's own questions, in the
 * order of the configuration and only what the server takes. Nobody is asked for a secret before the server has said
 * that it would take one.
 */
export class Authentication {
  readonly #needs: AuthenticationNeeds;
  readonly #tried: string[] = [];
  readonly #leftOut: string[];
  readonly #exhausted = new Set<Method>();
  #offered: readonly string[] | undefined;
  #attempts: AsyncGenerator<AnyAuthMethod, void, Refusal> | undefined;

  constructor(needs: AuthenticationNeeds) {
    this.#needs = needs;
    this.#leftOut = [...needs.identities.leftOut];
  }

  /** What was tried so far. */
  get record(): AuthenticationRecord {
    return { tried: counted(this.#tried), leftOut: this.#leftOut, offered: this.#offered ?? [] };
  }

  /** The next try after the server's answer to the last, or undefined where nothing is left. Rejects as asking does. */
  async next(refusal: Refusal): Promise<AnyAuthMethod | undefined> {
    this.#attempts ??= this.#allAttempts();
    const step = await this.#attempts.next(refusal);
    return step.done === true ? undefined : step.value;
  }

  async *#allAttempts(): AsyncGenerator<AnyAuthMethod, void, Refusal> {
    const waiting = [...this.#needs.identities.offered];
    for (;;) {
      const method = this.#nextMethod();
      if (method === undefined && this.#offered !== undefined) return;
      if (method === 'publickey') {
        const identity = waiting.shift();
        if (identity === undefined) this.#exhausted.add('publickey');
        else yield* this.#tryIdentity(identity);
      } else if (this.#offered === undefined) {
        yield* this.#learnOffer();
      } else if (method === 'password') {
        yield* this.#tryPassword();
      } else {
        yield* this.#tryQuestions();
      }
    }
  }

  #nextMethod(): Method | undefined {
    return this.#needs.settings.methods.find(
      (method) => !this.#exhausted.has(method) && (this.#offered?.includes(method) ?? true),
    );
  }

  /** The `none` request is refused with the list of what would be taken (RFC 4252 §5.2). */
  async *#learnOffer(): AsyncGenerator<AnyAuthMethod, void, Refusal> {
    const { offered } = yield { type: 'none', username: this.#needs.settings.user };
    this.#offered = offered;
  }

  async *#tryIdentity(identity: Identity): AsyncGenerator<AnyAuthMethod, void, Refusal> {
    const { settings, ssh2 } = this.#needs;
    const blob = identity.blob ?? (await this.#revealedBlob(identity));
    if (blob === undefined) return;
    this.#tried.push(identity.label);
    let isWanted = false;
    const agent = offerKey(ssh2, blob, async (bytes, hash) => {
      isWanted = true;
      try {
        return await identity.sign(bytes, hash);
      } catch (error) {
        this.#leftOut.push(`${identity.label}: ${reason(error)}`);
        throw error;
      }
    });
    yield { type: 'agent', username: settings.user, agent };
    // ssh2 does not tell how an agent's key fared. One that the server wanted, and that did not end it, may have been
    // one part of several (AuthenticationMethods), so what it takes now has to be asked.
    if (isWanted) yield* this.#learnOffer();
  }

  /** A PEM file hides its public half, too; without a .pub beside it only the passphrase tells what to offer. */
  async #revealedBlob(identity: Identity): Promise<Buffer | undefined> {
    if (identity.file === undefined) return undefined;
    try {
      return publicBlobOf(createPublicKey(await this.#needs.unlock(identity.file)));
    } catch (error) {
      this.#leftOut.push(`${identity.label}: ${reason(error)}`);
      return undefined;
    }
  }

  async *#tryPassword(): AsyncGenerator<AnyAuthMethod, void, Refusal> {
    const { settings, questions } = this.#needs;
    for (let tries = 0; tries < settings.passwordPrompts; tries += 1) {
      const password = await questions.ask({ kind: 'password', user: settings.user, host: settings.alias });
      if (password === null) break;
      this.#tried.push('password');
      const { offered, isPartial } = yield { type: 'password', username: settings.user, password };
      this.#offered = offered;
      if (isPartial || !offered.includes('password')) break;
    }
    this.#exhausted.add('password');
  }

  async *#tryQuestions(): AsyncGenerator<AnyAuthMethod, void, Refusal> {
    const { settings } = this.#needs;
    for (let tries = 0; tries < settings.passwordPrompts; tries += 1) {
      this.#tried.push('keyboard-interactive');
      let isAnswered = true;
      const { offered, isPartial } = yield {
        type: 'keyboard-interactive',
        username: settings.user,
        prompt: (_name, instructions, _language, prompts, finish) => {
          void this.#answers(instructions, prompts).then((answers) => {
            isAnswered = answers.length === prompts.length;
            finish([...answers]);
          });
        },
      };
      this.#offered = offered;
      if (isPartial || !isAnswered || !offered.includes('keyboard-interactive')) break;
    }
    this.#exhausted.add('keyboard-interactive');
  }

  /** The person's answers; fewer than asked where one was refused, which the server takes for a failed try. */
  async #answers(instructions: string, prompts: readonly Prompt[]): Promise<readonly string[]> {
    const answers: string[] = [];
    for (const { prompt, echo } of prompts) {
      const words = said(answers.length === 0 ? `${instructions} ${prompt}` : prompt);
      const answer = await this.#needs.questions
        .ask({ kind: 'keyboard-interactive', prompt: words, echo: echo === true })
        // The connection is over; that is told where it ended.
        .catch(() => null);
      if (answer === null) return [];
      answers.push(answer);
    }
    return answers;
  }
}

/** `password, password` → `password (2 times)`. */
function counted(tried: readonly string[]): readonly string[] {
  return [...new Set(tried)].map((label) => {
    const times = tried.filter((each) => each === label).length;
    return times === 1 ? label : `${label} (${times} times)`;
  });
}

function reason(error: unknown): string {
  return said(error instanceof Error ? error.message : String(error));
}
