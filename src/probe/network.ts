import type { DialFailure } from '../remote/connection.ts';

/** What a socket's error means. Anything that is no answer of the network is `lost`: nothing was learned. */
export function failureOf(error: unknown): DialFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return 'refused';
    case 'ETIMEDOUT':
      return 'silence';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return 'no-route';
    case 'EACCES':
    case 'EPERM':
      return 'not-allowed';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no-name';
    default:
      return 'lost';
  }
}

/** What an error says, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
