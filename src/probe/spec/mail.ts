import * as z from 'zod';
import { refuse, text, vantages, when } from './terms.ts';

/** What a `mail` probe looks at. */
export const mailSubjects = ['spf', 'dkim', 'dmarc', 'mta-sts', 'tls-rpt', 'signed', 'message'] as const;
/** What a `mail` probe looks at. */
export type MailSubject = (typeof mailSubjects)[number];

/**
 * What makes receivers trust mail. `spf`, `dkim` and `dmarc` read the published records as receivers do; `mta-sts` and
 * `tls-rpt` those about TLS on the way to the domain, which need not be there; `signed` verifies a message that the server
 * signed; `message` reads a message where it arrived.
 */
export const mailSpec = z
  .strictObject({
    of: z.enum(mailSubjects),
    /**
     * Records: from where they are looked up; `[authority, public]` without it. `signed`: the machine that the file is
     * on. A `message` is always read from here.
     */
    from: z.union([z.enum(vantages), z.array(z.enum(vantages)).min(1)]).optional(),
    /** The domain of the sender's address; with `mta-sts` and `tls-rpt`, of those that mail is sent to. */
    domain: text.optional(),
    /** `spf`: the addresses that mail is sent from; `message`: it must have come from one of them. Those without a value are passed over. */
    addresses: z.array(text).min(1).optional(),
    /** The name that the server greets with: bounces have no other sender, so SPF is evaluated for it too. */
    helo: text.optional(),
    selector: text.optional(),
    /** The server's public key: SubjectPublicKeyInfo in base64, as `openssl pkey -pubout -outform DER | base64 -w0` prints it. */
    key: text.optional(),
    /** `signed`: the message as the server signed it. `message`: an .eml file, or a saved “Show original”. */
    file: text.optional(),
    /** The Message-ID to follow into the mailbox. */
    id: text.optional(),
    /** The mailbox's user name. */
    mailbox: text.optional(),
    /** The mailbox's password; it may be a `$NAME` of the step's `secrets`. */
    password: text.optional(),
    /** `imap.gmail.com:993`. Port 143 begins in plain text and must change to TLS (STARTTLS). */
    imap: text.optional(),
    /** Folders to look in; without it, the inbox and the folder that the server calls its junk (RFC 6154). */
    folders: z.array(text).min(1).optional(),
    remedy: text.optional(),
    when,
  })
  .superRefine(checkMail);

/** What a guide asks of a `mail` probe. */
export type MailSpec = z.infer<typeof mailSpec>;

type MailKey = Exclude<keyof MailSpec, 'of' | 'remedy' | 'when'>;

const keysOf: Readonly<
  Record<MailSubject, { readonly needed: readonly MailKey[]; readonly allowed: readonly MailKey[] }>
> = {
  spf: { needed: ['domain', 'addresses'], allowed: ['from', 'helo'] },
  dkim: { needed: ['domain', 'selector', 'key'], allowed: ['from'] },
  dmarc: { needed: ['domain'], allowed: ['from'] },
  'mta-sts': { needed: ['domain'], allowed: ['from'] },
  'tls-rpt': { needed: ['domain'], allowed: ['from'] },
  signed: { needed: ['domain', 'from', 'file'], allowed: [] },
  message: { needed: [], allowed: ['id', 'mailbox', 'password', 'imap', 'folders', 'file', 'addresses'] },
};

const mailboxKeys = ['id', 'mailbox', 'password', 'imap'] as const;

function checkMail(spec: Pick<MailSpec, MailKey | 'of'>, context: z.RefinementCtx): void {
  const { needed, allowed } = keysOf[spec.of];
  for (const key of needed) {
    if (spec[key] !== undefined) continue;
    refuse(context, key, { message: `is missing: \`of: ${spec.of}\` needs it`, remedy: `Add \`${key}\`.` });
  }
  for (const key of new Set(Object.values(keysOf).flatMap((keys) => [...keys.needed, ...keys.allowed]))) {
    if (spec[key] === undefined || needed.includes(key) || allowed.includes(key)) continue;
    refuse(context, key, { message: `has no meaning with \`of: ${spec.of}\``, remedy: 'Take it out.' });
  }
  if (spec.of === 'signed' && spec.from !== undefined && spec.from !== 'here' && spec.from !== 'target') {
    refuse(context, 'from', {
      message: 'must be the machine that the file is on',
      remedy: 'Write `target` or `here`.',
    });
  }
  if (spec.of === 'message') checkMessage(spec, context);
}

/** A message is in a mailbox, in a file, or in whichever of the two has a value. */
function checkMessage(spec: Pick<MailSpec, MailKey>, context: z.RefinementCtx): void {
  const missing = mailboxKeys.filter((key) => spec[key] === undefined);
  if (missing.length === 0 || (missing.length === mailboxKeys.length && spec.file !== undefined)) return;
  for (const key of missing) {
    refuse(context, key, {
      message: 'is missing: a message is found in a mailbox by `id`, `mailbox`, `password` and `imap`',
      remedy: `Add \`${key}\`, or give a \`file\` alone.`,
    });
  }
}
