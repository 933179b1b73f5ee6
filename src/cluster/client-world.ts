// What connecting to a cluster needs of the process around it. Tests hand in their own.

export interface ClusterWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths of flags and of KUBECONFIG start here. */
  readonly cwd: string;
  readonly now: () => Date;
  /** Aborted by Ctrl-C: ends every request and plugin under way. */
  readonly signal?: AbortSignal;
  /** Where a login plugin's own words go while it runs, such as "open this page to sign in". */
  readonly err?: (text: string) => void;
  /** True when a login plugin may ask its user something on stdin. Default false. */
  readonly isInteractive?: boolean;
  /** Where a pod finds its token, CA and namespace. Default: where the kubelet mounts them. */
  readonly serviceAccountFolder?: string;
  /** Waits between tries. Default: real time. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** Which cluster; what is left out is decided as kubectl decides it. */
export interface ClusterChoice {
  /** `--kubeconfig`. */
  readonly kubeconfig?: string | undefined;
  /** `--context`; the current context when left out. */
  readonly context?: string | undefined;
  /** `-n`; the context's namespace when left out. */
  readonly namespace?: string | undefined;
}
