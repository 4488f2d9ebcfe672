import type { ConnectQuestion } from '../../remote/connection.ts';
import { wrapPieces } from '../../text/wrap.ts';
import { fieldLine } from '../field.ts';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import { facts, paragraphs } from './pages/page.ts';
import type { ScreenState } from './screen.ts';
import type { SectionStyle } from './text/section.ts';

/** A question that comes up while a connection is made: what is asked, and what to hold it against. */
export function questionLines(
  question: ConnectQuestion,
  answer: ScreenState['answer'],
  style: SectionStyle,
): readonly Line[] {
  switch (question.kind) {
    case 'host-key':
      return keyLines(
        {
          title: 'Is this your server?',
          before: 'This computer has not met it yet. It shows this key:',
          rows: [
            ['host', question.host],
            ['key', question.key.type],
            ['', question.key.fingerprint],
          ],
          after:
            'Compare the fingerprint with the one that your provider shows: in its panel, on its console, or in the letter that came with the server. Only where the two are the same is nobody between you and the server.',
          asked: 'Are they the same?',
        },
        style,
      );
    case 'host-key-changed':
      return keyLines(
        {
          title: 'The server has another key',
          before:
            'It is not the key that this computer remembers. A new installation of the system looks like this, and the guide expects one here. So does somebody between you and the server.',
          rows: [
            ['host', question.host],
            ['before', question.known.type],
            ['', question.known.fingerprint],
            ['now', question.key.type],
            ['', question.key.fingerprint],
          ],
          after: 'Compare the new fingerprint with the one that your provider shows.',
          asked: 'Was the system installed anew, and is this its key?',
        },
        style,
      );
    case 'password':
      return promptLines(`Password of ${question.user} at ${question.host}`, { isMasked: true, answer }, style);
    case 'sudo-password':
      return promptLines(
        `Password of ${question.user} at ${question.host}, for sudo`,
        { isMasked: true, answer },
        style,
      );
    case 'passphrase': {
      const again = question.again ? 'That was not it. ' : '';
      return promptLines(`${again}Passphrase of ${question.file}`, { isMasked: true, answer }, style);
    }
    case 'keyboard-interactive':
      return promptLines(question.prompt, { isMasked: !question.echo, answer }, style);
    default:
      return question satisfies never;
  }
}

interface KeyQuestion {
  readonly title: string;
  readonly before: string;
  readonly rows: readonly (readonly [string, string])[];
  readonly after: string;
  readonly asked: string;
}

function keyLines({ title, before, rows, after, asked }: KeyQuestion, style: SectionStyle): readonly Line[] {
  return [
    [span(title, 'heading')],
    [],
    ...paragraphs([before], style),
    [],
    ...facts(rows, style),
    [],
    ...paragraphs([after], style),
    [],
    ...wrapPieces(
      [span(`${asked} `, 'strong'), span('y', 'key'), span(' yes   ', 'muted'), span('n', 'key'), span(' no', 'muted')],
      style,
    ),
  ];
}

/** A prompt may be the server's own words, of any length; a password is kept in memory only. */
function promptLines(
  prompt: string,
  { isMasked, answer }: { readonly isMasked: boolean; readonly answer: ScreenState['answer'] },
  { width, look }: SectionStyle,
): readonly Line[] {
  const mask = isMasked ? look.glyphs.mask : undefined;
  return [
    ...wrapPieces([span(prompt.trim(), 'heading')], { width }),
    [],
    [
      span(`${look.glyphs.pointer} `, 'selected'),
      ...fieldLine(answer.field, { width: width - 2, isFocused: true, mask }),
    ],
    [],
    ...(isMasked
      ? wrapPieces([span('It is kept in memory only, and never written anywhere.', 'muted')], { width })
      : []),
  ];
}
