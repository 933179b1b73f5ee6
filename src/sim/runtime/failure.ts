// The error of a pull while it is put together, layer by layer.

import type { FailedPull, GrpcCode } from "./pull-types.js";

export class PullFailure extends Error {
  readonly code: GrpcCode;
  /** Only for errors of a registry's answer: its HTTP status. */
  readonly status: number | undefined;

  constructor(message: string, code: GrpcCode = "Unknown", status?: number) {
    super(message);
    this.code = code;
    this.status = status;
  }

  /** The same error with `head` before it. */
  within(head: string): PullFailure {
    return new PullFailure(head + this.message, this.code, this.status);
  }
}

export const failed = (failure: PullFailure): FailedPull => ({
  ok: false,
  code: failure.code,
  message: failure.message,
});
