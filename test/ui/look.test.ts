import { describe, expect, it } from 'vitest';
import { capabilitiesOf } from '../../src/ui/look.tsx';

describe('what a terminal can do', () => {
  it.each([
    ['colours by default', { TERM: 'xterm' }, true],
    ['none where NO_COLOR is set', { TERM: 'xterm', NO_COLOR: '1' }, false],
    ['colours where NO_COLOR is empty (no-color.org)', { TERM: 'xterm', NO_COLOR: '' }, true],
    ['none on a dumb terminal', { TERM: 'dumb' }, false],
  ])('%s', (_, environment, colours) => {
    expect(capabilitiesOf(environment).colours).toBe(colours);
  });

  it.each([
    [{ LANG: 'sv_SE.UTF-8' }, true],
    [{ LANG: 'sv_SE.utf8' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: '' }, true],
    [{}, false],
  ])('takes %j for Unicode: %s', (environment, unicode) => {
    expect(capabilitiesOf(environment).unicode).toBe(unicode);
  });

  it.each([
    [{ TERM: 'xterm-256color', VTE_VERSION: '7600' }, true],
    [{ TERM: 'xterm-256color', VTE_VERSION: '4800' }, false],
    [{ TERM: 'xterm-kitty' }, true],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm' }, true],
    [{ TERM: 'tmux-256color', TERM_PROGRAM: 'tmux' }, false],
    [{ TERM: 'xterm' }, false],
  ])('takes %j to open links: %s', (environment, links) => {
    expect(capabilitiesOf(environment).links).toBe(links);
  });
});
