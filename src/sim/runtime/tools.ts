// What every puller is handed beside the request.

import type { Exchange } from "./exchange.js";
import type { Patience } from "./patience.js";

export interface PullTools {
  readonly exchange: Exchange;
  readonly patience: Patience;
  /** A number that grows: snapshots, temporary files. */
  counter(): number;
  /** Letters as in the names of temporary things. */
  letters(length: number): string;
}
