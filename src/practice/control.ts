import type { Entry } from './network/dns/registrar.ts';
import type { Route } from './network/network.ts';

/** How a practice world is made. */
export interface WorldOptions {
  /** How many times faster than life everything in it goes. */
  readonly speed: number;
}

/** What the world tells when it is up. All of it is on 127.0.0.1. */
export interface WorldPlaces {
  /** Of the practice server's sshd. */
  readonly port: number;
  /** Of root there. */
  readonly password: string;
  /** Name servers by their addresses in the world. */
  readonly resolver: string;
  readonly publicResolvers: readonly string[];
  /** PEM of the world's own certificate authority. */
  readonly authority: string;
}

/** What the world is asked over its control port; everything else goes over the sockets that a real server has. */
export type Order =
  /** Where a connection of the operator ends. */
  | { readonly kind: 'route'; readonly address: string; readonly port: number }
  /** What a person types into the fields of the domain's provider. */
  | { readonly kind: 'publish'; readonly entries: readonly Entry[] }
  /** The fingerprint of the server's host key, as a provider's console shows it. */
  | { readonly kind: 'fingerprint' };

/** What an order is answered with. */
export interface Replies {
  readonly route: Route;
  readonly publish: null;
  readonly fingerprint: string;
}

/** An order on its way. */
export interface OrderMessage {
  readonly id: number;
  readonly order: Order;
}

/** What comes back from the world. */
export type WorldMessage =
  | { readonly kind: 'up'; readonly places: WorldPlaces }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Replies[Order['kind']] }
  /** The order could not be carried out. */
  | { readonly kind: 'refused'; readonly id: number; readonly why: string };
