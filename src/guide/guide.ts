import type { Place } from '../error.ts';
import type { ProbeSpec } from '../probe/spec.ts';

/** What a guide's input can be; each type has its own validation (see inputs.ts). */
export type InputType = 'domain' | 'hostname' | 'ip' | 'email' | 'secret' | 'choice' | 'text';

/** A value that the person gives once a session; `domain` reaches scripts as `$DOMAIN`. */
export interface InputSpec {
  /** Lower case, digits and `_`; the environment variable is the same in upper case. */
  readonly name: string;
  readonly type: InputType;
  readonly label: string;
  readonly help?: string | undefined;
  /** May hold `{{other}}`: another input's value. */
  readonly default?: string | undefined;
  readonly optional: boolean;
  /** Only for `choice`: the values that may be chosen, in the order to show. */
  readonly choices: readonly string[];
  /** Only for `secret`: the person makes it up, so that a new one may be generated. */
  readonly generate: boolean;
  readonly place: Place;
}

/** The machine that a script runs on: the target, or the operator's own. */
export type Machine = 'target' | 'here';

/** A fence of POSIX sh, as written; never templated. In a document: `set -e`, then all fences under one heading. */
export interface Script {
  readonly text: string;
  readonly on: Machine;
  /** The fence's opening line: the text's first line is the one after it. */
  readonly place: Place;
}

/** How long to go on asking while the answer is "not yet". Seconds; `for: 0` asks once. */
export interface Poll {
  readonly every: number;
  readonly for: number;
}

/** One `verify` fence: a shell script, or a list of typed probes. */
export type Verify =
  | { readonly kind: 'shell'; readonly script: Script; readonly poll: Poll }
  | { readonly kind: 'typed'; readonly probes: readonly ProbeSpec[]; readonly poll: Poll; readonly place: Place };

/** A DNS record that a checkpoint wants published. Strings may hold `{{input}}`. */
export interface RecordSpec {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'PTR' | 'CAA' | 'TLSA' | 'SRV';
  readonly value: string;
  /** Seconds. */
  readonly ttl: number;
  /** Only for MX and SRV. */
  readonly priority?: number | undefined;
  /** Name of an input or output: the record is wanted only where that has a value. */
  readonly when?: string | undefined;
}

/** One checkpoint of a guide: `steps/ID.md`, or a heading of a plain Markdown document. */
export interface Step {
  /** The file's name; permanent. */
  readonly id: string;
  readonly title: string;
  readonly place: Place;
  /** Ids of steps that must hold first. */
  readonly needs: readonly string[];
  readonly optional: boolean;
  /** What the action changes, in words for the person: `package chasquid`, `netplan`. */
  readonly effects: readonly string[];
  /** How long the action usually takes, as the author wrote it: `2 min`. */
  readonly takes?: string | undefined;
  /** Seconds after which an unconfirmed change takes itself back (a step that can cut the line). */
  readonly reverts?: number | undefined;
  /** The server may be reinstalled while this checkpoint waits, so a new host key is asked about, not refused. */
  readonly reinstalls: boolean;
  /** The sentence that the person confirms, for what no probe can see. May hold `{{input}}`. */
  readonly confirm?: string | undefined;
  /** Secret inputs that `run` and `verify` read from standard input, a line each, in this order. */
  readonly secrets: readonly string[];
  /** Names that its scripts append to `$BREVDUVA_OUTPUT`. */
  readonly gives: readonly string[];
  /** Markdown without the fences that have a role. */
  readonly prose: string;
  readonly run?: Script | undefined;
  readonly verify: readonly Verify[];
  readonly records: readonly RecordSpec[];
  readonly hint?: Script | undefined;
  readonly undo?: Script | undefined;
  /**
   * Names of inputs and outputs that its scripts, probes, records and prose use, then its secrets. A script uses what
   * it names as a word anywhere (`printenv DOMAIN`), for a proof that is stale for nothing costs less than a false one.
   */
  readonly uses: readonly string[];
  /** SHA-256 (hex) a part, so that a changed guide can be shown as a difference. */
  readonly digests: StepDigests;
}

/**
 * The parts of a step that can change apart from each other. `action` covers run and undo; `verify` also the records;
 * `settings` the front matter and the hint, which changes nothing and proves nothing.
 */
export interface StepDigests {
  readonly prose: string;
  readonly action: string;
  readonly verify: string;
  readonly settings: string;
}

/**
 * A guide, whole. `runbook`: an index with steps that are proven; `document`: any other Markdown, whose shell
 * fences run one by one and are never called proven.
 */
export interface Guide {
  readonly kind: 'runbook' | 'document';
  /** The file's name without `.md`. */
  readonly id: string;
  readonly title: string;
  /** Path of the index. */
  readonly file: string;
  /** True where the guide came with Brevduva, and so needs no asking. */
  readonly shipped: boolean;
  /** Markdown before the list of steps. May hold `{{input}}`. */
  readonly introduction: string;
  readonly inputs: readonly InputSpec[];
  readonly steps: readonly Step[];
  /** SHA-256 (hex) over the index and every step file. */
  readonly digest: string;
}
