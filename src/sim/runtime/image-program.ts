// What an image of the world starts: a shell in the images that people use as one, a server in all others.

/** The fields `Entrypoint` and `Cmd` of an image config. */
export interface ImageProgram {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

const shells = /(^|\/)(busybox|alpine|debian|ubuntu|netshoot)$/;

/** `repository` without host, tag and digest: `library/busybox`. */
export function programOf(repository: string): ImageProgram {
  return shells.test(repository)
    ? { entrypoint: [], command: ["sh"] }
    : { entrypoint: ["/app/server"], command: [] };
}
