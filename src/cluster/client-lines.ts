// The open connections of a session, one set for each client certificate.

import type { Dispatcher } from "undici";
import type { Certificate } from "./client-login.js";

/** The connections of the present client certificate. A plugin may give a new one at any time. */
export class Lines {
  readonly #open: (certificate: Certificate | undefined) => Promise<Dispatcher>;
  #current:
    | { readonly certificate: Certificate | undefined; readonly dispatcher: Promise<Dispatcher> }
    | undefined;
  readonly #all: Promise<Dispatcher>[] = [];

  constructor(open: (certificate: Certificate | undefined) => Promise<Dispatcher>) {
    this.#open = open;
  }

  for(certificate: Certificate | undefined): Promise<Dispatcher> {
    if (this.#current === undefined || this.#current.certificate !== certificate) {
      const dispatcher = this.#open(certificate);
      this.#current = { certificate, dispatcher };
      this.#all.push(dispatcher);
    }
    return this.#current.dispatcher;
  }

  /** Cuts what is still under way. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#all);
    await Promise.all(opened.map((each) => (each.status === "fulfilled" ? each.value.destroy() : undefined)));
  }
}
