/** What differs between the versions of chasquid that the guide meets. */
export interface Behaviour {
  /** Signs with the keys `dkim:SELECTOR.pem` beside a domain's users; before, a hook does it. */
  readonly signs: boolean;
  /** A certificate's folder may be a symbolic link. */
  readonly followsCertificateLinks: boolean;
  /** A message with a bare line feed is refused (CVE-2023-52354). */
  readonly refusesBareLineFeeds: boolean;
  /** Users and aliases that cannot be read end the daemon; before, it says so and goes on without them. */
  readonly failsOnUnreadable: boolean;
  /** A first user is seen without a restart. */
  readonly seesFirstUser: boolean;
  /** A line that is no alias ends the daemon. */
  readonly failsOnBadAlias: boolean;
  /** TLS 1.0 and 1.1 are refused. */
  readonly refusesOldTls: boolean;
  /** Says `failed temporarily` of all servers of a domain in the words of 1.19. */
  readonly countsConnections: boolean;
}

/** `1.15.0`, or `1.15.0-1+b3` of a package. */
export function behaviourOf(version: string): Behaviour {
  const [major = 0, minor = 0] = (/^(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  const isAtLeast = (wanted: number) => major > 1 || (major === 1 && minor >= wanted);
  return {
    signs: isAtLeast(14),
    followsCertificateLinks: isAtLeast(12),
    refusesBareLineFeeds: isAtLeast(13),
    failsOnUnreadable: isAtLeast(15),
    seesFirstUser: isAtLeast(13),
    failsOnBadAlias: isAtLeast(16),
    refusesOldTls: isAtLeast(19),
    countsConnections: isAtLeast(19),
  };
}
